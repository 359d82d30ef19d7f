"""Finding articles: each kind of source, from a real server or real files."""

import gzip
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from docreader.site.discover import Discovery, Wanted
from docreader.site.model import Found
from tests.conftest import ARTICLE, running

SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'


@pytest.fixture
def files() -> dict[str, bytes]:
    """What the server answers, by path."""
    return {}


@pytest.fixture
def server(files: dict[str, bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            here = f"http://{self.headers['Host']}".encode()
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write((body or b"").replace(b"HERE", here))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address


def paths(discovery: Discovery) -> list[str]:
    return ["/" + one.address.split("/", 3)[-1] for one in discovery]


def test_an_index_of_sitemaps_also_packed_and_of_news(server: str, files: dict[str, bytes]) -> None:
    files["/robots.txt"] = b"User-agent: *\nSitemap: HERE/maps.xml\n"
    files["/"] = b"<html><body>front</body></html>"
    files[
        "/maps.xml"
    ] = b"""<?xml version="1.0"?><!-- made by hand --><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>HERE/news.xml</loc></sitemap><sitemap><loc>/packed.xml.gz</loc></sitemap>
        <sitemap><loc>HERE/lost.xml</loc></sitemap><sitemap><loc>HERE/maps.xml</loc></sitemap></sitemapindex>"""
    news = "<url><loc>HERE/tin/1?utm_source=x</loc><n:news><n:publication_date>2026-03-04</n:publication_date></n:news></url>"
    files["/news.xml"] = SITEMAP.format(news).encode()
    files["/packed.xml.gz"] = gzip.compress(
        SITEMAP.format(
            "<url><loc>/tin/2</loc><lastmod>2026-01-02</lastmod></url><url><loc>/anh.jpg</loc></url>"
        ).encode()
    )
    discovery = Discovery((server,))
    found = list(discovery)
    assert [(one.address, one.listed) for one in found] == [
        (f"{server}/tin/1", "2026-03-04"),
        (f"{server}/tin/2", "2026-01-02"),
    ]
    assert len(discovery.problems) == 1
    assert "lost.xml does not exist (404)" in discovery.problems[0]
    assert not discovery.whole
    assert paths(Discovery((server,), Wanted(since="2026-02-01"))) == ["/tin/1"]


def test_a_feed_and_its_older_pages(server: str, files: dict[str, bytes]) -> None:
    files["/"] = b'<html><head><link rel="alternate" type="application/rss+xml" href="/tin.rss"></head></html>'
    item = "<item><title>t</title><link>HERE{}</link><pubDate>Tue, 03 Nov 2026 08:00:00 +0700</pubDate></item>"
    files["/tin.rss"] = (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title><atom:link rel="next" href="HERE/tin2.atom"/>{item.format("/a")}</channel></rss>'.encode()
    )
    files["/tin2.atom"] = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="HERE/b"/><updated>2026-10-01T00:00:00Z</updated></entry></feed>'
    )
    found = list(Discovery((server,)))
    assert [one.address.removeprefix(server) for one in found] == ["/a", "/b"]
    assert [one.listed for one in found] == ["2026-11-03T01:00:00Z", "2026-10-01T00:00:00Z"]


def test_a_site_that_names_nothing(server: str, files: dict[str, bytes]) -> None:
    files["/"] = b"<html><body>front</body></html>"
    discovery = Discovery((server,))
    assert list(discovery) == []
    assert "names no sitemap and no feed" in discovery.problems[0]


def test_only_what_lies_below_an_address(server: str, files: dict[str, bytes]) -> None:
    files["/vi/"] = b"<html><body>front</body></html>"
    files["/sitemap.xml"] = SITEMAP.format("<url><loc>/vi/1</loc></url><url><loc>/en/1</loc></url>").encode()
    assert paths(Discovery((f"{server}/vi/",))) == ["/vi/1"]


def test_a_sitemap_that_breaks_off_gives_what_it_has(server: str, files: dict[str, bytes]) -> None:
    files["/s.xml"] = b"<urlset><url><loc>/1</loc></url><url><loc>/2</loc></url><url><lo"
    assert paths(Discovery((f"{server}/s.xml",))) == ["/1", "/2"]


def test_lists(tmp_path: Path) -> None:
    listed = tmp_path / "danh-sach.txt"
    listed.write_text(
        "# bài\nhttps://Portal.example/1#x\n\nhttps://portal.example/2\nhttps://portal.example/3 ghi chú\n", "utf-8"
    )
    assert paths(Discovery((str(listed),))) == ["/1", "/2", "/3"]
    assert paths(Discovery(("-",), Wanted(limit=1), stdin=io.BytesIO(listed.read_bytes()))) == ["/1"]
    discovery = Discovery(("-",), stdin=io.BytesIO(b"https://a.example/1\nkhong phai dia chi\n"))
    assert paths(discovery) == ["/1"]
    assert "line 2 is no address" in discovery.problems[0]


def test_folders_and_archives_hold_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "trang"
    for name in ("a/bai 1.html", "a/bai-2.htm", "b.txt", "anh.png", ".ẩn/c.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(ARTICLE, "utf-8")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive, tarfile.open(tmp_path / "t.tar.gz", "w:gz") as tar:
        for name in ("a/bai 1.html", "a/bai-2.htm", "anh.png", "b.txt"):
            archive.write(folder / name, name)
            tar.add(folder / name, name)
    wanted = ["a/bai 1.html", "a/bai-2.htm", "b.txt"]
    for source in (folder, tmp_path / "t.zip", tmp_path / "t.tar.gz"):
        found = list(Discovery((str(source),)))
        assert [one.address for one in found] == wanted
        assert {one.content for one in found} == {ARTICLE.encode()}
    based = Discovery((str(folder),), base="https://portal.example/luu")
    assert next(iter(based)).address == "https://portal.example/luu/a/bai%201.html"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio's writer closes no file
def test_a_web_archive(tmp_path: Path) -> None:
    path = tmp_path / "site.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for address, status, kind in (
            ("https://a.example/1", "200 OK", "text/html; charset=utf-8"),
            ("https://a.example/2", "404 Not Found", "text/html"),
            ("https://a.example/3.png", "200 OK", "image/png"),
        ):
            headers = StatusAndHeaders(
                status, [("Content-Type", kind), ("Content-Encoding", "gzip")], protocol="HTTP/1.1"
            )
            payload = io.BytesIO(gzip.compress(ARTICLE.encode()))
            writer.write_record(writer.create_warc_record(address, "response", payload=payload, http_headers=headers))
    (found,) = Discovery((str(path),))
    assert found == Found(
        "https://a.example/1", content=ARTICLE.encode(), content_type="text/html; charset=utf-8", file="/1"
    )


@pytest.mark.parametrize("name", ["bad.zip", "bad.tar.gz", "bad.warc", "bad.xml.gz", "missing.txt"])
def test_what_is_damaged_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(b"\x1f\x8bnothing of the kind\n")
    discovery = Discovery((str(tmp_path / name),))
    assert list(discovery) == []
    assert len(discovery.problems) == 1
    assert name in discovery.problems[0]
    assert "\n" not in discovery.problems[0]


def test_the_first_address_of_a_long_sitemap_comes_at_once(server: str, files: dict[str, bytes]) -> None:
    files["/s.xml"] = SITEMAP.format("".join(f"<url><loc>/{n}</loc></url>" for n in range(50_000))).encode()
    found = iter(Discovery((f"{server}/s.xml",)))
    assert next(found).address == f"{server}/0"
    assert sum(1 for _ in found) == 49_999
    assert threading.active_count() < 50
