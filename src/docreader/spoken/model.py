"""The Script: what is said, sentence by sentence, and which written words each spoken word comes from."""

from dataclasses import dataclass, field
from enum import IntEnum


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
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    utterances: tuple[Utterance, ...]
    doubts: tuple[Doubt, ...] = field(default=())

    @property
    def spoken(self) -> str:
        """The whole reading, one sentence a line."""
        return "\n".join(u.spoken for u in self.utterances)
