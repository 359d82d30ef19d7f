"""An article as an e-book: the rules of EPUB 3.2 for packages and Media Overlays, looked at as a checker does."""

import posixpath
import shutil
import subprocess
import zipfile
from pathlib import Path

import miniaudio
import pytest
from lxml import etree

from docreader.article.epub import from_epub
from docreader.article.model import Article, Block
from docreader.audio.cache import Cache
from docreader.audio.model import Recording
from docreader.audio.record import record
from docreader.errors import OutputError
from docreader.speech import voices
from docreader.spoken.around import around
from docreader.spoken.script import script

ARTICLE = Article(
    title="Hội nghị tổng kết & <bàn giao>",
    lead="Ngày 17/11/2020, HĐND tỉnh họp.",
    blocks=(
        Block("heading", "Kết quả", 2),
        Block("paragraph", "Có 9 đại biểu. Họ nói\x0b nhiều “điều” hay & mới. 😀"),
        Block("item", "Một là làm.", 1),
        Block("item", "Hai là học.", 1),
        Block("caption", "Ảnh: Thùy Linh"),
        Block("quote", "Tôi rất vui."),
        Block("heading", "Nhiệm vụ", 3),
        Block("row", "Xã A: 5; xã B: 7."),
    ),
    author="Thùy Linh",
    published="2020-11-17T08:30:00+07:00",
    site="Cổng thông tin tỉnh",
    language="vi",
    url="https://langson.example/bai?a=1&b=2",
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
CHECKER = Path("/usr/share/java/epubcheck.jar")
X = {
    "h": "http://www.w3.org/1999/xhtml", "o": "http://www.idpf.org/2007/opf", "s": "http://www.w3.org/ns/SMIL",
    "d": "http://purl.org/dc/elements/1.1/",
}  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def recording(cache: Cache) -> Recording:
    return record(script(ARTICLE), voices.load(), cache=cache)


@pytest.fixture(scope="module")
def path(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "bài.epub"
    recording.save(path, ARTICLE, cover=PNG)
    return path


def seconds(clock: str) -> float:
    """A clock value of SMIL."""
    total = 0.0
    for part in clock.removesuffix("s").split(":"):
        total = total * 60 + float(part)
    return total


def overlay(book: zipfile.ZipFile) -> list[tuple[str, float, float]]:
    tree = etree.fromstring(book.read("EPUB/article.smil"))
    assert tree.get("version") == "3.0"
    found = []
    for par in tree.iterfind(".//s:par", X):
        text, audio = par.find("s:text", X), par.find("s:audio", X)
        assert audio.get("src") == "audio.mp3" and len(par) == 2
        found.append((text.get("src"), seconds(audio.get("clipBegin")), seconds(audio.get("clipEnd"))))
    return found


def check(path: Path) -> None:
    """The rules. Each file is declared once, each reference leads somewhere, times are in order and add up."""
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert book.read("mimetype") == b"application/epub+zip"
        package = etree.fromstring(book.read("EPUB/package.opf"))
        items = {item.get("id"): item for item in package.iterfind("o:manifest/o:item", X)}
        declared = sorted(posixpath.join("EPUB", item.get("href")) for item in items.values())
        assert declared == sorted(set(book.namelist()) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"})
        metas = [
            (m.get("property"), m.get("refines"), m.text)
            for m in package.iterfind("o:metadata/o:meta", X)
            if m.get("property")
        ]
        assert package.find(f"o:metadata/d:identifier[@id='{package.get('unique-identifier')}']", X).text.startswith(
            "urn:uuid:"
        )
        assert package.find("o:metadata/d:language", X).text
        assert sum(m[0] == "dcterms:modified" for m in metas) == 1
        (spoken,) = [item for item in items.values() if item.get("media-overlay")]
        smil = items[spoken.get("media-overlay")]
        assert smil.get("media-type") == "application/smil+xml"
        page = etree.fromstring(book.read(posixpath.join("EPUB", spoken.get("href"))))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        pars = overlay(book)
        names = [source.partition("#")[2] for source, _, _ in pars]
        order = [i for i in ids if i in set(names)]
        assert names == order, "an overlay goes through the text in its order"
        audio = miniaudio.decode(book.read("EPUB/audio.mp3"), nchannels=1, sample_rate=22050)
        lasts = len(audio.samples) / 22050
        at = 0.0
        for _, begin, end in pars:
            assert at <= begin < end <= lasts + 0.01
            at = end
        total = seconds(next(m[2] for m in metas if m[0] == "media:duration" and not m[1]))
        one = seconds(next(m[2] for m in metas if m[0] == "media:duration" and m[1] == f"#{smil.get('id')}"))
        assert total == pytest.approx(one, abs=0.001)
        assert total == pytest.approx(sum(end - begin for _, begin, end in pars), abs=0.01)
        active = next(m[2] for m in metas if m[0] == "media:active-class")
        assert f".{active} ".encode() in book.read("EPUB/style.css")
        nav = etree.fromstring(book.read("EPUB/nav.xhtml"))
        for target in nav.xpath("//h:nav//h:a/@href", namespaces=X):
            file, _, fragment = target.partition("#")
            assert posixpath.join("EPUB", file) in declared and (not fragment or fragment in ids)


def test_the_rules_hold(path: Path) -> None:
    check(path)


def test_each_sentence_is_heard_when_it_is_shown(path: Path, recording: Recording) -> None:
    with zipfile.ZipFile(path) as book:
        page = etree.fromstring(book.read("EPUB/article.xhtml"))
        pars = overlay(book)
        text = " ".join(page.find("h:body", X).itertext())
    assert len(pars) == len(recording.marks)
    for (source, begin, end), mark in zip(pars, recording.marks, strict=True):
        (span,) = page.xpath(f"//*[@id='{source.partition('#')[2]}']")
        assert span.text == mark.written.replace("\x0b", "\ufffd")
        assert abs(begin - mark.start) <= 0.001 and abs(end - mark.end) <= 0.001
    assert "Ảnh: Thùy Linh" in text and "😀" in text, "what is not heard is there to be read"


def test_it_tells_what_it_is_and_has_its_cover(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        package = etree.fromstring(book.read("EPUB/package.opf"))
        assert book.read("EPUB/cover.png") == PNG
        page = etree.fromstring(book.read("EPUB/article.xhtml"))
    assert package.find("o:manifest/o:item[@properties='cover-image']", X).get("media-type") == "image/png"
    told = {element.tag.rpartition("}")[2]: element.text for element in package.iterfind("o:metadata/d:*", X)}
    told.pop("identifier")
    assert told == {
        "title": ARTICLE.title, "language": "vi", "creator": "Thùy Linh", "publisher": ARTICLE.site,
        "source": ARTICLE.url, "date": "2020-11-17",
    }  # fmt: skip
    features = package.xpath("//o:meta[@property='schema:accessibilityFeature']/text()", namespaces=X)
    assert "synchronizedAudioText" in features
    assert [e.tag.rpartition("}")[2] for e in page.find("h:body", X)] == [
        "h1",
        "p",
        "h2",
        "p",
        "ul",
        "p",
        "blockquote",
        "h3",
        "p",
    ]


def test_we_read_it_ourselves(path: Path) -> None:
    again = from_epub(path.read_bytes(), "bài.epub")
    assert again.title == ARTICLE.title
    assert "Tôi rất vui." in [block.text for block in again.blocks]


def test_introduction_and_jingle_have_no_text(cache: Cache, tmp_path: Path) -> None:
    said = around(script(ARTICLE), ARTICLE, "{title}. Theo {site}.", "Xin cảm ơn.")
    record(said, voices.load(), cache=cache).save(tmp_path / "a.epub", ARTICLE)
    check(tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as book:
        page = etree.fromstring(book.read("EPUB/article.xhtml"))
        assert len(overlay(book)) == len(said.utterances) - 3
    assert "Xin cảm ơn" not in "".join(page.itertext()) and ARTICLE.title in "".join(page.itertext())


def test_an_article_of_one_sentence_and_a_wav_recording(cache: Cache, tmp_path: Path) -> None:
    bare = Article("", blocks=(Block("paragraph", "Xin chào."),))
    record(script(bare), voices.load(), format="wav", cache=cache).save(tmp_path / "a.epub", bare)
    check(tmp_path / "a.epub")
    with pytest.raises(OutputError, match="an e-book needs the article"):
        record(script("Xin chào."), voices.load(), cache=cache).save(tmp_path / "b.epub")


def test_the_same_article_makes_the_same_book(recording: Recording, path: Path, tmp_path: Path) -> None:
    recording.save(tmp_path / "b.epub", ARTICLE, cover=PNG)
    assert (tmp_path / "b.epub").read_bytes() == path.read_bytes()


@pytest.mark.skipif(
    not (shutil.which("java") and CHECKER.exists()), reason="EPUBCheck (Debian's package epubcheck) is not installed"
)
def test_epubcheck_finds_nothing(path: Path) -> None:
    command = ["java", "-jar", str(CHECKER), "--failonwarnings", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
