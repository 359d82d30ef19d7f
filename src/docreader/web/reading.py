"""The routes of articles: text, sound, marks, captions, PDF."""

import asyncio
import gzip
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import blake2b
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from docreader.audio.described import described
from docreader.errors import SourceError
from docreader.outputs import slug
from docreader.speech.voices import Voice
from docreader.web import pdf as setting
from docreader.web.allow import NotAllowed
from docreader.web.answers import Failure, Stream
from docreader.web.articles import Answer, Entry, estimate
from docreader.web.asking import asking, authorised, number, service, voice, wanted, who
from docreader.web.service import Service
from docreader.web.store import Order
from docreader.web.store import marks as marks_json

_IMMUTABLE = "public, max-age=31536000, immutable"
_LONGEST_WAIT = 25.0
_GATHER = 0.2
"""Seconds in which more marks are waited for once there are some, so that a reader need not ask for each sentence."""


async def article(request: Request) -> Response:
    """What a page needs to read an article aloud: its text, and where its sound, marks, captions and PDF are."""
    s = service(request)
    entry, chosen = await _article(request, s)
    answer = entry.answers.get(chosen.name)
    if answer is None:
        answer = await s.articles.once(f"answer {entry.id} {chosen.name}", partial(_answer, s, entry, chosen))
    headers = {
        "Content-Type": "application/json",
        "ETag": answer.etag,
        "Vary": "Accept-Encoding",
        "Cache-Control": "public, max-age=60" if answer.ready and not s.settings.keys else "no-cache",
    }
    if request.headers.get("if-none-match") == answer.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(answer.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(answer.body, headers=headers)


async def _article(request: Request, s: Service) -> tuple[Entry, Voice]:
    """The article and the voice that a request asks for."""
    authorised(request, s.settings, text=False)
    chosen = voice(s, request.query_params.get("voice"))
    url = wanted(request, "url")
    try:
        address = s.articles.address(url, asking(request))
    except NotAllowed:
        raise
    except SourceError as error:
        raise Failure(400, "bad_address", str(error)) from None
    entry = s.articles.fresh(address)
    if entry is None:
        s.works.take(who(request, s.settings))
        entry = await s.articles.get(address, asking(request))
    return entry, chosen


async def _answer(s: Service, entry: Entry, chosen: Voice) -> Answer:
    order = await s.articles.order(entry, chosen)
    duration = await asyncio.to_thread(s.store.duration, order.key)
    read = entry.article
    text = {
        **described(read, chosen.name),
        "id": entry.id,
        "url": entry.url,
        "ready": duration is not None,
        "audio": f"/v1/audio/{order.key}.mp3",
        "marks": f"/v1/marks/{order.key}.json",
        "captions": f"/v1/captions/{order.key}.vtt",
        "pdf": f"/v1/pdf?url={quote(entry.url, safe='')}",
        "duration": duration,
        "estimate": round(estimate(order.script, chosen), 1),
        "voices": [
            {"name": v.name, "region": v.region}
            for v in s.voices.values()
            if v.installed and v.language[:2] in ("", "vi")
        ],
    }
    body = json.dumps(text, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    made = Answer(order.key, body, gzip.compress(body, 6, mtime=0), etag, duration is not None)
    entry.answers[chosen.name] = made
    return made


async def by_address(request: Request) -> Response:
    """Send who asks for the sound, the marks or the captions of an address to where they are."""
    s = service(request)
    entry, chosen = await _article(request, s)
    order = await s.articles.order(entry, chosen)
    what, suffix = {"audio": ("audio", "mp3"), "marks": ("marks", "json"), "captions.vtt": ("captions", "vtt")}[
        request.url.path.rsplit("/", 1)[1]
    ]
    return RedirectResponse(f"/v1/{what}/{order.key}.{suffix}", 307, {"Cache-Control": "no-cache"})


def _key(request: Request) -> str:
    found: str = request.path_params["key"]
    if not re.fullmatch("[0-9a-f]{40}", found):
        raise _gone()
    return found


def _gone() -> Failure:
    return Failure(404, "not_found", "there is no such track: ask /v1/article for the address of the one that is there")


async def _order(request: Request, s: Service, key: str) -> Order:
    """The order of a track that is not whole. Raises Failure(404)."""
    job = s.jobs.running(key)
    order = job.order if job else await s.articles.ordered(key)
    if order is None:
        raise _gone()
    if job is None:
        s.works.take(who(request, s.settings))
    return order


async def audio(request: Request) -> Response:
    """The track as MP3: streamed while it is made, afterwards with ranges."""
    s, key = service(request), _key(request)
    path = s.store.path(key, ".mp3")
    if s.store.duration(key) is not None:
        s.store.used(key)
        return _file(request, str(path), "audio/mpeg", _IMMUTABLE)
    order = await _order(request, s, key)
    headers = {"Cache-Control": "no-store", "Accept-Ranges": "none", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(media_type="audio/mpeg", headers=headers)
    asker = who(request, s.settings)

    @asynccontextmanager
    async def opened() -> AsyncIterator[AsyncIterator[bytes]]:
        with s.streams.enter(asker):
            async with s.jobs.listen(order) as job:
                yield job.stream()

    return Stream(opened, s.settings.stall_seconds, "audio/mpeg", headers)


async def marks(request: Request) -> Response:
    """When each sentence and word is heard: those known so far; ``from`` the first wanted, ``wait`` seconds for more."""
    s, key = service(request), _key(request)
    start, wait = int(number(request, "from", 1e9)), number(request, "wait", _LONGEST_WAIT)
    job = s.jobs.running(key)
    if job is None and s.store.duration(key) is not None:
        body = await asyncio.to_thread(s.store.marks, key, start)
        if body is not None:
            return _tagged(request, body, "application/json", _IMMUTABLE)
    headers = {"Cache-Control": "no-store"}
    order = await _order(request, s, key)
    if not wait:
        lines = job.lines[start:] if job else []
        return Response(marks_json(lines, None, False), media_type="application/json", headers=headers)
    with s.streams.enter(who(request, s.settings)):
        return await _awaited(s, order, start, wait)


async def _awaited(s: Service, order: Order, start: int, wait: float) -> Response:
    """The marks from number ``start`` on, as soon as there are any, or after ``wait`` seconds."""
    async with s.jobs.listen(order) as job:
        try:
            async with asyncio.timeout(wait):
                if start == 0 and not job.done:
                    await job.first()
                while len(job.lines) <= start and not job.done:
                    await job.change()
                if start and not job.done:
                    await asyncio.sleep(_GATHER)
        except TimeoutError:
            pass
        if job.error:
            raise job.error
        body = marks_json(job.lines[start:], job.duration, job.done)
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


async def captions(request: Request) -> Response:
    """WebVTT of the whole track, a cue a sentence, with the times of words; made if need be."""
    s, key = service(request), _key(request)
    if s.store.duration(key) is None:
        order = await _order(request, s, key)
        with s.streams.enter(who(request, s.settings)):
            async with s.jobs.listen(order) as job, asyncio.timeout(s.settings.article_seconds):
                while not job.done:
                    await job.change()
                if job.error:
                    raise job.error
    return _file(request, str(s.store.path(key, ".vtt")), "text/vtt; charset=utf-8", _IMMUTABLE)


async def pdf(request: Request) -> Response:
    """The article as a tagged PDF."""
    s = service(request)
    entry, _ = await _article(request, s)
    suffix = f".{setting.VERSION}.pdf"
    path = s.store.path(entry.id, suffix)
    if not path.is_file():
        s.works.take(who(request, s.settings))

        def make() -> None:
            s.store.keep(entry.id, suffix, setting.pdf(entry.article))

        async def work() -> None:
            await s.articles.work(make)

        await s.articles.once(f"pdf {entry.id}", work)
    name = f"{slug(entry.article.title) or 'article'}.pdf"
    return _file(request, str(path), "application/pdf", "no-cache" if s.settings.keys else "public, max-age=300", name)


def _file(request: Request, path: str, kind: str, keep: str, name: str | None = None) -> Response:
    """A file with its ranges, ETag and 304."""
    try:
        found = os.stat(path)  # noqa: PTH116 (one call less on the way of every listener)
    except OSError:
        raise _gone() from None
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    answer = FileResponse(
        path, headers=headers, media_type=kind, filename=name, stat_result=found, content_disposition_type="inline"
    )
    if request.headers.get("if-none-match") == answer.headers["etag"]:
        return Response(status_code=304, headers={**headers, "ETag": answer.headers["etag"]})
    return answer


def _tagged(request: Request, body: bytes, kind: str, keep: str) -> Response:
    headers = {"Cache-Control": keep, "ETag": f'"{blake2b(body, digest_size=12).hexdigest()}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
