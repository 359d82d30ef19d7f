"""The Script of an article: its utterances, with every spoken word tied to the written span it comes from."""

from collections.abc import Iterable
from dataclasses import replace

from docreader.article.model import Article
from docreader.spoken.letters import LETTER
from docreader.spoken.lexicon import Lexicon, default
from docreader.spoken.model import Doubt, Pause, Script, Utterance, Word, packed
from docreader.spoken.normalise import compose, edits
from docreader.spoken.patterns import lazy
from docreader.spoken.sentences import split
from docreader.spoken.text import Edit, Text, clean

_PAUSES = {"title": Pause.TITLE, "heading": Pause.HEADING, "item": Pause.ITEM, "row": Pause.ITEM}
_WORD = lazy(LETTER + "+")


def script(source: Article | str, lexicon: Lexicon | None = None) -> Script:
    """What is said for an article: title, lead, blocks (captions left out). A plain text is read paragraph by paragraph."""
    lexicon = lexicon or default()
    utterances: list[Utterance] = []
    doubts: list[Doubt] = []
    for number, kind, text in parts(source):
        said, doubted = block(text, kind, number, lexicon)
        utterances += said
        doubts += doubted
    return Script(tuple(utterances), tuple(doubts))


def parts(source: Article | str) -> list[tuple[int, str, str]]:
    if isinstance(source, str):
        return [(n, "paragraph", line) for n, line in enumerate(source.splitlines()) if line.strip()]
    found = [(-2, "title", source.title), (-1, "lead", source.lead)]
    found += [(n, b.kind, b.text) for n, b in enumerate(source.blocks) if b.kind != "caption"]
    return [part for part in found if part[2].strip()]


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
        spoken = compose(
            raw[start:end], [replace(e, start=e.start - start, end=min(e.end, end) - start) for e in inner]
        )
        words = _words(raw, start, end, inner)
        if not words:
            continue
        if origin is not None:
            words = _merged(Word(w.spoken, *origin.span(w.start, w.end)) for w in words)
        first, last = (start, end) if origin is None else origin.span(start, end)
        utterances.append(Utterance(text[first:last], spoken, Pause.SENTENCE, kind, number, first, last, packed(words)))
    if utterances:
        utterances[-1] = replace(utterances[-1], pause=int(_PAUSES.get(kind, Pause.PARAGRAPH)))
    doubts = context.doubts
    if origin is not None:
        doubts = [replace(d, start=origin.span(d.start, d.end)[0], end=origin.span(d.start, d.end)[1]) for d in doubts]
    return utterances, doubts


def _merged(words: Iterable[Word]) -> tuple[Word, ...]:
    """Two words may come out of one written character (ﬃ, ⑩a): they share its span."""
    out: list[Word] = []
    for w in words:
        if out and w.start < out[-1].end and (w.start, w.end) != (out[-1].start, out[-1].end):
            start, end = out[-1].start, max(w.end, out[-1].end)
            while out and out[-1].end > start:
                start = min(start, out[-1].start)
                w = replace(w, start=start, end=end)
                tail = out.pop()
                out.append(replace(tail, start=start, end=end))
                break
        out.append(w)
    return tuple(out)


def _words(raw: str, start: int, end: int, inner: list[Edit]) -> tuple[Word, ...]:
    words: list[Word] = []
    at = start
    for edit in inner:
        words += [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(raw, at, max(at, edit.start))]
        words += [Word(w, edit.start, edit.end) for w in _WORD.findall(edit.spoken)]
        at = edit.end
    words += [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(raw, at, max(at, end))]
    return tuple(words)
