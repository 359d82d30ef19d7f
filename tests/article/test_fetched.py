"""From an address to an Article: what servers do on the way, on a real server on loopback, through the real fetcher."""

import gzip
import io
import logging
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import docx
import pytest
import trustme
import typst

from docreader.article.fetch import Fetch, Fetcher, Validators
from docreader.article.robots import Manners
from docreader.article.source import explain, load
from docreader.errors import NotAnArticle, SourceError

QUICK = Fetch(retries=0, read_timeout=2.0, connect_timeout=1.0)
TEXT = (
    "Ủy ban nhân dân xã thông báo lịch cắt nước để sửa đường ống trên các tuyến phố của thị trấn trong tuần này. " * 3
)
PAGE = f"<html><head><title>Thông báo cắt nước</title></head><body><h1>Thông báo cắt nước trong tuần</h1><p>{TEXT}</p></body></html>"
TITLE = "Thông báo cắt nước trong tuần"
Answer = tuple[int, dict[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """A server whose pages are functions of what is asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[dict[str, str]], Answer]] = {}
        self.asked: list[str] = []
        self.root = ""

    def page(self, path: str, content: str | bytes, status: int = 200, **headers: str) -> None:
        body = content.encode() if isinstance(content, str) else content
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = lambda _: (status, {**HTML, **named}, body)


@pytest.fixture
def site() -> Iterator[Site]:
    with Served(Site()) as (one, _):
        yield one


class Served:
    """A Site on loopback while the block runs."""

    def __init__(self, site: Site, context: ssl.SSLContext | None = None) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = site.pages.get(self.path)
                status, headers, body = page(dict(self.headers.items())) if page else (404, HTML, b"")
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.site = site
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        site.root = f"http{'s' if context else ''}://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> tuple[Site, str]:
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self.site, self.site.root

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(
    "tag",
    [
        '<meta http-equiv="refresh" content="0; url=/bai">',
        "<META content='2;URL=/bai' HTTP-EQUIV='Refresh'>",
        "<meta http-equiv=refresh content=\"0;url='/bai'\">",
        '<meta http-equiv="refresh" content="0; url=\'/bai?a=1&amp;b=2\'">',
    ],
)
def test_meta_refresh_is_followed(site: Site, tag: str) -> None:
    site.page("/", f"<html><head>{tag}</head><body>Đang chuyển trang...</body></html>")
    site.page("/bai", PAGE)
    site.page("/bai?a=1&b=2", PAGE)
    article = load(f"{site.root}/", QUICK)
    assert article.title == TITLE
    assert article.url.startswith(f"{site.root}/bai")


def test_a_refresh_that_reloads_the_page_is_not_followed(site: Site) -> None:
    for content in ("300; url=/khac", "5; url=/", "5"):
        site.page("/", PAGE.replace("<head>", f'<head><meta http-equiv="refresh" content="{content}">'))
        assert load(f"{site.root}/", QUICK).title == TITLE
    assert set(site.asked) == {"/"}


def test_a_refresh_in_a_circle_ends(site: Site) -> None:
    site.page("/a", '<meta http-equiv="refresh" content="0; url=/b">')
    site.page("/b", '<meta http-equiv="refresh" content="0; url=/a">')
    with pytest.raises(NotAnArticle):
        load(f"{site.root}/a", QUICK)
    assert len(site.asked) < 6


def test_a_page_behind_a_cookie(site: Site) -> None:
    """Portals that set a cookie and send back to the same page until it comes."""

    def page(headers: dict[str, str]) -> Answer:
        if "visited=1" in headers.get("Cookie", ""):
            return 200, HTML, PAGE.encode()
        return 302, {"Location": "/bai", "Set-Cookie": "visited=1; Path=/"}, b""

    site.pages["/bai"] = page
    assert load(f"{site.root}/bai", QUICK).title == TITLE
    assert site.asked == ["/bai", "/bai"]


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("deflate", zlib.compress),
    ],
)
def test_compressed(site: Site, encoding: str, compress: Callable[[bytes], bytes]) -> None:
    def page(headers: dict[str, str]) -> Answer:
        assert encoding in headers["Accept-Encoding"]
        return 200, {**HTML, "Content-Encoding": encoding}, compress(PAGE.encode())

    site.pages["/"] = page
    assert load(f"{site.root}/", QUICK).title == TITLE


def test_brotli_bomb(site: Site) -> None:
    site.page("/", brotli.compress(b" " * 50_000_000), Content_Encoding="br")
    with pytest.raises(SourceError, match="larger than 10 MB"):
        load(f"{site.root}/", QUICK)


def test_conditional_requests(site: Site) -> None:
    date = "Tue, 05 Mar 2024 01:00:00 GMT"

    def page(headers: dict[str, str]) -> Answer:
        known = headers.get("If-None-Match") == '"v1"' or headers.get("If-Modified-Since") == date
        return (304, {}, b"") if known else (200, {**HTML, "ETag": '"v1"', "Last-Modified": date}, PAGE.encode())

    site.pages["/"] = page
    with Fetcher(QUICK) as fetcher:
        first = fetcher.fetch(f"{site.root}/")
        assert (first.etag, first.last_modified) == ('"v1"', date)
        for known in (Validators(etag=first.etag), Validators(last_modified=first.last_modified)):
            again = fetcher.fetch(f"{site.root}/", known)
            assert (again.status, again.content) == (304, b"")


def test_each_host_is_asked_at_its_own_pace() -> None:
    with Served(Site()) as (_, one), Served(Site()) as (_, two):
        manners = Manners(QUICK, delay=0.2)
        start = time.monotonic()
        for _ in range(3):
            manners.wait(f"{one}/a")
            manners.wait(f"{two}/a")
        # Three at each host: two pauses, and the hosts don't wait for each other.
        assert 0.4 <= time.monotonic() - start < 0.8 + 2.0


def letter(text: str, folder: Path) -> bytes:
    (folder / "a.typ").write_text(f'#set text(font: "Libertinus Serif", lang: "vi")\n{text}', "utf-8")
    return typst.compile(str(folder / "a.typ"))


SHELL = "<html><head><title>Văn bản</title></head><body><h1>Văn bản chỉ đạo điều hành</h1>{}</body></html>"


@pytest.mark.parametrize(
    "shown",
    [
        '<p><a href="/tep/Cong%20van.pdf">Tải về</a></p>',
        '<iframe src="/tep/Cong%20van.pdf#toolbar=0" width="100%"></iframe>',
        '<object data="/tep/Cong%20van.pdf" type="application/pdf"></object>',
        '<iframe src="/viewer?file=%2Ftep%2FCong%2520van.pdf"></iframe>',
        '<a href="/tep/Cong van.pdf">Xem</a> <a href="/tep/Cong%20van.pdf">Tải về</a>',
        '<iframe src="https://docs.google.com/viewer?url=ROOT%2Ftep%2FCong%2520van.pdf&amp;embedded=true"></iframe>',
    ],
)
def test_a_page_whose_article_is_only_an_attached_pdf(site: Site, tmp_path: Path, shown: str) -> None:
    site.page("/van-ban", SHELL.format(shown.replace("ROOT", site.root)))
    site.page("/tep/Cong%20van.pdf", letter(TEXT, tmp_path), Content_Type="application/octet-stream")
    article = load(f"{site.root}/van-ban", QUICK)
    assert article.blocks[0].text == TEXT.strip()
    assert article.url == f"{site.root}/tep/Cong%20van.pdf"
    assert article.canonical_url == f"{site.root}/van-ban"


def test_a_pdf_beside_an_article_is_not_followed(site: Site) -> None:
    site.page("/bai", PAGE.replace("</body>", '<p><a href="/tep.pdf">Tải về tệp đính kèm</a></p></body>'))
    assert load(f"{site.root}/bai", QUICK).blocks[0].text == TEXT.strip()
    assert site.asked == ["/bai"]


def test_links_that_are_no_addresses(site: Site) -> None:
    site.page("/a", SHELL.format('<a href="http://[">một</a><a href="/x?file=http://[.pdf">hai</a>'))
    site.page("/b", '<meta http-equiv="refresh" content="0; url=http://[">')
    for path in ("/a", "/b"):
        with pytest.raises(NotAnArticle):
            load(site.root + path, QUICK)
    assert site.asked == ["/a", "/b"]


def test_a_list_of_pdfs_is_no_article(site: Site) -> None:
    links = "".join(f'<a href="/{number}.pdf">Văn bản {number}</a>' for number in range(5))
    site.page("/van-ban", SHELL.format(links))
    with pytest.raises(NotAnArticle):
        load(f"{site.root}/van-ban", QUICK)
    assert site.asked == ["/van-ban"]


def test_documents_at_an_address(site: Site, tmp_path: Path) -> None:
    file = io.BytesIO()
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph(TEXT)
    document.save(file)
    site.page("/a", file.getvalue(), Content_Type="application/octet-stream")
    site.page("/b.md", f"# {TITLE}\n\n{TEXT}\n", Content_Type="text/markdown; charset=utf-8")
    site.page("/c.txt", f"{TITLE}\n\n{TEXT}\n", Content_Type="text/plain; charset=utf-8")
    for path in ("/a", "/b.md", "/c.txt"):
        article = load(site.root + path, QUICK)
        assert (article.title, article.blocks[0].text, article.language) == (TITLE, TEXT.strip(), "vi")


def test_markdown_by_its_name(site: Site) -> None:
    site.page("/b.md", f"# {TITLE}\n\n{TEXT}\n", Content_Type="text/plain; charset=utf-8")
    assert load(f"{site.root}/b.md", QUICK).title == TITLE


def test_javascript_only_page_is_told(site: Site) -> None:
    app = '<html><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src="/main.js"></script></body></html>'
    site.page("/", app)
    with pytest.raises(NotAnArticle, match="only with JavaScript; open it in a browser, save the page"):
        load(f"{site.root}/", QUICK)
    assert explain(f"{site.root}/", QUICK)[-1][0] == "no article"


def test_language_is_told(site: Site) -> None:
    words = (
        "The provincial committee met on Monday to review the plan and to agree on the budget of the coming year. " * 4
    )
    site.page("/", f'<html lang="vi"><body><h1>The committee met on Monday</h1><p>{words}</p></body></html>')
    assert load(f"{site.root}/", QUICK).language != "vi"
    site.page("/", PAGE.replace("<html>", '<html lang="en">'))
    assert load(f"{site.root}/", QUICK).language == "vi"


def test_a_certificate_that_cannot_be_checked(caplog: pytest.LogCaptureFixture) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    site = Site()
    site.page("/", PAGE)
    with Served(site, context) as (_, root):
        with pytest.raises(SourceError, match=r"use --insecure 127\.0\.0\.1"):
            load(f"{root}/", QUICK)
        with caplog.at_level(logging.WARNING):
            trusting = Fetch(retries=0, insecure_hosts=frozenset({"127.0.0.1"}))
            assert load(f"{root}/", trusting).title == TITLE
        assert "certificate of 127.0.0.1 is not checked" in caplog.text
        # The leave is for that host alone.
        with pytest.raises(SourceError, match="use --insecure"):
            load(f"{root}/", Fetch(retries=0, insecure_hosts=frozenset({"other.example"})))
