from pathlib import Path

import pytest

from docreader.errors import VoiceError
from docreader.speech import engines, voices


def test_shipped_voices_are_whole() -> None:
    found = {voice.name: voice for voice in map(voices.from_file, voices.folder().glob("*.toml"))}
    assert {"northern", "central", "southern", "google"} <= found.keys()
    for name, voice in found.items():
        assert voice.licence and voice.description and voice.language, name
        assert voice.file is not None and voice.file.stem == name
    assert found["google"].online and not found["northern"].online
    assert found["northern"].installed


def test_default_voice_comes_first_and_is_loaded_without_a_name() -> None:
    assert voices.available()[0].name == voices.load().name == "northern"


def test_natural_voice_is_the_default_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCREADER_VOICE")
    assert voices.load().name == voices.available()[0].name == "natural-female"
    monkeypatch.setattr(engines, "missing", lambda name: "onnxruntime" if name == "kokoro" else None)
    assert voices.load().name == voices.available()[0].name == "northern"


def test_environment_names_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCREADER_VOICE", "southern")
    assert voices.load().name == voices.available()[0].name == "southern"
    monkeypatch.setenv("DOCREADER_VOICE", "nobody")
    with pytest.raises(VoiceError, match="no voice 'nobody'"):
        voices.load()


def test_factors_override_the_voice() -> None:
    voice = voices.load("central", rate=1.5, pitch=0.8, volume=0.5)
    assert (voice.rate, voice.pitch, voice.volume) == (1.5, 0.8, 0.5)


@pytest.mark.parametrize("wrong", [{"rate": 3.0}, {"rate": 0.1}, {"pitch": float("nan")}, {"volume": 0.0}])
def test_factors_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(VoiceError, match="out of range"):
        voices.load(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["nobody", "../voices/northern", "", "a\0b"])
def test_unknown_voice_names_those_there_are(name: str) -> None:
    if not name:
        assert voices.load(name).name == "northern"
        return
    with pytest.raises(VoiceError, match=r"there are .*northern.*central"):
        voices.load(name)


def test_own_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('engine = "espeak"\nrate = 1.2\n[settings]\nvoice = "vi"\n')
    voice = voices.load(str(mine))
    assert (voice.name, voice.rate, voice.settings["voice"], voice.installed) == ("mine", 1.2, "vi", True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("engine =", "not valid TOML"),
        ('engine = "espeak"\nspeed = 2', "unknown key 'speed'"),
        ('engine = "espeak"\nrate = "fast"', "rate cannot be 'fast'"),
        ('engine = "espeak"\nrate = 9', "rate cannot be 9"),
        ('engine = "espeak"\ngain = true', "gain cannot be True"),
        ('engine = "espeak"\nsettings = 1', "settings cannot be 1"),
        ('name = "x"', "names no engine"),
        ('engine = "espeak"\nname = ""', "name cannot be ''"),
    ],
)
def test_wrong_files_say_what_is_wrong(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(content)
    with pytest.raises(VoiceError, match=says) as error:
        voices.load(str(file))
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value) or says == "not valid TOML"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="cannot be read"):
        voices.load(str(tmp_path / "none.toml"))


def test_without_the_shipped_ones_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCREADER_VOICE")
    monkeypatch.setattr(voices, "folder", lambda: tmp_path)
    with pytest.raises(VoiceError, match=r"natural-female\.toml cannot be read"):
        voices.load()


def test_users_own_voice_comes_before_a_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "own_folder", lambda: tmp_path)
    (tmp_path / "central.toml").write_text('engine = "espeak"\ndescription = "mine"\n')
    assert voices.load("central").description == "mine"
    assert [voice.description for voice in voices.available() if voice.name == "central"] == ["mine"]


def test_unknown_engine_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text('engine = "nonesuch"\n')
    assert not voices.load(str(tmp_path / "odd.toml")).installed
