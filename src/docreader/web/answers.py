"""Answers that starlette has not: tracks as they grow, errors in one shape."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager

import anyio
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from docreader.article.fetch import StatusError
from docreader.article.guard import PrivateError
from docreader.errors import DocreaderError, NotAnArticle, SourceError, VoiceError
from docreader.web.allow import NotAllowed
from docreader.web.jobs import TooLongError
from docreader.web.limits import Busy


class Failure(Exception):  # noqa: N818  (an answer, not a mistake)
    """An error that the client is told: status, a code for programs, a line for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers or {})


def failure(error: Exception) -> Failure:
    """What a client is told of an error; of one that nobody foresaw, nothing but that."""
    match error:
        case Failure():
            return error
        case Busy(status=429):
            again = {"Retry-After": str(error.retry_after)}
            return Failure(429, "too_many_requests", f"too many requests; come again in {error.retry_after} s", again)
        case Busy():
            again = {"Retry-After": str(error.retry_after)}
            return Failure(503, "busy", f"too much is waiting already; come again in {error.retry_after} s", again)
        case TimeoutError() | TooLongError():
            return Failure(504, "too_slow", str(error) or "it took too long; come again later", {"Retry-After": "30"})
        case NotAllowed():
            return Failure(403, "not_allowed", str(error))
        case PrivateError():
            return Failure(403, "private_address", "the address is in a private network, which may not be fetched")
        case StatusError(status=404 | 410):
            return Failure(404, "not_found", str(error))
        case NotAnArticle():
            return Failure(422, "no_article", str(error))
        case SourceError():
            return Failure(502, "source_failed", str(error))
        case VoiceError() if "nothing to say" in str(error):
            return Failure(422, "nothing_to_say", str(error))
        case DocreaderError():
            return Failure(500, "failed", str(error))
    return Failure(500, "failed", "the service failed; its log says why")


def as_json(error: Failure) -> Response:
    """In OpenAI's shape, which their clients show as it is."""
    body = {"error": {"code": error.code, "message": error.message, "type": _KINDS.get(error.status, "server_error"), "param": None}}  # fmt: skip
    return JSONResponse(body, error.status, {**error.headers, "Cache-Control": "no-store"})


_KINDS = dict.fromkeys((400, 403, 404, 405, 413, 422), "invalid_request_error")
_KINDS |= {401: "authentication_error", 429: "rate_limit_error"}


class Stream(Response):
    """A body as it comes, without a length. What ``opening`` opens is left when the body ends or the client goes; an error
    before the first byte is answered as such."""

    def __init__(
        self,
        opening: Callable[[], AbstractAsyncContextManager[AsyncIterator[bytes]]],
        stall: float,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        self._opening, self._stall = opening, stall
        self.status_code, self.media_type, self.background = 200, media_type, None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._leave, receive, group.cancel_scope)
            await self._send(scope, receive, send)
            group.cancel_scope.cancel()

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        try:
            async with self._opening() as body:
                async for data in body:
                    if not begun:
                        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                        begun = True
                    async with asyncio.timeout(self._stall):
                        await send({"type": "http.response.body", "body": data, "more_body": True})
        except (DocreaderError, Busy, TimeoutError) as error:
            if not begun:
                await as_json(failure(error))(scope, receive, send)
            return  # the server cuts a body that does not end, so that nobody takes it for the whole
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _leave(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()
