"""Introductions and endings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docreader.article.model import Article, Block
from docreader.errors import OutputError
from docreader.spoken.around import around, check, filled
from docreader.spoken.model import Pause
from docreader.spoken.script import script

ARTICLE = Article(
    "HĐND tỉnh họp", "Sáng nay.", (Block("paragraph", "Có 9 đại biểu."),), "Thùy Linh", "2020-11-07T08:30:00+07:00", site="Cổng tỉnh"
)  # fmt: skip
BARE = Article("HĐND tỉnh họp", blocks=ARTICLE.blocks)
INTRODUCTION = "{title}. Theo {site}, {date}."


@pytest.mark.parametrize(
    ("template", "article", "text"),
    [
        (INTRODUCTION, ARTICLE, "HĐND tỉnh họp. Theo Cổng tỉnh, 7/11/2020."),
        (INTRODUCTION, BARE, "HĐND tỉnh họp."),
        (INTRODUCTION, Article("Họp?", site="Cổng tỉnh"), "Họp? Theo Cổng tỉnh."),
        (INTRODUCTION, Article("Họp", published="2020"), "Họp."),
        ("Mời nghe bài của {author}.", ARTICLE, "Mời nghe bài của Thùy Linh."),
        ("Mời nghe bài của {author}.", BARE, ""),
        ("Quý vị vừa nghe {title}, của {author}. Xin cảm ơn!", BARE, "Quý vị vừa nghe HĐND tỉnh họp. Xin cảm ơn!"),
        ("", ARTICLE, ""),
    ],
)
def test_a_template_is_filled_with_what_there_is(template: str, article: Article, text: str) -> None:
    assert filled(template, article) == text


def test_they_stand_around_the_article_with_air() -> None:
    plain = script(ARTICLE)
    said = around(plain, ARTICLE, INTRODUCTION, "Bài của {author}.")
    assert [u.kind for u in said.utterances] == ["introduction", "introduction", "lead", "paragraph", "ending"]
    assert said.utterances[0].spoken.rstrip(".") == "hội đồng nhân dân tỉnh họp"
    assert said.utterances[1].spoken.endswith("ngày bảy tháng mười một năm hai nghìn không trăm hai mươi.")
    assert [u.pause for u in said.utterances][1] == Pause.TITLE == [u.pause for u in said.utterances][3]
    assert around(plain, ARTICLE) == plain
    kept = around(plain, ARTICLE, "Mời quý vị nghe tin.")
    assert [u.kind for u in kept.utterances][:2] == ["introduction", "title"], "a title that nobody said is lost"


def test_an_unknown_field() -> None:
    with pytest.raises(OutputError, match=r"\{tittle\} is no field of a template; there are \{title\}, \{site\}"):
        check("{tittle}.")


@given(st.text(alphabet="ab {}.,", max_size=30), st.text(max_size=10))
def test_any_text_is_filled_or_refused(template: str, title: str) -> None:
    try:
        check(template)
    except OutputError:
        return
    assert isinstance(filled(template, Article(title)), str)
