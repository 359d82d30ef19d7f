"""Estimates beside espeak's own times, on prose that the table was not fitted on: tests/cases/ordinary.tsv."""

import csv
import subprocess
import sys
from array import array
from math import pi, sin
from pathlib import Path

import pytest

from docreader.speech.engine import Clip
from docreader.speech.estimate import pauses, times

CASES = Path(__file__).parents[1] / "cases" / "ordinary.tsv"
# espeak in a process of its own; it prints by how many seconds each estimate is wrong.
SAY = """
import sys
from docreader.speech import engines, voices
from docreader.speech.estimate import times
voice = voices.load(sys.argv[1])
engine = engines.make(voice.engine, voice.settings, float(sys.argv[2]), 1, 1)
for text in sys.stdin.read().splitlines():
    clip = engine.speak(text)
    told = {word.start: word.time for word in clip.words}
    for guess in times(text, clip):
        if guess.start in told:
            print(abs(guess.time - told[guess.start]))
"""


def prose() -> str:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) >= 2]
    return "\n".join(row[1] for row in rows if row[1] and not row[0].startswith("#"))


@pytest.mark.parametrize(("voice", "rate"), [("northern", 1.0), ("central", 1.0), ("southern", 1.0), ("northern", 1.4)])
def test_95_words_of_100_are_within_80_ms(voice: str, rate: float) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAY, voice, str(rate)], input=prose(), capture_output=True, text=True, check=True
    )
    wrong = [float(line) for line in done.stdout.split()]
    assert len(wrong) > 300
    assert sum(error < 0.08 for error in wrong) / len(wrong) >= 0.95


def sound(*seconds: float) -> Clip:
    """A tone and silence in turns."""
    samples = array("h")
    for number, length in enumerate(seconds):
        loud = 0 if number % 2 else 9000
        samples.extend(round(loud * sin(2 * pi * 200 * i / 16000)) for i in range(round(16000 * length)))
    return Clip(samples.tobytes(), 16000)


def test_pauses_between_sounds() -> None:
    found = list(pauses(sound(0.5, 0.3, 1.0, 0.05, 0.2, 0.4)))
    assert [pytest.approx((0.5, 0.8), abs=0.02), pytest.approx((1.8, 1.85), abs=0.02)] == found


def test_phrases_start_where_sound_starts() -> None:
    words = times("một hai, ba bốn", sound(1.0, 0.5, 0.8))
    assert ["một hai, ba bốn"[w.start : w.end] for w in words] == ["một", "hai,", "ba", "bốn"]
    assert words[0].time == 0 and words[2].time == pytest.approx(1.5, abs=0.06) and words[3].time < 2.3


@pytest.mark.parametrize("text", ["", "   ", ",", "một", "ABC DEF ghi-jkl 😀", "x" * 500, "a, b, c, d"])
def test_any_text_has_a_time_for_each_word_in_order(text: str) -> None:
    words = times(text, sound(0.6, 0.2, 0.6))
    assert [text[w.start : w.end] for w in words] == text.split()
    starts = [w.time for w in words]
    assert starts == sorted(starts) and all(0 <= start < 1.4 for start in starts)


def test_a_clip_without_sound() -> None:
    assert len(times("một hai", Clip(b"", 16000))) == 2
