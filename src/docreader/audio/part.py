"""One sentence from text to coded sound: what a worker does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from docreader.audio import formats
from docreader.audio.loudness import amplify, faded
from docreader.audio.silences import shortened
from docreader.errors import VoiceError
from docreader.speech.engine import Clip, Engine, WordTime
from docreader.speech.fault import fault

_TRIES = 2
"""Neural voices draw lots, so what went wrong once may go right."""


Early = Callable[[int, bytes], None]
"""Is told the rate and the first bytes of a part, before the rest is coded. Must not raise."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said as one part."""

    text: str
    speed: float = 1.0
    """Of the voice's own, at the same pitch."""
    second: bool = False
    """Whether the second voice says it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How a part begins, before the rest of it is coded."""

    rate: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A clip, coded."""

    data: bytes
    coding: str
    """See formats.coding."""
    rate: int
    samples: int
    """Of all that is coded, up to the end of a frame."""
    sounding: int
    """Of the clip itself, before any silence."""
    words: tuple[WordTime, ...]
    estimated: bool = False
    """Whether these times are estimates."""


class Speaker:
    """An engine and a coding: says sentences as parts of a track. ``gain`` in dB."""

    def __init__(self, engine: Engine, coding: str, gain: float) -> None:
        self._engine, self._coding, self._gain = engine, coding, gain

    def warm(self) -> None:
        """Load and compute what every sentence needs, without saying anything."""
        part(faded(amplify(b"\xff\x7f" * 100, self._gain), 22050), self._coding, 22050)

    def say(self, text: str, speed: float = 1.0, early: Early | None = None) -> Part:
        """Raises VoiceError."""
        clip = self._clip(text)
        if speed != 1.0:
            from docreader.speech.pace import stretch

            clip = stretch(clip, speed)
        clip = shortened(clip)
        pcm = faded(amplify(clip.samples, self._gain), clip.rate)
        words = clip.words
        if words is None:
            from docreader.speech.estimate import times

            words = times(text, clip)
        return part(pcm, self._coding, clip.rate, words, clip.words is None, early)

    def _clip(self, text: str) -> Clip:
        """Raises VoiceError: what the engine gives cannot be this text, each time."""
        for last in range(_TRIES - 1, -1, -1):
            clip = self._engine.speak(text)
            if (wrong := fault(text, clip)) is None:
                return clip
            if not last:
                raise VoiceError(f"the engine returned {wrong}")
        raise AssertionError  # the loop returns or raises


def part(
    pcm: bytes,
    coding: str,
    rate: int,
    words: tuple[WordTime, ...] = (),
    estimated: bool = False,
    early: Early | None = None,
) -> Part:
    """Signed 16-bit mono samples as a part."""
    told = (lambda data: early(rate, data)) if early else None
    data, samples = formats.coder(coding, rate).clip(pcm, told)
    return Part(data, coding, rate, samples, len(pcm) // 2, words, estimated)


def recoded(part: Part, coding: str, rate: int) -> Part:
    """A part of samples in another coding and rate."""
    if part.coding == coding and part.rate == rate:
        return part
    pcm = part.data[: part.sounding * 2]
    if part.rate != rate:
        from docreader.audio.sndfile import resampled

        pcm = resampled(pcm, part.rate, rate)
    data, samples = formats.coder(coding, rate).clip(pcm)
    return replace(part, data=data, coding=coding, rate=rate, samples=samples, sounding=len(pcm) // 2)
