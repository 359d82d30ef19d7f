"""Files and their kinds; the encodings of pages."""

import contextlib
import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from docreader.article.charset import decode
from docreader.article.documents import from_markdown, from_text
from docreader.article.source import from_content, load
from docreader.errors import NotAnArticle, SourceError
from docreader.legacy import to_unicode

LINES = "Thông báo mới\n\nUBND xã thông báo lịch cắt điện trong tuần này.\n\nMọi thắc mắc xin gọi số 1900.\n"


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(LINES, "utf-8")
    article = load(str(path))
    assert article.title == "Thông báo mới"
    assert [block.text for block in article.blocks] == LINES.strip().split("\n\n")[1:]


def test_html_and_text_on_standard_input_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for content, title in (
        (LINES, "Thông báo mới"),
        (f"<h1>Tin trong ngày hôm nay</h1><p>{LINES * 3}</p>", "Tin trong ngày hôm nay"),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        assert load("-").title == title


def test_markdown() -> None:
    article = from_markdown(
        "# Kế hoạch\n\nMột **đoạn** có [liên kết](https://a.example) dài\nhai dòng.\n\n1. Một\n2. Hai\n   - Ba\n\n> Trích\n\n"
        "| Tên | Số |\n|---|---|\n| Lan | 5 |\n\n```\ncode\n```\n"
    )
    assert article.title == "Kế hoạch"
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", "Một đoạn có liên kết dài hai dòng."),
        ("item", "1. Một"),
        ("item", "2. Hai"),
        ("item", "Ba"),
        ("quote", "Trích"),
        ("row", "Tên: Lan; Số: 5"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n", "PNG image"),
        (b"PK\x03\x04zip", "ZIP archive"),
        (b"%PDF-1.4 broken", "broken PDF"),
    ],
)
def test_what_is_no_page(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(content)
    with pytest.raises(NotAnArticle, match=message):
        load(str(path))


def test_no_such_file() -> None:
    with pytest.raises(SourceError, match="there is no file"):
        load("nowhere.html")


SAMPLE = "Thủ tướng Chính phủ vừa ban hành quyết định về việc đẩy mạnh cải cách hành chính"


def test_encodings() -> None:
    # windows-1258 writes the vowel with its hat, then the tone.
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    apart = "".join(
        unicodedata.normalize(
            "NFC", "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark not in marks)
        )
        + "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark in marks)
        for letter in SAMPLE
    )
    old = apart.encode("cp1258")
    for charset in ("windows-1258", "iso-8859-1", "utf-8", ""):
        assert unicodedata.normalize("NFC", decode(old, charset)) == SAMPLE
    assert decode(SAMPLE.encode(), "windows-1258") == SAMPLE
    assert decode("\ufeff".encode() + SAMPLE.encode()) == SAMPLE
    assert decode(SAMPLE.encode("utf-16")) == SAMPLE


def test_legacy_fonts() -> None:
    assert to_unicode("Thñ t­íng ChÝnh phñ võa ban hµnh quyÕt ®Þnh") == "Thủ tướng Chính phủ vừa ban hành quyết định"
    # The ư of TCVN3 as PDFs and web pages give it.
    assert (
        to_unicode("Thñ t-íng ChÝnh phñ -u tiªn h¹ng môc n-íc s¹ch, nh- ®· nªu ë kho¶n 1 - 2 (T-54)")
        == "Thủ tướng Chính phủ ưu tiên hạng mục nước sạch, như đã nêu ở khoản 1 - 2 (T-54)"
    )
    assert to_unicode("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam") == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    for text in (
        SAMPLE,
        unicodedata.normalize("NFD", SAMPLE),
        "Le café à côté où l'élève est allé",
        "año niño señor él está",
    ):
        assert to_unicode(text) == text
    for text in ("© 2024 » Home » News × ½ £5 » © »", "the naïve café’s résumé, a façade and a jalapeño"):
        assert to_unicode(text) == text
    assert from_text("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam").blocks[0].text == "Cộng hòa xã hội chủ nghĩa Việt Nam"


def test_docx(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Báo cáo tháng", 1)
    document.add_paragraph("Kết quả thực hiện nhiệm vụ trong tháng.")
    document.add_paragraph("Thu ngân sách", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], ["Tên", "Số", "Lan", "5"], strict=True):
        cell.text = text
    path = tmp_path / "a.docx"
    document.save(str(path))
    article = load(str(path))
    assert article.title == "Báo cáo tháng"
    assert [block.text for block in article.blocks] == [
        "Kết quả thực hiện nhiệm vụ trong tháng.",
        "1. Thu ngân sách",
        "Tên: Lan; Số: 5",
    ]


def epub() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>')  # fmt: skip
        book.writestr("O/p.opf", '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Truyện</dc:title></metadata><manifest><item id="b" href="b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="n" href="n.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>')  # fmt: skip
        book.writestr("O/n.xhtml", "<html><body><ol><li><a href='a.xhtml'>Chương một</a></li></ol></body></html>")
        book.writestr("O/a.xhtml", "<html><body><h1>Chương một</h1><p>Ngày xửa ngày xưa.</p></body></html>")
        book.writestr("O/b.xhtml", "<html><body><h1>Chương hai</h1><p>Một hôm trời mưa.</p></body></html>")
    return file.getvalue()


def test_epub(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    path.write_bytes(epub())
    article = load(str(path))
    assert article.title == "Truyện"
    assert [block.text for block in article.blocks] == [
        "Chương một",
        "Ngày xửa ngày xưa.",
        "Chương hai",
        "Một hôm trời mưa.",
    ]


def test_broken_epub() -> None:
    """Found by fuzzing: an archive whose files stand before its beginning, by its own table."""
    whole = epub()
    for start in range(60, len(whole) - 100, 37):
        with contextlib.suppress(NotAnArticle):
            from_content(whole[:start] + whole[start + 90 :], "", "a.epub")
    with pytest.raises(NotAnArticle, match=r"a\.epub is a broken EPUB"):
        from_content(whole[:60] + whole[150:], "", "a.epub")


def test_page_in_legacy_bytes() -> None:
    from docreader.article.html import extract

    line = "Thñ t­íng ChÝnh phñ võa ban hµnh quyÕt ®Þnh vÒ viÖc ®Èy m¹nh c¶i c¸ch hµnh chÝnh. "
    page = f"<html><body><h1>Th«ng b¸o quan träng</h1><p>{line * 3}</p></body></html>"
    for content in (page.encode("cp1252"), page.encode()):
        article = extract(content)
        assert article.title == "Thông báo quan trọng"
        assert article.blocks[0].text.startswith("Thủ tướng Chính phủ vừa ban hành quyết định")
