"""What the normaliser was not sure of, gathered over many articles for the editor who settles it in the site's lexicon."""

from collections.abc import Iterable
from dataclasses import dataclass

from docreader.article.model import Article
from docreader.spoken.lexicon import COLUMNS, Lexicon
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


def findings(sources: Iterable[tuple[str, Article | str]], lexicon: Lexicon | None = None) -> list[Finding]:
    """The doubts of named articles, the most frequent first. Memory grows with the forms, not with the articles."""
    from docreader.spoken.lexicon import default

    lexicon = lexicon or default()
    counts: dict[tuple[str, str, str], int] = {}
    others: dict[tuple[str, str, str], tuple[str, ...]] = {}
    places: dict[tuple[str, str, str], list[str]] = {}
    for name, article in sources:
        for number, kind, text in parts(article):
            for doubt in block(text, kind, number, lexicon)[1]:
                key = (doubt.written, doubt.taken, doubt.reason)
                counts[key] = counts.get(key, 0) + 1
                others.setdefault(key, doubt.others)
                seen = places.setdefault(key, [])
                if len(seen) < _PLACES_KEPT:
                    seen.append(f"{name}: …{text[max(0, doubt.start - _AROUND) : doubt.end + _AROUND]}…")
    ordered = sorted(counts, key=lambda k: (-counts[k], k))
    return [Finding(k[0], k[1], others[k], k[2], counts[k], tuple(places[k])) for k in ordered]


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
    from docreader.spoken.lexicon import default

    raw, origin = clean(text)
    found = edits(Text(raw, lexicon or default()))
    return found if origin is None else [Edit(*origin.span(e.start, e.end), e.spoken, e.rule) for e in found]
