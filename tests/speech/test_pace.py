import itertools
from array import array
from math import pi, sin

import pytest

from docreader.speech.engine import Clip, WordTime
from docreader.speech.pace import stretch

RATE = 22050
TONE = array("h", (round(8000 * sin(2 * pi * 200 * i / RATE)) for i in range(RATE * 2))).tobytes()


def crossings(samples: bytes) -> float:
    """Times a second that the wave goes up through zero: its pitch."""
    wave = array("h", samples)
    return sum(a < 0 <= b for a, b in itertools.pairwise(wave)) / (len(wave) / RATE)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.3, 2.0])
def test_length_changes_and_pitch_does_not(speed: float) -> None:
    clip = stretch(Clip(TONE, RATE, (WordTime(0, 1, 1.0),)), speed)
    assert clip.duration == pytest.approx(2 / speed, rel=0.03)
    assert crossings(clip.samples) == pytest.approx(200, rel=0.03)
    assert clip.words == (WordTime(0, 1, 1.0 / speed),)


def test_nothing_to_do() -> None:
    clip = Clip(TONE, RATE)
    assert stretch(clip, 1.0) is clip
    assert stretch(Clip(b"", RATE), 0.5).samples == b""
