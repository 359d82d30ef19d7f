"""No page, however broken, raises anything but NotAnArticle, or hangs."""

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docreader.article.charset import decode
from docreader.article.documents import from_markdown, from_text
from docreader.article.html import explain, extract
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

TEXT = "Ủy ban nhân dân tỉnh vừa ban hành kế hoạch phòng, chống thiên tai năm 2024 trên địa bàn toàn tỉnh. " * 3
PARAGRAPH = f"<p>{TEXT}</p>"

HOSTILE: dict[str, Callable[[], str]] = {
    "nesting": lambda: "<div>" * 100_000 + PARAGRAPH,
    "nesting, closed": lambda: "<div>" * 70_000 + PARAGRAPH + "</div>" * 70_000,
    "nested spans": lambda: "<p>" + "<span>" * 100_000 + TEXT,
    "nested tables": lambda: "<table><tr><td>" * 30_000 + TEXT,
    "nested lists": lambda: "<ul><li>" * 50_000 + TEXT,
    "attributes": lambda: "<div " + " ".join(f"a{number}=1" for number in range(1_000_000)) + f">{PARAGRAPH}</div>",
    "one long attribute": lambda: f'<div class="{"share " * 500_000}">{PARAGRAPH}</div>{PARAGRAPH}',
    "entity bomb": lambda: "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY b{number} '{'&a;' * 10}'>" for number in range(20)
    ) + f"]><html><body>&b19;{PARAGRAPH}",
    "many entities": lambda: f"<p>{'&amp;' * 500_000}</p>{PARAGRAPH}",
    "nulls": lambda: "\x00".join(f"<html><body>{PARAGRAPH}</body></html>"),
    "endless line": lambda: f"<p>{'a' * 5_000_000}</p>",
    "endless words": lambda: f"<p>{'Xin chào các bạn ' * 200_000}</p>",
    "no closing": lambda: "<p><b><i><a href='x'>" * 30_000 + TEXT,
    "open comment": lambda: f"{PARAGRAPH}<!--{'-' * 1_000_000}",
    "open tags": lambda: "<" * 1_000_000,
    "open tags, fewer": lambda: "<" * 140_000,
    "many breaks": lambda: f"<p>{TEXT}{'<br>' * 140_000}{TEXT}</p>",
    "many images": lambda: f"{PARAGRAPH}{'<img src=x>' * 140_000}",
    "many links": lambda: f"{PARAGRAPH}{'<p><a href=x>Tin khác</a></p>' * 35_000}",
    "wide table": lambda: f"{PARAGRAPH}<table>{('<tr>' + '<td>x</td>' * 1000 + '</tr>') * 50}</table>",
    "spaces": lambda: f"<p>{' ' * 3_000_000}</p><p>{'&nbsp;' * 200_000}</p>{PARAGRAPH}",
    "dashes": lambda: f"<p>{'- ' * 500_000}</p>{PARAGRAPH}",
    "capitals": lambda: f"<p>{'Nguyễn Văn ' * 5}</p>" * 20_000,
    "json": lambda: f'<script type="application/ld+json">{"[" * 100_000}</script>{PARAGRAPH}',
    "half surrogates": lambda: f"<p>\ud800{TEXT}\udfff</p>",
    "title of dashes": lambda: f"<title>{' - '.join('abc' for _ in range(100_000))}</title>{PARAGRAPH}",
    "many articles": lambda: f"<article>{PARAGRAPH}</article>" * 5_000,
    "doctype soup": lambda: "<!DOCTYPE " * 100_000 + PARAGRAPH,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page(name: str) -> None:
    page = HOSTILE[name]()
    start = time.process_time()
    try:
        article = extract(page)
    except NotAnArticle as error:
        assert "\n" not in str(error)
    else:
        assert all(block.text for block in article.blocks)
    # All take less than a second or two; this tells apart what hangs from what a busy machine makes slow.
    assert time.process_time() - start < 20.0


def test_a_charset_that_makes_no_text() -> None:
    """Found by fuzzing: Python knows “uu”, but not as an encoding of text."""
    for charset in ("uu", "base64", "rot13", "idna", "punycode", "undefined", "mbcs"):
        page = f'<meta charset="{charset}"><h1>Tin trong ngày</h1>{PARAGRAPH}'.encode("cp1258", "replace")
        assert extract(page).blocks


def test_what_is_deep_is_still_found() -> None:
    assert TEXT.strip() in extract("<div>" * 1000 + PARAGRAPH).blocks[0].text


def test_ten_megabytes() -> None:
    page = "<html><body><article><h1>Một trang rất dài</h1>" + f"<p>{TEXT}</p>" * 25_000 + "</article></body></html>"
    assert len(page.encode()) > 9_000_000
    assert len(extract(page).blocks) == 25_000


def test_too_many_tags_are_told() -> None:
    with pytest.raises(NotAnArticle, match="more than 100,000 tags"):
        extract(PARAGRAPH + "<br>" * 100_001)


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "<th>",
        "</table>",
        "<ul>",
        "<ol>",
        "<li>",
        "</ul>",
        "<br>",
        "<img>",
        "<a_href=x>",
        "</a>",
        "<h1>",
        "</h1>",
        "<h2>",
        "<blockquote>",
        "<figure>",
        "<figcaption>",
        "<article>",
        "<main>",
        "<body>",
        "</body>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<title>",
        "<meta_charset=x>",
        "<div_class=share>",
        "<div_hidden>",
        "<div_class='ArticleContent'>",
        "<p_align=center>",
        "<svg>",
        "<template>",
        "<form>",
        "&#0;",
        "&#xD800;",
    ]
).map(lambda tag: tag.replace("_", " "))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(TAGS, st.text(max_size=30), st.just(TEXT)), max_size=60))
def test_soup(parts: list[str]) -> None:
    page = "".join(parts)
    try:
        article = extract(page, "https://host.example/x")
    except NotAnArticle:
        return
    for block in article.blocks:
        assert block.text == " ".join(block.text.split())
    explain(page)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=12))
def test_any_bytes(content: bytes, charset: str) -> None:
    decode(content, charset)
    with contextlib.suppress(NotAnArticle):
        extract(content + PARAGRAPH.encode("cp1258", "replace"), "http://[", charset)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=500))
def test_any_text(text: str) -> None:
    to_unicode(text)
    for reader in (from_text, from_markdown):
        with contextlib.suppress(NotAnArticle):
            reader(text, "x.md")


def test_head_and_body_may_be_left_out() -> None:
    said = "Ngày 17/11/2020, Thường trực HĐND tỉnh tổ chức hội nghị giao ban với các huyện, thành phố trên địa bàn."
    page = f"<meta charset=utf-8><title>Hội nghị</title><article><h1>Hội nghị giao ban</h1><p>{said}</p><h2>Kinh tế</h2><p>Phiên {said}</p></article>"
    article = extract(page)
    assert article.title == "Hội nghị giao ban"
    assert [block.text for block in article.blocks] == [said, "Kinh tế", f"Phiên {said}"]
