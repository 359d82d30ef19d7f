"""Asking a speech service over the network: again when what failed may pass, each time later, and never for ever."""

import json
import random
import time
from collections.abc import Callable
from typing import TypeVar

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from docreader.errors import VoiceError

TRIES = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
TIMEOUT = (10, 30)
"""Seconds for a connection, and for each part of an answer."""
LONGEST_ANSWER = 120.0
"""Seconds for all of it: a service that lets its answer drip would hold us for ever."""
LARGEST_ANSWER = 64 << 20

Sound = TypeVar("Sound")


def ask(
    session: requests.Session,
    request: requests.PreparedRequest,
    read: Callable[[bytes], Sound],
    name: str,
    remedies: dict[int, str] | None = None,
) -> Sound:
    """What ``read`` makes of the answer's body; it raises ValueError for one that holds no whole sound.

    A status of 429 or from 500, a connection that fails or breaks and an answer without sound are tried again.
    ``name`` begins the message of the VoiceError that is raised in the end, ``remedies`` end it, by status.
    """
    settings = session.merge_environment_settings(request.url or "", {}, True, None, None)
    remedy = "try again later, or read with --voice northern"
    reason, wait = "", 0.0
    for attempt in range(TRIES):
        time.sleep(wait)
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.0))
        try:
            with session.send(request, timeout=TIMEOUT, **settings) as response:
                body = _body(response)
        except requests.exceptions.SSLError as error:
            raise VoiceError(f"{name}: the certificate of {request.url} is not trusted: {error}") from None
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            reason = _reason(error)
            continue
        if response.status_code == 200:
            try:
                return read(body)
            except ValueError as error:
                reason = str(error)
                continue
        reason = f"HTTP {response.status_code}{_told(response.headers, body)}"
        if response.status_code not in (408, 429) and response.status_code < 500:
            remedy = (remedies or {}).get(response.status_code, "see its settings in the voice's file")
            break
        if (after := response.headers.get("Retry-After", "")).isdecimal():
            wait = min(LONGEST_WAIT, max(wait, float(after)))
    raise VoiceError(f"{name} gave no sound: {reason}; {remedy}")


def _body(response: requests.Response) -> bytes:
    deadline = time.monotonic() + LONGEST_ANSWER
    pieces, size = [], 0
    while piece := response.raw.read1(1 << 16, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise ValueError(f"an answer of more than {LARGEST_ANSWER >> 20} MB")
        if time.monotonic() > deadline:
            raise requests.Timeout
    return b"".join(pieces)


def _told(headers: CaseInsensitiveDict[str], body: bytes) -> str:
    """What the service itself says of its error, as OpenAI's and most others do: JSON with a message."""
    if "json" not in headers.get("Content-Type", ""):
        return ""
    try:
        told = json.loads(body)
        error = told.get("error") or told.get("detail") or told.get("message")
        message = error.get("message") if isinstance(error, dict) else error
    except (ValueError, AttributeError):
        return ""
    return f" ({' '.join(str(message).split())[:200]})" if message else ""


def _reason(error: Exception) -> str:
    match error:
        case requests.Timeout():
            return "no answer in time"
        case requests.exceptions.ChunkedEncodingError() | HTTPError():
            return "an answer that broke off"
        case requests.ConnectionError():
            return "no connection"
        case ValueError():
            return str(error)
    return type(error).__name__
