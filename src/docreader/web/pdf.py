"""An article as a PDF that assistive technology can read: tagged, with title, language and headings (PDF/UA-1)."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from docreader.article.model import Article
from docreader.errors import OutputError

VERSION = 1
"""Raise it when the same article would give another PDF."""
_LABELS = {
    "vi": {"author": "Tác giả:", "published": "Ngày đăng:", "source": "Nguồn:"},
    "en": {"author": "By", "published": "Published", "source": "Source:"},
}


def pdf(article: Article) -> bytes:
    """Raises OutputError: it cannot be set."""
    import typst

    try:
        template = Path(__file__).with_name("article.typ").read_bytes()
        made = typst.Compiler(
            template, font_paths=_fonts(), sys_inputs={"article": json.dumps(_data(article))}
        ).compile(
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=_moment(article.updated or article.published),
        )
    except typst.TypstError as error:
        raise OutputError(f"the PDF of {article.url or article.title!r} cannot be made: {error}") from None
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:
    """Typst's own fonts only, so that every machine makes the same; reading them takes longer than an article."""
    import typst

    return typst.Fonts(include_system_fonts=False)


def _data(article: Article) -> dict[str, Any]:
    language = article.language[:2] if article.language[:2].isalpha() and len(article.language) >= 2 else "vi"
    labels = _LABELS.get(language, _LABELS["vi"])
    about = [article.site] if article.site else []
    if article.author and article.author != article.site:
        about.append(f"{labels['author']} {article.author}")
    if article.published:
        about.append(f"{labels['published']} {_date(article.published, language)}")
    source = next((url for url in (article.canonical_url, article.url) if url.startswith(("http://", "https://"))), "")
    return {
        "title": article.title or article.url or "docreader",
        "author": article.author or article.site,
        "site": article.site,
        "language": language,
        "labels": labels,
        "about": about,
        "source": source,
        "lead": article.lead,
        "blocks": _blocks(article),
    }


def _blocks(article: Article) -> list[dict[str, Any]]:
    """Headings without a step left out (the title is the first), items together; no captions of pictures not there."""
    out: list[dict[str, Any]] = []
    level = 1
    for block in article.blocks:
        if block.kind == "caption":
            continue
        if block.kind == "item":
            if not out or out[-1]["kind"] != "list":
                out.append({"kind": "list", "items": []})
            out[-1]["items"].append(block.text)
        elif block.kind == "heading":
            level = max(2, min(block.level, level + 1, 6))
            out.append({"kind": "heading", "level": level, "text": block.text})
        else:
            out.append({"kind": block.kind, "text": block.text})
    return out


def _date(published: str, language: str) -> str:
    moment = _moment(published)
    return published if moment is None or language == "en" else f"{moment:%d/%m/%Y}"


def _moment(iso: str) -> datetime | None:
    from datetime import UTC

    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
