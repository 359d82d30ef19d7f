"""Curves of pitch and energy: plain arithmetic, no weights."""

import numpy as np
import pytest
from numpy.typing import NDArray

from docreader.speech import tones
from docreader.speech.tones import Melody, Span

Curve = NDArray[np.float32]


def written(tone: str, creak: float = 1.0) -> tuple[Curve, Curve]:
    """Pitch and energy of 20 frames, of which 4 to 16 are the tone's."""
    spans = [Span(2, 4, 16, tone, False, 0)]
    how = Melody(creak=creak)
    pitch = tones.curve(np.full(20, 200, np.float32), spans, 200, how)
    return tones.creaky(pitch, np.zeros(20, np.float32), spans, how)


@pytest.mark.parametrize("tone", ["ngang", "huyền", "sắc", "hỏi"])
def test_clear_tones_do_not_creak(tone: str) -> None:
    assert np.array_equal(written(tone)[0], written(tone, creak=0)[0])
    assert not written(tone)[1].any()


def test_nang_closes_at_its_end_and_nga_before_its_middle() -> None:
    for tone, forceful, closed in (("nặng", {4, 5}, range(6, 16)), ("ngã", set(), range(6, 8))):
        pitch, energy = written(tone)
        plain, _ = written(tone, creak=0)
        assert set(np.flatnonzero(energy < 0)) == set(closed) and energy[closed[-1]] < -2
        assert set(np.flatnonzero(energy > 0)) == forceful
        assert np.array_equal(pitch < 0.65 * plain, np.isin(np.arange(20), closed) & (tone == "nặng"))


def test_nang_begins_with_force() -> None:
    energy = written("nặng")[1]
    assert energy[4] > 1 and energy[4] > energy[5] > 0


def test_a_voiced_onset_comes_in_higher_or_lower_than_its_rime() -> None:
    for tone, higher in tones.ONSETS.items():
        pitch = tones.curve(np.full(20, 200, np.float32), [Span(2, 4, 16, tone, False, 0)], 200, Melody())
        assert np.allclose(12 * np.log2(pitch[2:4] / pitch[4]), higher, atol=1e-3)
    silent = tones.curve(np.zeros(20, np.float32), [Span(2, 4, 16, "hỏi", False, 0)], 200, Melody())
    assert not silent[:4].any()  # no voice is put where there is none


def test_nga_falls_to_less_than_half_and_comes_back_higher_than_its_middle() -> None:
    pitch, _ = written("ngã")
    assert pitch[4] > 200 and pitch[7] < 100 and pitch[12:16].min() > 200


def test_a_tone_of_the_least_length() -> None:
    for tone in ("nặng", "ngã"):
        span = Span(0, 1, 3, tone, False, 0)
        pitch, energy = tones.creaky(np.full(4, 200, np.float32), np.zeros(4, np.float32), [span], Melody())
        assert np.isfinite(pitch).all() and (pitch > 40).all() and pitch[3] == 200 and energy[3] == 0


def phrase(mark: str, new: int = -1) -> Curve:
    spans = [
        Span(10 * n, 10 * n, 10 * n + 8, "ngang", False, 0, mark if n == 3 else "", new=n == new) for n in range(4)
    ]
    return tones.curve(np.full(40, 200, np.float32), spans, 200, Melody())


def test_a_question_rises_and_a_statement_falls() -> None:
    statement, question = phrase("."), phrase("?")
    assert statement[35] < statement[5]
    assert question[35] > question[5]
    assert question[35] > statement[35]


def test_only_the_phrase_that_ends_in_the_mark_is_asked() -> None:
    spans = [Span(10 * n, 10 * n, 10 * n + 8, "ngang", False, n // 2, ",?"[n // 2] if n % 2 else "") for n in range(4)]
    curve = tones.curve(np.full(40, 200, np.float32), spans, 200, Melody())
    assert curve[15] < curve[5] and curve[35] > curve[25]


def test_what_is_new_moves_more() -> None:
    plain, stressed = phrase("."), phrase(".", new=1)
    assert abs(np.log2(stressed[12] / 200)) > abs(np.log2(plain[12] / 200))
    assert np.array_equal(stressed[20:], plain[20:])


def test_the_end_of_nang_beats_and_nothing_else_does() -> None:
    noise = np.random.default_rng(3).normal(size=34 * 300).astype(np.float32)
    spans = [Span(0, 2, 6, "huyền", False, 0), Span(6, 8, 32, "nặng", False, 0), Span(32, 32, 34, "nặng", True, 0)]
    sound = tones.glottal(noise, spans, 24000, Melody())
    start = (8 + round(24 * 0.34)) * 300
    assert np.array_equal(sound[:start], noise[:start]) and np.array_equal(sound[32 * 300 :], noise[32 * 300 :])
    loud = np.abs(sound[start : 32 * 300] / noise[start : 32 * 300])
    assert loud.max() <= 1.0001 and loud.min() < 0.4
    beats = np.flatnonzero((loud[1:-1] > loud[:-2]) & (loud[1:-1] >= loud[2:]) & (loud[1:-1] > 0.9))
    assert len(set(np.diff(beats))) > 1  # no two in a row are alike
    assert np.array_equal(tones.glottal(noise, spans, 24000, Melody(creak=0)), noise)
