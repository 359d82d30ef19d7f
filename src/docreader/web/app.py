"""The service as an ASGI application: its routes, and what is done around each of them."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docreader import __version__
from docreader.article.guard import Resolver, resolve
from docreader.errors import DocreaderError
from docreader.web import reading, texts
from docreader.web.answers import Failure, as_json, failure
from docreader.web.asking import service, who
from docreader.web.limits import Busy
from docreader.web.metrics import TYPE
from docreader.web.openapi import document
from docreader.web.service import Service
from docreader.web.settings import Settings
from docreader.web.static import Static

log = logging.getLogger(__name__)


async def healthz(request: Request) -> Response:
    """Whether the service is ready."""
    return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(service(request).metrics.text(), headers={"Content-Type": TYPE, "Cache-Control": "no-store"})


async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(document(list(service(request).voices)))


async def files(request: Request) -> Response:
    """The widget and the demo page."""
    static: Static = request.app.state.static
    name = request.path_params.get("path", "").removeprefix("static/") or "index.html"
    if name not in static:
        raise Failure(404, "not_found", f"there is nothing at {request.url.path[:200]}; see /openapi.json")
    return static.answer(request, name)


ROUTES = (
    Route("/v1/article", reading.article),
    Route("/v1/audio/{key}.mp3", reading.audio),
    Route("/v1/marks/{key}.json", reading.marks),
    Route("/v1/captions/{key}.vtt", reading.captions),
    Route("/v1/audio", reading.by_address),
    Route("/v1/marks", reading.by_address),
    Route("/v1/captions.vtt", reading.by_address),
    Route("/v1/pdf", reading.pdf),
    Route("/v1/voices", texts.voices),
    Route("/v1/models", texts.models),
    Route("/v1/normalise", texts.normalise, methods=["POST"]),
    Route("/v1/audio/speech", texts.speech, methods=["POST"]),
    Route("/healthz", healthz),
    Route("/metrics", metrics),
    Route("/openapi.json", openapi),
    Route("/{path:path}", files),
)


async def _failed(request: Request, error: Exception) -> Response:
    return as_json(failure(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return as_json(Failure(error.status_code, "not_found" if error.status_code == 404 else "refused", f"{error.detail}: see /openapi.json", headers))  # fmt: skip


async def _left(request: Request, error: Exception) -> Response:
    return Response(status_code=400)  # to nobody


def make(settings: Settings, resolver: Resolver = resolve) -> Starlette:
    """The application. Raises what Service raises; its lifespan, VoiceError where the voice cannot speak."""
    made = Service(settings, resolver)
    allowed = made.allowed

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await made.warm()
        except DocreaderError as error:
            app.state.failed = error  # the server would tell a traceback
            raise
        log.info("ready", extra={"version": __version__, "voices": list(made.voices), "allow": list(settings.allow)})
        try:
            yield
        finally:
            await made.close()

    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"] if allowed.any_origin else (),
        allow_origin_regex=None if allowed.any_origin else allowed.origin_regex,
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "Range"],
        expose_headers=["ETag", "Retry-After", "Content-Range", "Accept-Ranges"],
        max_age=86_400,
    )
    handlers = {Failure: _failed, Busy: _failed, DocreaderError: _failed, TimeoutError: _failed, HTTPException: _http, ClientDisconnect: _left, Exception: _failed}  # fmt: skip
    app = Starlette(
        routes=ROUTES,
        middleware=[cors, Middleware(Around, settings=settings)],
        exception_handlers=handlers,
        lifespan=lifespan,
    )
    app.state.service, app.state.static, app.state.failed = made, Static(), None
    return app


class Around:
    """Counts each request against its client's limit, and tells the log and the metrics of its answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status, first, length = 0, 0.0, 0

        async def told(message: Message) -> None:
            nonlocal status, first, length
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                first = first or time.perf_counter() - begun
                length += len(message.get("body", b""))
            await send(message)

        s: Service = scope["app"].state.service
        try:
            if scope["path"].startswith("/v1/"):
                s.requests.take(who(Request(scope), self._settings))
            await self._app(scope, receive, told)
        except Busy as error:
            await as_json(failure(error))(scope, receive, told)
        finally:
            endpoint = scope.get("endpoint")
            route = getattr(endpoint, "__name__", "none")
            s.metrics.count(route, status, first)
            if log.isEnabledFor(logging.INFO):
                more = {"method": scope["method"], "path": scope["path"], "status": status, "bytes": length}
                more |= {"seconds": round(time.perf_counter() - begun, 4), "first_byte": round(first, 4)}
                if self._settings.log_clients and scope.get("client"):
                    more["client"] = scope["client"][0]
                log.info("request", extra=more)
