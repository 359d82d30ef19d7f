"""One sentence from text to encoded sound: what a worker does."""

from dataclasses import dataclass

from docreader.audio import formats
from docreader.audio.loudness import amplify
from docreader.errors import VoiceError
from docreader.speech.engine import Clip, Engine, WordTime

# What no voice does, at any rate from 0.5 to 2: seconds.
_SHORTEST_WORD = 0.04
_LONGEST_LETTER = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """A clip, encoded."""

    data: bytes
    rate: int
    samples: int
    """Of all that is encoded, up to the end of a frame."""
    sounding: int
    """Of the clip itself, before any silence."""
    words: tuple[WordTime, ...]
    estimated: bool = False
    """Whether these times are estimates."""


class Speaker:
    """An engine and a format: says sentences as parts of a track. ``gain`` in dB."""

    def __init__(self, engine: Engine, format: str, gain: float) -> None:
        self._engine, self._format, self._gain = engine, format, gain

    def say(self, text: str) -> Part:
        """Raises VoiceError."""
        clip = self._engine.speak(text)
        _check(text, clip)
        pcm = amplify(clip.samples, self._gain)
        data, samples = formats.make(self._format, clip.rate).clip(pcm)
        words = clip.words
        if words is None:
            from docreader.speech.estimate import times

            words = times(text, clip)
        return Part(data, clip.rate, samples, len(pcm) // 2, words, clip.words is None)


def _check(text: str, clip: Clip) -> None:
    """Refuse what cannot be this text: silence, noise that never ends, sound that was cut off. Raises VoiceError."""
    words = sum(any(c.isalnum() for c in word) for word in text.split())
    if not clip.samples.strip(b"\0") and words:
        raise VoiceError("the engine returned no sound")
    least, most = words * _SHORTEST_WORD, 2.0 + len(text) * _LONGEST_LETTER
    if not least <= clip.duration <= most:
        raise VoiceError(f"the engine returned {clip.duration:.1f} s of sound for {words} words")
