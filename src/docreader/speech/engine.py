"""What every engine is: text in, a Clip out."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WordTime:
    """A spoken word ``text[start:end]`` of the text given to the engine, heard from ``time`` seconds on."""

    start: int
    end: int
    time: float


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound of one utterance: signed 16-bit little-endian mono samples."""

    samples: bytes
    rate: int
    """Samples a second."""
    words: tuple[WordTime, ...] | None = None
    """None where the engine gives no times."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / 2 / self.rate


class Engine(Protocol):
    """Speaks one utterance. Raises VoiceError; never returns a Clip without sound for a text with words."""

    def speak(self, text: str) -> Clip: ...
