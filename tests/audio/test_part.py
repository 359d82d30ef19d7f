"""What an engine returns is looked at before it becomes part of a track."""

import math
import random
import subprocess
import sys
from array import array

import pytest

from docreader.audio import formats
from docreader.audio.part import Speaker
from docreader.errors import VoiceError
from docreader.speech.engine import Clip
from docreader.speech.fault import fault

RATE = 22050
TEXT = "Hội nghị tổng kết năm năm"


def tone(seconds: float) -> bytes:
    return array("h", (round(9000 * math.sin(i / 20)) for i in range(round(RATE * seconds)))).tobytes()


def noise(seconds: float) -> bytes:
    drawn = random.Random(1)
    return array("h", (drawn.randint(-9000, 9000) for _ in range(round(RATE * seconds)))).tobytes()


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (b"", "no sound"),
        (bytes(RATE * 4), "2.0 s of silence"),
        (array("h", [3, -3] * RATE).tobytes(), "2.0 s of silence"),
        (noise(2), "2.0 s of noise"),
        (tone(2), "2.0 s of noise"),
        (noise(0.1), "0.1 s of sound for 6 words"),
        (tone(60), "60.0 s of sound for 6 words"),
    ],
    ids=["none", "zeros", "whisper of a rounding error", "noise", "hum", "cut off", "endless"],
)
def test_what_cannot_be_the_text(samples: bytes, says: str) -> None:
    assert fault(TEXT, Clip(samples, RATE)) == says


@pytest.mark.parametrize("name", ["northern", "central", "southern"])
@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    "text", ["lan man mơ màng lung linh", "la la la la la la la la", "a e i o u ơ ư", "ô ô ô ô", TEXT, "x q k v"]
)
def test_speech_of_any_kind_passes(name: str, rate: float, text: str) -> None:
    code = (
        "import sys; from docreader.speech.fault import fault; from docreader.speech import engines, voices\n"
        "v = voices.load(sys.argv[1]); e = engines.make(v.engine, v.settings, float(sys.argv[2]), 1, 1)\n"
        "print(fault(sys.argv[3], e.speak(sys.argv[3])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, name, str(rate), text], capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"


class Lots:
    """An engine that fails as often as it is told, then gives what could be speech."""

    def __init__(self, bad: int) -> None:
        self.bad = bad

    def speak(self, text: str) -> Clip:
        self.bad -= 1
        return Clip(bytes(RATE), RATE) if self.bad >= 0 else Clip((tone(0.2) + bytes(RATE // 5)) * 6, RATE)


def test_once_more_and_then_an_error() -> None:
    assert Speaker(Lots(1), "pcm", 0.0).say(TEXT).samples > RATE
    with pytest.raises(VoiceError, match=r"returned 0\.5 s of silence"):
        Speaker(Lots(2), "pcm", 0.0).say(TEXT)


def test_samples_lose_their_last_bit_only() -> None:
    every = array("h", range(-32768, 32768))
    data, samples = formats.coder(formats.PCM, RATE).clip(every.tobytes())
    kept = array("h", data)
    assert list(kept[: len(every)]) == [sample - sample % 2 for sample in every]
    assert len(kept) == samples and not any(kept[len(every) :])
