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
    """A clip and the pause after it, encoded."""

    data: bytes
    rate: int
    samples: int
    """Of clip and pause."""
    sounding: int
    """Of the clip alone."""
    words: tuple[WordTime, ...] | None


class Speaker:
    """An engine and a format: says sentences as parts of a track. ``gain`` in dB."""

    def __init__(self, engine: Engine, format: str, gain: float) -> None:
        self._engine, self._format, self._gain = engine, format, gain

    def say(self, text: str, pause: float) -> Part:
        """``text`` and ``pause`` seconds of silence. Raises VoiceError."""
        clip = self._engine.speak(text)
        _check(text, clip)
        pcm = amplify(clip.samples, self._gain)
        sounding = len(pcm) // 2
        data, samples = formats.make(self._format, clip.rate).part(pcm, sounding + round(pause * clip.rate))
        return Part(data, clip.rate, samples, sounding, clip.words)


def _check(text: str, clip: Clip) -> None:
    """Refuse what cannot be this text: silence, noise that never ends, sound that was cut off. Raises VoiceError."""
    words = sum(any(c.isalnum() for c in word) for word in text.split())
    if not clip.samples.strip(b"\0") and words:
        raise VoiceError("the engine returned no sound")
    least, most = words * _SHORTEST_WORD, 2.0 + len(text) * _LONGEST_LETTER
    if not least <= clip.duration <= most:
        raise VoiceError(f"the engine returned {clip.duration:.1f} s of sound for {words} words")
