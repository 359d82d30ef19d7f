"""The article's own picture on its track: named by the page, fetched from a real server on loopback, seen by mutagen."""
# mypy: allow-untyped-calls

import base64
import io
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from PIL import Image

from docreader import extract
from docreader.article.fetch import Fetch
from docreader.article.guard import PrivateError
from docreader.article.model import Article
from docreader.audio.cover import fitting, from_article
from docreader.errors import SourceError
from tests.conftest import ARTICLE, Run, running


def painted(kind: str, size: tuple[int, int], mode: str = "RGB", **more: object) -> bytes:
    """A picture that gets redder to the right."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").rotate(90).resize(size)
    Image.merge("RGB", (image, image.point(lambda v: v // 2), image.point(lambda v: 90))).convert(mode).save(
        out, kind, **more
    )
    return out.getvalue()


WEBP = painted("WEBP", (1600, 900))
PICTURES = {"anh.webp": WEBP, "hong.webp": WEBP[: len(WEBP) // 2], "trang.html": ARTICLE.encode()}


def page(head: str, body: str = "") -> str:
    return ARTICLE.replace("<head>", f"<head>{head}").replace("</h1>", f"</h1>{body}")


def shared(path: str) -> str:
    return page(f'<meta property="og:image" content="{path}">')


class _Site(BaseHTTPRequestHandler):
    """/bai/NAME: an article that names the picture /NAME as its own."""

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        body = shared(f"/{path[4:]}").encode() if path.startswith("bai/") else PICTURES.get(path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def pictures() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server, running(server) as address:
        yield address


def covers(path: Path) -> list[bytes]:
    match path.suffix:
        case ".mp3":
            return [frame.data for frame in ID3(path).getall("APIC")]
        case ".m4a":
            return list(map(bytes, MP4(path)["covr"]))
        case ".flac":
            return [one.data for one in FLAC(path).pictures]
        case ".opus":
            return [Picture(base64.b64decode(one)).data for one in OggOpus(path).get("metadata_block_picture", [])]
    with zipfile.ZipFile(path) as book:
        return [book.read(name) for name in book.namelist() if "cover" in name]


def test_every_format_carries_the_picture_of_the_article(docreader: Run, work: Path, pictures: str) -> None:
    found = set()
    for suffix in ("mp3", "m4a", "flac", "opus", "epub"):
        done = docreader("read", f"{pictures}/bai/anh.webp", "-o", f"a.{suffix}", "--cover", "article")
        assert (done.returncode, done.stderr) == (0, b"")
        found |= set(covers(work / f"a.{suffix}"))
    (cover,) = found
    with Image.open(io.BytesIO(cover)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1200, 675))
        left, right = shown.getpixel((10, 300)), shown.getpixel((1190, 300))
        assert isinstance(left, tuple) and isinstance(right, tuple) and abs(left[0] - right[0]) > 200


@pytest.mark.parametrize(
    ("name", "why"), [("khong-co.jpg", "404"), ("hong.webp", "no picture"), ("trang.html", "no picture")]
)
def test_without_its_picture_it_is_read_all_the_same(
    name: str, why: str, docreader: Run, work: Path, pictures: str
) -> None:
    done = docreader("read", f"{pictures}/bai/{name}", "-o", "a.mp3", "--cover", "article")
    told = done.stderr.decode()
    assert done.returncode == 0 and told.count("\n") == 1 and "without a cover" in told and why in told
    assert covers(work / "a.mp3") == [] and (work / "a.mp3").stat().st_size > 40_000


def test_a_picture_in_a_private_network_is_not_fetched_for_a_page_of_elsewhere(pictures: str) -> None:
    article = Article("Bài", url="https://bao.example/bai", image=f"{pictures}/anh.webp")
    with pytest.raises(PrivateError):
        from_article(article, Fetch(retries=0))
    with pytest.raises(SourceError, match="larger than"):
        from_article(
            Article("Bài", url=f"{pictures}/bai", image=f"{pictures}/anh.webp"), Fetch(retries=0, max_bytes=1000)
        )
    with pytest.raises(SourceError, match="names no picture"):
        from_article(Article("Bài"))


URL = "https://tinh.example/tin/bai.html"


@pytest.mark.parametrize(
    ("html", "image"),
    [
        (shared("/anh/1.jpg"), "https://tinh.example/anh/1.jpg"),
        (shared("//cdn.example/1.jpg?w=1"), "https://cdn.example/1.jpg?w=1"),
        (page('<meta name="twitter:image" content="https://a.example/t.png">'), "https://a.example/t.png"),
        (page('<script type="application/ld+json">{"@type":"NewsArticle","image":[{"url":"b.jpg"}]}</script>'), "https://tinh.example/tin/b.jpg"),
        (page('<script type="application/ld+json">{"@type":"Article","image":"c.jpg"}</script>'), "https://tinh.example/tin/c.jpg"),
        (page("", '<p><img src="/i.svg"><img src="x.png" width="24"><img src="data:image/gif;base64,R0" data-src="../d.jpg"></p>'), "https://tinh.example/d.jpg"),
        (page('<meta property="og:image" content="javascript:1">'), ""),
        (page(""), ""),
    ],
)  # fmt: skip
def test_what_a_page_names_as_its_picture(html: str, image: str) -> None:
    assert extract(html, URL).image == image


def test_a_saved_page_has_pictures_with_an_address_only() -> None:
    assert extract(shared("anh.jpg"), "bai.html").image == ""
    assert extract(shared("https://a.example/1.jpg"), "bai.html").image == "https://a.example/1.jpg"


def test_small_pictures_stay_as_they_are_and_others_become_fitting() -> None:
    for kind in ("JPEG", "PNG"):
        assert fitting(small := painted(kind, (300, 200))) == small
    for data in (painted("PNG", (3000, 10)), painted("GIF", (50, 50)), painted("PNG", (2400, 1200), "RGBA"), painted("JPEG", (2000, 2000), "CMYK")):  # fmt: skip
        with Image.open(io.BytesIO(fitting(data))) as shown:
            assert shown.format == "JPEG" and shown.mode == "RGB" and max(shown.size) <= 1200


def test_pictures_that_are_bombs_or_broken() -> None:
    whole = painted("PNG", (300, 200))
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    for data in (b"", b"<svg/>", whole[:-200], whole[:30], bomb.getvalue()):
        with pytest.raises(ValueError, match=r"."):
            fitting(data)
