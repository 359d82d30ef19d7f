"""Fetching, against a real server on loopback; the guard is tested through its resolver."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docreader.article.fetch import Fetch, Validators, fetch
from docreader.article.guard import is_public
from docreader.article.robots import Manners
from docreader.errors import SourceError

QUICK = Fetch(retries=2, backoff=0.01, read_timeout=1.0, connect_timeout=1.0)


class Site(BaseHTTPRequestHandler):
    asked: list[str]
    agents: list[str]

    def do_GET(self) -> None:
        site = type(self)
        site.asked.append(self.path)
        site.agents.append(self.headers["User-Agent"])
        if self.path == "/busy" and site.asked.count("/busy") < 3:
            self.answer(503 if site.asked.count("/busy") == 1 else 429, b"", {"Retry-After": "0"})
        elif self.path == "/loop":
            self.answer(302, b"", {"Location": "/loop"})
        elif self.path == "/moved":
            self.answer(301, b"", {"Location": "/page"})
        elif self.path == "/file":
            self.answer(302, b"", {"Location": "file:///etc/passwd"})
        elif self.path == "/inwards":
            self.answer(302, b"", {"Location": f"http://127.0.0.2:{self.headers['Host'].split(':')[1]}/page"})
        elif self.path == "/large":
            self.answer(200, b"x" * 3000, {"Content-Type": "text/html"})
        elif self.path == "/bomb":
            self.answer(200, gzip.compress(b"x" * 5_000_000), {"Content-Encoding": "gzip"})
        elif self.path == "/bad-gzip":
            self.answer(200, b"no gzip at all", {"Content-Encoding": "gzip"})
        elif self.path == "/robots.txt":
            self.answer(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 2\n", {"Content-Type": "text/plain"})
        elif self.headers["If-None-Match"] == '"1"':
            self.answer(304, b"", {"ETag": '"1"'})
        elif self.path in ("/page", "/busy"):
            self.answer(200, "xin chào".encode(), {"Content-Type": "text/html; charset=UTF-8", "ETag": '"1"'})
        elif self.path == "/slow":
            threading.Event().wait(2.0)
        else:
            self.answer(int(self.path[1:]) if self.path[1:].isdecimal() else 404, b"", {})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked, Site.agents = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_page(site: str) -> None:
    page = fetch(f"{site}/moved", QUICK)
    assert (page.url, page.content.decode(), page.content_type, page.charset) == (
        f"{site}/page",
        "xin chào",
        "text/html",
        "utf-8",
    )
    assert Site.agents[0].startswith("docreader/")


def test_waits_and_tries_again(site: str) -> None:
    assert fetch(f"{site}/busy", QUICK).status == 200
    assert Site.asked.count("/busy") == 3


def test_unchanged_page(site: str) -> None:
    page = fetch(f"{site}/page", QUICK, Validators(etag='"1"'))
    assert (page.status, page.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/404", "does not exist"),
        ("/403", "refuses programs"),
        ("/500", "fails on its server"),
        ("/loop", "redirects more than"),
        ("/file", "not an http or https address"),
        ("/slow", "did not answer within"),
        ("/bad-gzip", "compressed in a way"),
    ],
)
def test_failure_is_one_line(site: str, path: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        fetch(site + path, Fetch(retries=0, read_timeout=0.5))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["/large", "/bomb"])
def test_too_large(site: str, path: str) -> None:
    with pytest.raises(SourceError, match="larger than"):
        fetch(site + path, Fetch(max_bytes=2000 if path == "/large" else 1_000_000))


def test_refused_and_unknown() -> None:
    with pytest.raises(SourceError, match="cannot connect"):
        fetch("http://127.0.0.1:9/", Fetch(retries=0))

    def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(SourceError, match="no host named"):
        fetch("http://nobody.example/", Fetch(resolver=nobody))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "0.0.0.0"],
)
def test_private_address_is_refused_after_dns(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(SourceError, match="private network"):
        fetch("http://innocent.example/", Fetch(allow_private=False, resolver=lambda host, port: [address]))


def test_redirect_inwards_is_refused_even_where_private_addresses_are_allowed(site: str) -> None:
    # To this test 127.0.0.1 is the world and 127.0.0.2 the network inside.
    with pytest.raises(SourceError, match="private network"):
        fetch(f"{site}/inwards", Fetch(public=lambda address: address == "127.0.0.1"))
    assert Site.asked == ["/inwards"]


def test_robots_and_delay(site: str) -> None:
    slept: list[float] = []
    manners = Manners(QUICK, clock=lambda: 0.0, sleep=slept.append)
    assert manners.allowed(f"{site}/page")
    assert not manners.allowed(f"{site}/private/x")
    for _ in range(3):
        manners.wait(f"{site}/page")
    assert slept == [2.0, 4.0]
    assert Site.asked == ["/robots.txt"]
