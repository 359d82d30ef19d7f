"""What the normaliser was not sure of, gathered over many articles for the editor who settles it in the site's lexicon."""

from collections.abc import Iterable
from dataclasses import dataclass

from docreader.article.model import Article
from docreader.spoken.lexicon import COLUMNS, Lexicon, default
from docreader.spoken.normalise import edits
from docreader.spoken.script import block, parts
from docreader.spoken.text import Edit, Text, clean

_PLACES_KEPT = 3
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One written form in doubt: how it is read now, the other readings, why, how often and where (at most three places)."""

    written: str
    taken: str
    others: tuple[str, ...]
    reason: str
    count: int
    places: tuple[str, ...]


class Findings:
    """The doubts of many articles, added one by one; memory grows with the forms, not with the articles."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or default()
        self._counts: dict[tuple[str, str, str], int] = {}
        self._others: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._places: dict[tuple[str, str, str], list[str]] = {}

    def add(self, name: str, article: Article | str) -> None:
        """The doubts of one article, which is shown by ``name``."""
        for number, kind, text in parts(article):
            for doubt in block(text, kind, number, self._lexicon)[1]:
                key = (doubt.written, doubt.taken, doubt.reason)
                self._counts[key] = self._counts.get(key, 0) + 1
                self._others.setdefault(key, doubt.others)
                seen = self._places.setdefault(key, [])
                if len(seen) < _PLACES_KEPT:
                    seen.append(f"{name}: …{text[max(0, doubt.start - _AROUND) : doubt.end + _AROUND]}…")

    def found(self) -> list[Finding]:
        """All of them, the most frequent first."""
        ordered = sorted(self._counts, key=lambda k: (-self._counts[k], k))
        return [Finding(k[0], k[1], self._others[k], k[2], self._counts[k], tuple(self._places[k])) for k in ordered]


def as_lexicon(found: Iterable[Finding]) -> str:
    """A lexicon to fill in (TSV): each form with the reading it has now, and in the note why it is listed."""
    lines = ["\t".join(COLUMNS)]
    for f in found:
        choices = f"; or: {', '.join(f.others)}" if f.others else ""
        note = f"{f.count}×, {f.reason}{choices}; {f.places[0]}".replace("\t", " ")
        lines.append("\t".join((f.written, f.taken, "", "", "", note)))
    return "\n".join(lines) + "\n"


def explain(text: str, lexicon: Lexicon | None = None) -> list[Edit]:
    """Each place of a text that is not said as it stands: span, what is said, and the rule (class) that said it.

    Spans are into the text given.
    """
    raw, origin = clean(text)
    found = edits(Text(raw, lexicon or default()))
    return found if origin is None else [Edit(*origin.span(e.start, e.end), e.spoken, e.rule) for e in found]
