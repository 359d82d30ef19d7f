"""What is said before and after an article: an introduction and an ending from templates, ``"{title}. Theo {site}, {date}."``."""

import re
from dataclasses import replace

from docreader.article.model import Article
from docreader.errors import OutputError
from docreader.spoken.lexicon import Lexicon, default
from docreader.spoken.model import Pause, Script, Utterance
from docreader.spoken.script import block

FIELDS = ("title", "site", "author", "date")
INTRODUCTION, ENDING = -3, -4
"""Instead of an index in Article.blocks: these words are no part of the article."""
_FIELD = re.compile(r"\{([^{}]*)\}")
_PHRASE = re.compile(r"[^,.;:!?…]*(?:[,.;:!?…]+|$)", re.S)


def check(template: str) -> None:
    """Raises OutputError: it has a field that there is none of."""
    for name in _FIELD.findall(template):
        if name not in FIELDS:
            raise OutputError(
                f"{{{name}}} is no field of a template; there are {', '.join(f'{{{f}}}' for f in FIELDS)}"
            )


def filled(template: str, article: Article) -> str:
    """The template's words for this article. A phrase, up to its comma or stop, goes where the article lacks its field."""
    year, month, day = (*article.published[:10].split("-"), "", "")[:3]
    known = {
        "title": article.title.strip().rstrip("."),
        "site": article.site,
        "author": article.author,
        "date": f"{int(day)}/{int(month)}/{year}" if day.isdecimal() and month.isdecimal() else "",
    }
    out = ""
    for phrase in _PHRASE.findall(template):
        names = _FIELD.findall(phrase)
        if all(known[name].strip() for name in names):
            out += _FIELD.sub(lambda match: known[match[1]], phrase)
        elif out and phrase.rstrip().endswith((".", "!", "?")):
            out = out.rstrip(" ,;:") + phrase.rstrip()[-1]
    return re.sub(r"([.!?])[.!?]+", r"\1", out).strip()


def around(
    said: Script, article: Article, introduction: str = "", ending: str = "", lexicon: Lexicon | None = None
) -> Script:
    """The script with what its templates say before and after it. An introduction that names the title stands for it.

    Raises OutputError: see ``check``.
    """
    lexicon = lexicon or default()
    utterances = list(said.utterances)
    for template in (introduction, ending):
        check(template)
    if first := _said(filled(introduction, article), "introduction", INTRODUCTION, lexicon):
        if "{title}" in introduction:
            utterances = [u for u in utterances if u.kind != "title"]
        utterances = [*first[:-1], replace(first[-1], pause=int(Pause.TITLE)), *utterances]
    if last := _said(filled(ending, article), "ending", ENDING, lexicon):
        if utterances:
            utterances[-1] = replace(utterances[-1], pause=int(Pause.TITLE))
        utterances += last
    return replace(said, utterances=tuple(utterances))


def _said(text: str, kind: str, number: int, lexicon: Lexicon) -> list[Utterance]:
    return block(text, kind, number, lexicon)[0] if text else []
