"""Whole pages: beside each the title and then what is read, a block a line; nothing more and nothing less."""

from pathlib import Path

import pytest

from docreader.article.html import explain, extract
from docreader.article.model import Article
from docreader.errors import NotAnArticle

PAGES = Path(__file__).parents[1] / "pages"
WITH_TEXT = sorted(page.name for page in PAGES.glob("*.html") if page.with_suffix(".txt").exists())


def read_aloud(article: Article) -> list[str]:
    lead = [article.lead] if article.lead else []
    return [article.title, *lead, *(block.text for block in article.blocks if block.kind != "caption")]


@pytest.mark.parametrize("name", WITH_TEXT)
def test_page_is_read_exactly(name: str) -> None:
    page = PAGES / name
    assert read_aloud(extract(page.read_bytes())) == page.with_suffix(".txt").read_text("utf-8").splitlines()


def test_there_are_many_pages() -> None:
    assert len(WITH_TEXT) >= 95


def test_seed_page() -> None:
    article = extract((PAGES / "drupal-seed.html").read_bytes(), "https://langson.example/hoi-nghi")
    assert article.author == "Thùy Linh"
    assert article.published == ""
    assert article.site == "Cổng thông tin điện tử Đảng bộ tỉnh Lạng Sơn"
    assert article.language == "vi"
    assert (
        article.canonical_url == "https://langson.example/tin-tuc-su-kien/hoi-nghi-tong-ket-5-nam-thuc-hien-de-an-453"
    )
    assert [block.text for block in article.blocks if block.kind == "caption"] == [
        "Quang cảnh hội nghị",
        "Đồng chí Phó Bí thư Thường trực Tỉnh ủy phát biểu",
    ]


def test_where_finds_the_block_in_the_page_as_it_came() -> None:
    import lxml.html

    source = (PAGES / "wordpress-chuyen-doi-so.html").read_text("utf-8")
    root = lxml.html.document_fromstring(source)
    for block in extract(source).blocks:
        (found,) = root.cssselect(block.where)
        assert block.text in " ".join(found.text_content().split())


@pytest.mark.parametrize(
    ("name", "author", "published"),
    [
        ("wordpress-chuyen-doi-so.html", "Minh Hằng", "2024-03-12T08:00:00+07:00"),
        ("liferay-nong-thon-moi.html", "Trần Quốc Bảo", "2023-09-05T08:15:00+07:00"),
        ("vccorp-bao-so-5.html", "Hải Yến", "2023-09-17T06:30:00+07:00"),
        ("sharepoint-giai-bong-da.html", "Đức Anh", "2024-07-20T09:30:00+07:00"),
        ("aspnet-cai-cach.html", "Vũ Thành", "2024-01-08T10:20:00+07:00"),
        ("epi-hien-mau.html", "Ngọc Lan", "2024-02-25T09:00:00+07:00"),
        ("joomla-phong-chay.html", "Quang Huy", "2024-05-15"),
        ("semantic-van-hoc.html", "Nông Thị Hạnh", "2023-12-19"),
    ],
)
def test_who_and_when(name: str, author: str, published: str) -> None:
    article = extract((PAGES / name).read_bytes())
    assert article.published == published
    assert article.author == author


def test_kinds() -> None:
    page = (PAGES / "wordpress-tuyen-sinh.html").read_bytes()
    kinds = [(block.kind, block.level) for block in extract(page).blocks]
    assert ("heading", 2) in kinds
    assert kinds.count(("item", 1)) == 4


def test_page_without_an_article() -> None:
    with pytest.raises(NotAnArticle, match="holds no article"):
        extract((PAGES / "no-article.html").read_bytes())


def test_page_that_needs_javascript() -> None:
    with pytest.raises(NotAnArticle, match="only with JavaScript"):
        extract((PAGES / "javascript-only.html").read_bytes())


def test_explain_names_the_layout_and_what_was_left_out() -> None:
    rules = explain((PAGES / "drupal-seed.html").read_bytes())
    assert ("layout", "Drupal 7") in rules
    assert ("signature", "Thùy Linh") in rules
    assert explain("") == [("no article", "the page is empty; check the address in a browser")]
