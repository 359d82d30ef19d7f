"""The six tones as a curve of pitch over a phrase.

Contours are semitones from the voice's own middle, over the voiced part of a rime (0 its start, 1 its end), after the
northern contours of Brunelle (2009) and Kirby (2010), and then set by what a recogniser understands (benchmarks/listen.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from docreader.errors import VoiceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Curve = NDArray[np.float32]

Contour = tuple[tuple[float, float], ...]

NORTH: dict[str, Contour] = {
    "ngang": ((0, 3.4), (1, 1.6)),
    "huyền": ((0, -1.7), (0.49, -3.1), (1, -5.5)),
    "sắc": ((0, -1.6), (0.29, 3.6), (0.64, 7.6), (1, 10.3)),
    "nặng": ((0, 2.4), (0.22, 2.2), (0.39, -12.6), (1, -13.5)),
    "hỏi": ((0, 0.0), (0.26, -7.2), (0.6, -9.0), (1, -4.5)),
    "ngã": ((0, 3.6), (0.11, -13.5), (0.33, -13.1), (0.45, 6.8), (1, 4.5)),
    "sắc checked": ((0, 2.7), (1, 5.9)),
    "nặng checked": ((0, -1.8), (1, -4.5)),
}
ONSETS = {"sắc": 0.4, "hỏi": 2.6}
"""Semitones by which a voiced onset is higher than the start of its rime; other tones 0."""


@dataclass(frozen=True, slots=True)
class Melody:
    """How a voice sings its tones. All heights in semitones."""

    contours: dict[str, Contour] = field(default_factory=lambda: dict(NORTH))
    onsets: dict[str, float] = field(default_factory=lambda: dict(ONSETS))
    range: float = 1.0
    """Factor of the contours: 0 is a flat voice."""
    declination: tuple[float, float] = (0.5, -0.5)
    """Added at the first and the last syllable of a phrase."""
    final: float = 0.0
    """Added to the last syllable of a statement."""
    question: float = 2.0
    """How much higher the last syllable of a question is than its first (which has no declination): a question rises, a
    statement falls."""
    stress: float = 1.15
    """Factor of the contours of what is new: numbers and names."""
    carry: float = 0.0
    """How much of the step from the end of the syllable before is still heard at a start: 0 none, 1 all."""
    carry_time: float = 0.3
    """The part of the rime over which it fades."""
    creak: float = 1.0
    """How much nặng and ngã creak: the share of the drops in pitch and energy that stand for a glottis that closes."""


@dataclass(frozen=True, slots=True)
class Span:
    """A syllable in the sound, frames of 12.5 ms."""

    onset: int
    """Its first frame."""
    start: int
    """First frame of its tone."""
    end: int
    """The frame after the last of its tone."""
    tone: str
    checked: bool
    phrase: int
    """The number of the phrase that it is in."""
    mark: str = ""
    """The punctuation mark that follows."""
    new: bool = False
    """A number or a name that is said for the first time: it is never passed over."""


def melody(settings: dict[str, Any]) -> Melody:
    """A melody with the settings of a voice file: fields of Melody; contours as lists of [time, height], onsets as heights."""
    known = dict(settings)
    contours, onsets = dict(NORTH), dict(ONSETS)
    try:
        for tone, points in known.pop("contours", {}).items():
            contours[_known(tone, "contours")] = tuple((float(time), float(height)) for time, height in points)
        for tone, height in known.pop("onsets", {}).items():
            onsets[_known(tone, "onsets")] = float(height)
        if "declination" in known:
            first, last = known["declination"]
            known["declination"] = (float(first), float(last))
        return replace(Melody(contours=contours, onsets=onsets), **known)
    except (TypeError, ValueError) as error:
        raise VoiceError(f"the voice's setting melody is wrong: {error}") from None


def _known(tone: str, setting: str) -> str:
    if tone not in NORTH:
        raise VoiceError(f"the voice's setting melody.{setting} has no tone {tone!r}; known are {', '.join(NORTH)}")
    return tone


def curve(pitch: "Curve", spans: Sequence[Span], middle: float, how: Melody) -> "Curve":
    """``pitch`` (Hz by frame, the model's own) with the tones of ``spans`` written over it, around ``middle`` Hz."""
    import numpy as np

    out = pitch.copy()
    sizes: dict[int, int] = {}
    asked: set[int] = set()
    for span in spans:
        sizes[span.phrase] = sizes.get(span.phrase, 0) + 1
        if span.mark == "?":
            asked.add(span.phrase)
    place = 0
    before: tuple[int, float] | None = None  # where and how high the last syllable ended
    for number, span in enumerate(spans):
        place = place + 1 if number and spans[number - 1].phrase == span.phrase else 0
        key = f"{span.tone} checked" if span.checked and f"{span.tone} checked" in how.contours else span.tone
        times, heights = zip(*how.contours[key], strict=True)
        along = np.linspace(0, 1, max(1, span.end - span.start))
        high, low = (0.0, how.question) if span.phrase in asked else how.declination
        wide = how.range * (how.stress if span.new else 1.0)
        step = np.interp(along, times, np.asarray(heights) * wide)
        step += high + (low - high) * place / max(1, sizes[span.phrase] - 1)
        if span.mark in (".", "!", ";", ":"):
            step += how.final * along
        if how.carry and before is not None and span.start - before[0] < 16:
            step += how.carry * (before[1] - step[0]) * np.clip(1 - along / how.carry_time, 0, 1)
        out[span.start : span.end] = middle * 2 ** (step / 12)
        head = out[span.onset : span.start]
        begin = out[span.start] if span.end > span.start else middle
        head[head > 40] = begin * 2 ** (how.onsets.get(key, 0.0) * wide / 12)
        before = (span.end, float(step[-1]))
    return out


_FORCE = 1.2
"""By how much nặng begins more forcefully than planned; it wears off by its middle."""
_CLOSING = 0.23  # when nặng's glottis begins to close, a part of its rime
_BROKEN = (0.18, 0.41)  # from when to when ngã's is closed
_BREAK = 5.2  # how much energy is taken away then


def creaky(pitch: "Curve", energy: "Curve", spans: Sequence[Span], how: Melody) -> "tuple[Curve, Curve]":
    """Pitch and energy by frame with the creak of nặng (its end) and ngã (where its contour is lowest): the model has no glottal
    stop."""
    import numpy as np

    pitch, energy = pitch.copy(), energy.copy()
    for span in spans:
        size = span.end - span.start
        if span.tone == "nặng" and not span.checked:
            energy[span.start : span.end] += how.creak * np.interp(np.linspace(0, 1, size), (0, 0.5), (_FORCE, 0))
            start = span.start + int(size * _CLOSING)
            uneven = np.where(np.arange(span.end - start) % 2 == 0, 0.51, 0.47)  # no two periods are alike
            pitch[start : span.end] *= uneven**how.creak
            energy[start : span.end] -= how.creak * np.linspace(1, 3, span.end - start)
        elif span.tone == "ngã":
            start = span.start + int(size * _BROKEN[0])
            end = max(start + 1, span.start + int(size * _BROKEN[1]))
            energy[start:end] -= _BREAK * how.creak
    return pitch, energy


_BEATEN = 0.34  # from which part of nặng's rime the sound itself is beaten
_PULSES = (0.0176, 0.0275)  # seconds from one beat of the creak to the next, in turn: about 45 a second, unevenly
_BEAT = 0.0025  # seconds in which a beat rises and dies away
_BETWEEN = 0.09  # how loud it is between two beats


def glottal(sound: "Curve", spans: Sequence[Span], rate: int, how: Melody) -> "Curve":
    """The sound (frames of 12.5 ms at ``rate``) with each nặng beaten from _BEATEN on, as a glottis beats that closes: the model's
    own voice is too smooth for it, however low its pitch."""
    import numpy as np

    out = sound.copy()
    frame = rate // 80
    for span in spans:
        if span.tone != "nặng" or span.checked:
            continue
        start = (span.start + round((span.end - span.start) * _BEATEN)) * frame
        piece = out[start : span.end * frame]
        beats, time = [], 0.0
        while time * rate < len(piece):
            beats.append(time)
            time += _PULSES[len(beats) % 2]
        if beats:
            away = np.abs(np.arange(len(piece))[:, None] / rate - np.array(beats)).min(axis=1)
            loud = _BETWEEN + (1 - _BETWEEN) * np.exp(-away / _BEAT)
            piece *= (1 - how.creak + how.creak * loud).astype(np.float32)
    return out
