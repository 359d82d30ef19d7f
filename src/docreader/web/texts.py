"""The routes of texts that a client sends: OpenAI's speech, and what is said for a text."""

import base64
import json
import math
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from secrets import token_hex
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from docreader.article.model import Article
from docreader.audio import formats
from docreader.errors import OutputError
from docreader.speech.voices import LIMITS, Voice, listed
from docreader.spoken.normalise import normalise as normalised
from docreader.spoken.script import script
from docreader.web.answers import Failure, Stream
from docreader.web.asking import authorised, body, service, text, voice, who
from docreader.web.jobs import Job
from docreader.web.service import Service
from docreader.web.store import Order

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

MODEL = "docreader"
# OpenAI's voices: clients that offer no other are read to in the operator's.
_THEIRS = frozenset(
    ["alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse"]
)
FORMATS = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
_PCM_RATE = 24_000
"""Samples a second of OpenAI's pcm, which has no header to tell them."""


async def normalise(request: Request) -> Response:
    """What is said for a text: one line out for each line in."""
    s = service(request)
    found = await _body(request, s)
    written = text(found, "text", s.settings.max_text)
    spoken = await s.articles.work(partial(normalised, written, s.lexicon))
    return JSONResponse({"version": 1, "spoken": spoken})


async def speech(request: Request) -> Response:
    """A text as sound, as OpenAI's /v1/audio/speech gives it."""
    s = service(request)
    found = await _body(request, s)
    written = text(found, "input", s.settings.max_text)
    format = _one_of(found, "response_format", "mp3", tuple(FORMATS))
    events = _one_of(found, "stream_format", "audio", ("audio", "sse")) == "sse"
    track = "wav" if format == "pcm" else format
    try:
        formats.check(track)
    except OutputError as error:
        raise Failure(400, "bad_parameter", str(error)) from None
    chosen = _voice(s, found)
    said = await s.articles.work(partial(script, written, s.lexicon))
    if not any(any(c.isalnum() for c in u.spoken) for u in said.utterances):
        raise Failure(422, "nothing_to_say", "input holds no words")
    order = Order(token_hex(20), Article(""), said, chosen)
    asker = who(request, s.settings)

    @asynccontextmanager
    async def opened() -> AsyncIterator[AsyncIterator[bytes]]:
        with s.streams.enter(asker):
            async with s.jobs.listen(order, track, keep=False) as job:
                sound = _pcm(job) if format == "pcm" else job.stream()
                yield _events(sound, len(written)) if events else sound

    kind = "text/event-stream" if events else FORMATS[format]
    return Stream(opened, s.settings.stall_seconds, kind, {"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


async def models(request: Request) -> Response:
    """What clients of OpenAI ask for first."""
    return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]})


async def voices(request: Request) -> Response:
    """The voices that may be asked for."""
    s = service(request)
    shown = [listed(v) for v in s.voices.values()]
    return JSONResponse(
        {"version": 1, "default": s.settings.voice, "voices": shown}, headers={"Cache-Control": "public, max-age=300"}
    )


async def _body(request: Request, s: Service) -> dict[str, Any]:
    authorised(request, s.settings, text=True)
    s.works.take(who(request, s.settings))
    return await body(request, s.settings.max_text * 6 + 10_000)


def _one_of(found: dict[str, Any], name: str, default: str, known: tuple[str, ...]) -> str:
    value = found.get(name)
    if value is None:
        return default
    if value not in known:
        raise Failure(400, "bad_parameter", f"{name} cannot be {str(value)[:40]!r}; there are {', '.join(known)}")
    return str(value)


def _voice(s: Service, found: dict[str, Any]) -> Voice:
    name = found.get("voice")
    if isinstance(name, dict):  # {"id": …}
        name = name.get("id")
    if name is not None and not isinstance(name, str):
        raise Failure(400, "bad_parameter", "voice must be the name of a voice")
    chosen = voice(s, None if name in _THEIRS and name not in s.voices else name)
    speed = found.get("speed")
    if speed is None:
        return chosen
    low, high = LIMITS["rate"]
    right = isinstance(speed, int | float) and not isinstance(speed, bool) and math.isfinite(speed)
    if not right or not low <= chosen.rate * speed <= high:
        raise Failure(400, "bad_parameter", f"speed cannot be {str(speed)[:40]}: give a number from {low} to {high}")
    return replace(chosen, rate=round(chosen.rate * speed, 2))


async def _pcm(job: Job) -> AsyncIterator[bytes]:
    """The samples alone, at OpenAI's rate."""
    await job.first()
    head, state = len(job.head), None
    rate = int.from_bytes(job.head[24:28], "little")
    rest = b""
    async for data in job.stream():
        if head:  # the first piece is the header, and nothing else
            head = 0
            continue
        data = rest + data
        rest = data[len(data) // 2 * 2 :]
        samples, state = audioop.ratecv(data[: len(data) // 2 * 2], 2, 1, rate, _PCM_RATE, state)
        yield samples


async def _events(sound: AsyncIterator[bytes], characters: int) -> AsyncIterator[bytes]:
    """As server-sent events."""
    async for data in sound:
        yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})
    usage = {"input_tokens": characters, "output_tokens": 0, "total_tokens": characters}
    yield _event({"type": "speech.audio.done", "usage": usage})


def _event(what: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(what).encode() + b"\n\n"
