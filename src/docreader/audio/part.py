"""One sentence from text to encoded sound: what a worker does."""

import warnings
from dataclasses import dataclass

from docreader.audio import formats
from docreader.errors import VoiceError
from docreader.speech.engine import Clip, Engine, WordTime

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_CEILING = 32768 * 10 ** (-1 / 20)  # -1 dBFS: no gain lifts a peak above it


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
        self._engine, self._format, self._factor = engine, format, 10 ** (gain / 20)

    def say(self, text: str, pause: float) -> Part:
        """``text`` and ``pause`` seconds of silence. Raises VoiceError."""
        clip = self._engine.speak(text)
        if not clip.samples and any(c.isalnum() for c in text):
            raise VoiceError("the engine returned no sound")
        pcm = _loud(clip, self._factor)
        sounding = len(pcm) // 2
        data, samples = formats.make(self._format, clip.rate).part(pcm, sounding + round(pause * clip.rate))
        return Part(data, clip.rate, samples, sounding, clip.words)


def _loud(clip: Clip, factor: float) -> bytes:
    """The clip's samples times ``factor``, or less where that would bring its peak above the ceiling."""
    if factor > 1 and (peak := audioop.max(clip.samples, 2)):
        factor = min(factor, max(1.0, _CEILING / peak))
    return clip.samples if factor == 1 else audioop.mul(clip.samples, 2, factor)
