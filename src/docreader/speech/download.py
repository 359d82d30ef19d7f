"""A file from the network, whole and the right one: what broke off is gone on with, in this run or a later one."""

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from docreader.errors import OutputError, VoiceError
from docreader.speech.voices import Remote

TRIES = 5
"""In a row that bring nothing."""
FIRST_WAIT = 1.0
TIMEOUT = (10, 30)
_PIECE = 1 << 18
_ROOM = 32 << 20
"""Bytes to leave free on the disk."""

Tell = Callable[[int, int], None]
"""Called with (bytes there, bytes in all or 0)."""


def fetch(remote: Remote, to: Path, tell: Tell = lambda done, total: None) -> None:
    """Bring a file to ``to``, going on with what is there from an earlier try. Raises VoiceError and OutputError.

    After an error what has come stays in ``to``, unless it is wrong.
    """
    resumed = to.is_file()
    _bring(remote, to, tell)
    try:
        verify(remote, to)
    except VoiceError:
        to.unlink()
        if not resumed:
            raise
        _bring(remote, to, tell)  # the beginning was of another file
        try:
            verify(remote, to)
        except VoiceError:
            to.unlink()
            raise


def verify(remote: Remote, path: Path) -> None:
    """Raises VoiceError: the file is not the one that the voice names."""
    size = path.stat().st_size
    if remote.size not in (0, size):
        raise VoiceError(f"{remote.url} is {size} bytes, not {remote.size}: it is not the file that the voice names")
    for name in ("sha256", "md5"):
        if wanted := getattr(remote, name):
            with path.open("rb") as file:
                found = hashlib.file_digest(file, name).hexdigest()
            if found != wanted.lower():
                raise VoiceError(
                    f"{remote.url} is not the file that the voice names: its {name.upper()} is {found}, not {wanted}"
                )
            return


def _bring(remote: Remote, to: Path, tell: Tell) -> None:
    failures, reason = 0, ""
    with requests.Session() as session:
        while failures < TRIES:
            before = to.stat().st_size if to.is_file() else 0
            try:
                return _rest(session, remote, to, tell)
            except (requests.RequestException, HTTPError) as error:
                reason = _reason(error)
            came = to.is_file() and to.stat().st_size > before
            failures = 1 if came else failures + 1
            if failures < TRIES:
                time.sleep(FIRST_WAIT * 2 ** (failures - 1) * random.uniform(0.5, 1.0))
    kept = to.stat().st_size if to.is_file() else 0
    went_on = f"; {kept / 1e6:.1f} MB are there: the same command goes on from there" if kept else "; try again later"
    raise VoiceError(f"{remote.url} cannot be had ({reason}){went_on}")


def _rest(session: requests.Session, remote: Remote, to: Path, tell: Tell) -> None:
    """One request for what is not there yet. Raises what requests and urllib3 do where another may do better."""
    stamp = to.with_name(f"{to.name}.etag")
    have = to.stat().st_size if to.is_file() else 0
    known = stamp.read_text() if have and stamp.is_file() else ""
    if have and not (known or remote.sha256 or remote.md5):
        have = 0  # nothing would show that the rest is of the same file
    if have and have == remote.size:
        return
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | ({"If-Range": known} if known else {})
    try:
        response = session.get(remote.url, headers=headers, stream=True, timeout=TIMEOUT)
    except requests.exceptions.SSLError as error:
        raise VoiceError(f"the certificate of {urlsplit(remote.url).hostname} is not trusted: {error}") from None
    with response:
        if response.status_code == 416:  # it has no more than is there
            to.unlink(missing_ok=True)
            raise requests.RequestException("the range does not fit")
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise requests.RequestException(f"HTTP {response.status_code}")
        if response.status_code not in (200, 206):
            raise VoiceError(f"{remote.url} cannot be had (HTTP {response.status_code}): check the address")
        if response.status_code == 200 or not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0
        if response.status_code == 206 and not have:
            raise requests.RequestException("another range than was asked for")
        announced = response.headers.get("Content-Length", "")
        total = have + int(announced) if announced.isdecimal() else 0
        if total and remote.size not in (0, total):
            raise VoiceError(
                f"{remote.url} is {total} bytes, not {remote.size}: it is not the file that the voice names"
            )
        _room(to, (total or remote.size) - have)
        try:
            etag = response.headers.get("ETag", "")
            stamp.write_text("" if etag.startswith("W/") else etag)
            with to.open("r+b" if have else "wb") as file:
                file.seek(have)
                if have:
                    file.truncate()
                while piece := response.raw.read1(_PIECE, decode_content=True):
                    file.write(piece)
                    have += len(piece)
                    if remote.size and have > remote.size:
                        break
                    tell(have, total or remote.size)
        except (HTTPError, requests.RequestException):
            raise
        except OSError as error:
            raise OutputError(f"{to} cannot be written: {error.strerror or error}; make room and try again") from None
        if total and have < total:
            raise requests.RequestException("it broke off")
    with suppress(OSError):
        os.unlink(stamp)  # noqa: PTH108 (Path.unlink is the same call)


def _room(to: Path, bytes: int) -> None:
    free = shutil.disk_usage(to.parent).free
    if free < bytes + _ROOM:
        raise OutputError(
            f"{to.parent} has room for {free / 1e6:.0f} MB, and {bytes / 1e6:.0f} MB are to come: make room"
        )


def _reason(error: Exception) -> str:
    match error:
        case requests.Timeout():
            return "no answer in time"
        case requests.ConnectionError():
            return "no connection"
        case HTTPError():
            return "the connection broke off"
    return str(error) or type(error).__name__
