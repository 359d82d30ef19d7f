"""The library: what ``import docreader`` offers. Heavy modules are imported by the call that needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from docreader.article.model import Article
    from docreader.audio.model import Recording
    from docreader.spoken.lexicon import Lexicon
    from docreader.spoken.model import Script


def extract(html: str | bytes, url: str | None = None) -> Article:
    """The article of a page. ``url`` is where the page came from, for its links and what is known of its site.

    Raises NotAnArticle: the page holds nothing to read.
    """
    from docreader.article.html import extract

    return extract(html, url)


def normalise(text: str, lexicon: Lexicon | None = None) -> str:
    """What a newsreader would say for ``text``: one line out for each line in. Never raises.

    ``lexicon``: ``docreader.spoken.lexicon.with_own(path, …)`` for a site's own readings; None is docreader's own.
    """
    from docreader.spoken.normalise import normalise

    return normalise(text, lexicon)


def script(source: Article | str, lexicon: Lexicon | None = None) -> Script:
    """What is said for an article, or for a text with a paragraph a line; each word tied to where it is written."""
    from docreader.spoken.script import script

    return script(source, lexicon)


def read(source: str | PathLike[str] | Article | Script, voice: str | None = None) -> Recording:
    """Say a source: an http(s) address, the path of a file, an Article or a Script.

    ``voice`` is a name that ``docreader voices`` lists, or the path of a voice's .toml file. Raises DocreaderError.
    """
    import os

    from docreader.article.model import Article
    from docreader.audio.record import record
    from docreader.speech.voices import load as load_voice
    from docreader.spoken.model import Script

    chosen = load_voice(voice)
    if isinstance(source, Script):
        return record(source, chosen)
    if isinstance(source, Article):
        return record(script(source), chosen, article=source)
    from docreader.article.source import load

    article = load(os.fspath(source))
    return record(script(article), chosen, article=article)
