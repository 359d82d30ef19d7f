import itertools
from array import array
from math import pi, sin

import pytest

from docreader.audio.loudness import amplify


def tone(peak: int) -> bytes:
    return array("h", (round(peak * sin(2 * pi * 200 * i / 22050)) for i in range(22050))).tobytes()


def peak(pcm: bytes) -> int:
    return max(map(abs, array("h", pcm)))


def test_what_is_soft_is_multiplied_exactly() -> None:
    soft = tone(3000)
    assert peak(amplify(soft, 6.0206)) == pytest.approx(6000, abs=2)
    assert peak(amplify(soft, -6.0206)) == pytest.approx(1500, abs=2)
    assert amplify(soft, 0.0) == soft


@pytest.mark.parametrize("gain", [0.0, 3.0, 12.0, 60.0])
def test_no_peak_above_the_ceiling_and_none_is_cut_flat(gain: float) -> None:
    loud = amplify(tone(32767), gain)
    assert peak(loud) <= 32768 * 10 ** (-2.4 / 20)
    top = max(array("h", loud))
    if gain < 10:
        assert array("h", loud).count(top) < 22050 * 0.3


def test_the_curve_never_turns_and_is_odd() -> None:
    ramp = array("h", range(-32768, 32768)).tobytes()
    out = array("h", amplify(ramp, 4.0))
    assert list(out) == sorted(out)
    assert all(abs(a + b) <= 1 for a, b in zip(out[1:32768], out[:32768:-1], strict=True))
    steps = [b - a for a, b in itertools.pairwise(out)]
    assert max(steps) <= 2, "a jump"


def test_empty() -> None:
    assert amplify(b"", 3.0) == b""
