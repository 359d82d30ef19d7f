"""The Script of an article: its utterances, with every spoken word tied to the written span it comes from."""

import re
from dataclasses import replace

from docreader.article.model import Article
from docreader.spoken.lexicon import Lexicon, default
from docreader.spoken.model import Doubt, Pause, Script, Utterance, Word
from docreader.spoken.normalise import compose, edits
from docreader.spoken.sentences import split
from docreader.spoken.text import Edit, Text, clean

_PAUSES = {"title": Pause.TITLE, "heading": Pause.HEADING, "item": Pause.ITEM, "row": Pause.ITEM}
_WORD = re.compile(r"[^\W\d_]+")


def script(source: Article | str, lexicon: Lexicon | None = None) -> Script:
    """What is said for an article: title, lead, blocks (captions left out). A plain text is read paragraph by paragraph."""
    lexicon = lexicon or default()
    utterances: list[Utterance] = []
    doubts: list[Doubt] = []
    for number, kind, text in _parts(source):
        said, doubted = block(text, kind, number, lexicon)
        utterances += said
        doubts += doubted
    return Script(tuple(utterances), tuple(doubts))


def _parts(source: Article | str) -> list[tuple[int, str, str]]:
    if isinstance(source, str):
        return [(n, "paragraph", line) for n, line in enumerate(source.splitlines()) if line.strip()]
    parts = [(-2, "title", source.title), (-1, "lead", source.lead)]
    parts += [(n, b.kind, b.text) for n, b in enumerate(source.blocks) if b.kind != "caption"]
    return [part for part in parts if part[2].strip()]


def block(text: str, kind: str, number: int, lexicon: Lexicon) -> tuple[list[Utterance], list[Doubt]]:
    """The utterances of one block; offsets are into ``text`` as it was given."""
    raw, origin = clean(text)
    context = Text(raw, lexicon)
    found = edits(context)
    utterances = []
    at = 0
    for start, end in split(raw, found):
        inner = []
        while at < len(found) and found[at].start < end:
            if found[at].end > start:
                inner.append(found[at])
            at += 1
        spoken = compose(raw[start:end], [replace(e, start=e.start - start, end=min(e.end, end) - start) for e in inner])
        words = _words(raw, start, end, inner)
        if not words:
            continue
        if origin is not None:
            words = tuple(Word(w.spoken, origin[w.start], _origin_end(origin, w.end, len(text))) for w in words)
        first, last = (start, end) if origin is None else (origin[start], _origin_end(origin, end, len(text)))
        utterances.append(Utterance(text[first:last], spoken, Pause.SENTENCE, kind, number, first, last, words))
    if utterances:
        utterances[-1] = replace(utterances[-1], pause=int(_PAUSES.get(kind, Pause.PARAGRAPH)))
    doubts = context.doubts
    if origin is not None:
        doubts = [replace(d, start=origin[d.start], end=_origin_end(origin, d.end, len(text))) for d in doubts]
    return utterances, doubts


def _origin_end(origin: list[int], end: int, length: int) -> int:
    return origin[end] if end < len(origin) else length


def _words(raw: str, start: int, end: int, inner: list[Edit]) -> tuple[Word, ...]:
    words: list[Word] = []
    at = start
    for edit in inner:
        words += [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(raw, at, max(at, edit.start))]
        words += [Word(w, edit.start, edit.end) for w in _WORD.findall(edit.spoken)]
        at = edit.end
    words += [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(raw, at, max(at, end))]
    return tuple(words)
