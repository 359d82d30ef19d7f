"""libespeak-ng itself. It aborts when threads share it, so each test speaks in this process's only thread."""

import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import espeakng_loader
import pytest

from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.engine import Clip, Engine

TEXT = "Ngày mười bảy tháng mười một, Tỉnh ủy tổ chức Hội nghị tổng kết."


@cache
def engine() -> Engine:
    return engines.make("espeak", {"voice": "vi", "words_per_minute": 120}, 1.0, 1.0, 1.0)


def speak(text: str) -> Clip:
    return engine().speak(text)


def test_says_it_at_a_newsreaders_pace_and_ends_with_the_sound() -> None:
    speak(TEXT)  # the very first utterance of a process is a little longer
    clip = speak(TEXT)
    syllables = len(TEXT.split())
    assert clip.rate == 22050
    assert 140 <= syllables / clip.duration * 60 <= 200
    assert len(clip.samples) % 2 == 0
    assert clip.samples[-2:] != b"\0\0", "espeak's own silence of 389 ms is still there"


def test_every_word_has_its_place_and_time() -> None:
    clip = speak(TEXT)
    assert clip.words is not None
    words = [TEXT[w.start : w.end].strip(",.") for w in clip.words]
    assert words == TEXT.replace(",", "").replace(".", "").split()
    times = [w.time for w in clip.words]
    assert times == sorted(times) and 0 <= times[0] < 0.2 and times[-1] < clip.duration


def test_decomposed_letters_are_not_spelled() -> None:
    assert abs(speak(unicodedata.normalize("NFD", TEXT)).duration - speak(TEXT).duration) < 0.1


def test_nothing_to_say_and_odd_characters() -> None:
    assert speak("").samples == b""
    for odd in ("a\0b", "\ud800 xin chào", "😀", "<p>một</p>", "x" * 3000, " " * 100):
        speak(odd)


def test_commas_pause_less_than_sentences() -> None:
    def gap(mark: str) -> float:
        return speak(f"một{mark} hai").duration - speak("một hai").duration

    assert 0.05 < gap(",") < 0.45


def run(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=60, check=False)


MAKE = "from docreader.speech import espeak; import sys; from docreader.errors import VoiceError\n"


def test_data_at_a_long_path(tmp_path: Path) -> None:
    """The library cuts paths at 160 bytes: the engine goes into the folder instead of naming it."""
    deep = tmp_path
    while len(str(deep)) < 200:
        deep /= "a-rather-long-folder-name"
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path())
    code = """
import espeakng_loader, sys
espeakng_loader.get_data_path = lambda: sys.argv[1]
from docreader.speech import engines
print(engines.make("espeak", {}, 1, 1, 1).speak("xin chào").duration)
"""
    done = run(code, str(deep / "espeak-ng-data"))
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0.3


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("espeak.Espeak(LIB, '/nowhere', 'vi', 120)", "cannot read its data in /nowhere"),
        ("espeak.Espeak(LIB, DATA, 'klingon-x', 120)", "has no voice 'klingon-x'"),
        ("espeak.Espeak('/nowhere.so', DATA, 'vi', 120)", "cannot be loaded"),
        ("espeak.engine({'words_per_minute': 'quick'}, 1, 1, 1)", "setting of the espeak voice is wrong"),
    ],
)
def test_what_is_wrong_is_said_and_the_process_lives(call: str, says: str) -> None:
    paths = (
        f"LIB = {espeakng_loader.get_library_path()!r}; DATA = {str(Path(espeakng_loader.get_data_path()).parent)!r}\n"
    )
    done = run(f"{MAKE}{paths}\ntry:\n    {call}\nexcept VoiceError as e:\n    print('VoiceError', e)")
    assert done.stdout.startswith("VoiceError") and says in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("rate", [0.5, 0.7, 1.5, 2.0])
def test_rate(rate: float) -> None:
    code = (
        "import sys; from docreader.speech import engines\n"
        "e = engines.make('espeak', {}, float(sys.argv[1]), 1, 1); e.speak('a'); c = e.speak(sys.argv[2])\n"
        "print(c.duration, c.words[-1].time)"
    )
    speak("a")
    plain = speak(TEXT)
    duration, last = map(float, run(code, str(rate), TEXT).stdout.split())
    assert plain.duration / duration == pytest.approx(rate, rel=0.06)
    assert plain.words is not None
    assert plain.words[-1].time / last == pytest.approx(rate, rel=0.06)


def test_only_an_unknown_engine_is_refused() -> None:
    with pytest.raises(VoiceError, match="no speech engine 'parrot'"):
        engines.make("parrot", {}, 1, 1, 1)
