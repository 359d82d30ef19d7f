"""What a request says: who asks, for what; checked before anything is done for it."""

import asyncio
import hmac
import json
from typing import Any

from starlette.requests import Request

from docreader.speech.voices import Voice
from docreader.web.answers import Failure
from docreader.web.limits import client
from docreader.web.service import Service
from docreader.web.settings import Settings

_BODY_SECONDS = 20.0


def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def given_key(request: Request) -> str:
    """The API key that was sent; empty if none was."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.headers.get("x-api-key", "") or request.query_params.get("key", "")


def authorised(request: Request, settings: Settings, *, text: bool) -> None:
    """Raises Failure(401) where a key is needed and none that is right was sent. ``text``: the client's own text."""
    if not settings.keys or not (text or settings.keys_for == "all"):
        return
    if not known(given_key(request), settings):
        raise Failure(
            401,
            "invalid_api_key",
            "an API key is needed: send it as Authorization: Bearer KEY",
            {"WWW-Authenticate": "Bearer"},
        )


def known(key: str, settings: Settings) -> bool:
    sent = key.encode("utf-8", "replace")
    return sum(hmac.compare_digest(sent, k.encode()) for k in settings.keys) > 0  # all, so that time tells nothing


def who(request: Request, settings: Settings) -> str:
    """Whom the limits count."""
    key = given_key(request) if settings.keys else ""
    return client(request.client.host if request.client else "", key if key and known(key, settings) else "")


def asking(request: Request) -> str:
    """The origin of the page that asks; empty if it isn't told."""
    if origin := request.headers.get("origin", ""):
        return origin.lower()
    return "/".join(request.headers.get("referer", "").split("/", 3)[:3]).lower()


def wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name, "").strip()
    if not value:
        raise Failure(400, "missing_parameter", f"the parameter {name} is missing: {request.url.path}?{name}=…")
    return value


def number(request: Request, name: str, most: float) -> float:
    """A parameter from 0 to ``most``; 0 if it isn't given."""
    text = request.query_params.get(name, "0")
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Failure(400, "bad_parameter", f"{name} cannot be {text[:40]!r}: give a number from 0")
    return min(value, most)


def voice(service: Service, name: str | None) -> Voice:
    if not name:
        return service.voice
    try:
        return service.voices[name]
    except KeyError:
        there = ", ".join(service.voices)
        raise Failure(400, "no_such_voice", f"there is no voice {name[:80]!r}; there are {there}") from None


async def body(request: Request, most: int) -> dict[str, Any]:
    """The JSON object that was sent, of at most ``most`` bytes."""
    too_large = Failure(413, "too_large", f"the request has more than the {most} bytes that are taken")
    data = bytearray()
    async with asyncio.timeout(_BODY_SECONDS):
        async for piece in request.stream():
            data += piece
            if len(data) > most:
                raise too_large
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Failure(400, "bad_json", "the request's body is not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise Failure(400, "bad_json", "the request's body must be a JSON object")
    return found


def text(found: dict[str, Any], name: str, most: int) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Failure(400, "missing_parameter", f"{name} must be a text that is not empty")
    if len(value) > most:
        raise Failure(413, "too_large", f"{name} has {len(value)} characters, more than the {most} that are taken")
    return value.encode("utf-8", "replace").decode()  # JSON can hold half a character
