"""The Script: what is said, sentence by sentence, and which written words each spoken word comes from."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from docreader.spoken.letters import LETTER
from docreader.spoken.patterns import lazy

_WORD = lazy(LETTER + "+")


class Pause(IntEnum):
    """The breath after an utterance, in milliseconds at the voice's normal rate."""

    NONE = 0
    SENTENCE = 450
    ITEM = 550
    PARAGRAPH = 750
    HEADING = 900
    TITLE = 1200


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word and the written span ``text[start:end]`` of its block that it comes from.

    Words of one expansion share one span (HĐND: four words, one span). Spans are in order and do not overlap otherwise.
    """

    spoken: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the normaliser was not sure of: the span, the reading taken, the others, and why it is in doubt."""

    start: int
    end: int
    written: str
    taken: str
    others: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence. ``spoken`` holds letters, spaces and the marks ``, . ; : ? !`` only."""

    written: str
    """The sentence as it stands in its block: ``block text[start:end]``."""
    spoken: str
    pause: int
    """Milliseconds of silence after it (see Pause)."""
    kind: str = "paragraph"
    """The kind of its block (see article.model.Kind), or ``title`` or ``lead``."""
    block: int = 0
    """Title: -2, lead: -1, then the index in Article.blocks."""
    start: int = 0
    end: int = 0
    spans: bytes = field(default=b"", repr=False)
    """Start and end of each of its words, 32 bits each: a book has many words. Empty: not known."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of ``spoken`` and where each is written; none where that is not known."""
        return tuple(
            Word(word, *span) for word, span in zip(_WORD.findall(self.spoken), pairs(self.spans), strict=False)
        )


def packed(words: Iterable[Word]) -> bytes:
    """The spans of words, as an Utterance keeps them."""
    return array("I", [place for word in words for place in (word.start, word.end)]).tobytes()


def pairs(spans: bytes) -> list[tuple[int, int]]:
    """The inverse of ``packed``: start and end of each word."""
    places = array("I", spans)
    return list(zip(places[::2], places[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Script:
    utterances: tuple[Utterance, ...]
    doubts: tuple[Doubt, ...] = field(default=())

    @property
    def spoken(self) -> str:
        """The whole reading, one sentence a line."""
        return "\n".join(u.spoken for u in self.utterances)
