"""The service as it runs: uvicorn on loopback, in a thread; and a portal whose pages it fetches."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import uvicorn
from starlette.applications import Starlette

from docreader.article.guard import Resolver, resolve
from docreader.web.app import make
from docreader.web.settings import Settings
from tests.conftest import running

PAGES = Path(__file__).parents[1] / "pages"
LOOPBACK = ("127.0.0.0/8",)


def page(title: str, paragraphs: int = 3, word: str = "phát triển") -> bytes:
    body = "".join(
        f"<p>Đoạn {n}: ngày 17/11/2020, HĐND tỉnh họp bàn về việc {word} kinh tế của các huyện trong tỉnh {title}.</p>"
        for n in range(paragraphs)
    )
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


@dataclass
class Portal:
    """A real web server; ``pages`` are its bodies by path, ``asked`` the paths that were asked for."""

    address: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.address + path


@pytest.fixture
def portal() -> Iterator[Portal]:
    there = Portal(pages={"/seed": (PAGES / "drupal-seed.html").read_bytes(), "/short": page("Hội nghị ngắn")})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(self.path)
            time.sleep(there.delay)
            body = there.pages.get(self.path, b"")
            etag = f'"{hash(body)}"'
            status = there.statuses.get(self.path, 200 if body else 404)
            if self.path in there.redirects:
                status = 302
            elif status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            if self.path in there.redirects:
                self.send_header("Location", there.redirects[self.path])
            if status == 200:
                self.send_header("ETag", etag)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as there.address:
        yield there


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


@dataclass
class Running:
    """The service, and a client of it."""

    address: str
    app: Starlette

    @property
    def service(self) -> Any:
        return self.app.state.service

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = self.connect()
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, path: str, what: object, **headers: str) -> Answer:
        return self.ask(path, "POST", json.dumps(what).encode(), **{"Content_Type": "application/json", **headers})

    def article(self, url: str, **headers: str) -> Answer:
        return self.ask("/v1/article?url=" + quote(url, safe=""), "GET", None, **headers)


Start = Callable[..., Running]


@pytest.fixture
def start(portal: Portal, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the service with these settings; the portal is allowed where nothing else is."""
    monkeypatch.setenv("HOME", str(home))
    ended: list[Callable[[], None]] = []

    def begin(resolver: Resolver = resolve, **settings: Any) -> Running:
        given: dict[str, Any] = {
            "allow": (portal.address + "/*",),
            "private": LOOPBACK,
            "cache": str(tmp_path / "cache"),
            "linger": 0.2,
        }
        app = make(Settings(**(given | settings)), resolver)
        config = uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="on", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()

        def end() -> None:
            server.should_exit = True
            thread.join()

        ended.append(end)
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        return Running(f"http://127.0.0.1:{port}", app)

    yield begin
    for end in reversed(ended):
        end()
