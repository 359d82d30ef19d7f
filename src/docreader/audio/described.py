"""An article with the times at which it is heard, as one JSON object: what the widget and other programs read.

The service and ``docreader read --marks`` and the batch job write the same object; docs/widget.md, "The article", tells
its fields.
"""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from docreader.article.model import Article, Block
from docreader.audio.captions import line
from docreader.audio.model import Recording

VERSION = 1


def described(article: Article, voice: str) -> dict[str, Any]:
    """The text of an article and what is known of it; without anything of its sound but the name of the voice."""
    return {
        "version": VERSION,
        "title": article.title,
        "lead": article.lead,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "language": article.language,
        "published": article.published,
        "site": article.site,
        "author": article.author,
        "image": article.image,
        "voice": voice,
        "blocks": [_block(block) for block in article.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "text": block.text} | ({"level": block.level} if block.level else {})


def with_marks(
    recording: Recording, article: Article, audio: str | PurePath, captions: str | PurePath | None = None, **more: Any
) -> Iterator[bytes]:
    """The object with its marks, in pieces, a mark a line: to be written to a file as they come.

    ``audio`` and ``captions`` are the files that the object names; their names alone are kept, they lie beside it.
    ``more`` are fields of the caller's own.
    """
    about = described(article, recording.voice.name) | {"audio": PurePath(audio).name}
    if captions is not None:
        about["captions"] = PurePath(captions).name
    about |= {"duration": round(recording.duration, 6), **more}
    head = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    yield (head[:-1] + ',"marks":[\n').encode("utf-8", "replace")
    for number, mark in enumerate(recording.marks):
        yield ((",\n" if number else "") + line(mark)).encode("utf-8", "replace")
    yield b"\n]}\n"
