"""The engine for programs, with real programs: espeak of our wheel, a shell, and what they do wrong."""

import os
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from docreader.audio.cache import Cache
from docreader.audio.record import record
from docreader.errors import VoiceError
from docreader.speech import voices
from docreader.speech.engines import make
from docreader.spoken.model import Script, Utterance

# A program as others write them: text in, a WAV out; espeak of our wheel says it.
SPEAKER = f"""#!{sys.executable}
import sys, wave
from docreader.speech import engines
text = sys.argv[2] if len(sys.argv) > 2 else sys.stdin.read()
clip = engines.make("espeak", {{}}, 1, 1, 1).speak(text)
with wave.open(sys.stdout.buffer if sys.argv[1] == "-" else sys.argv[1], "wb") as out:
    out.setparams((1, 2, clip.rate, 0, "NONE", ""))
    out.writeframes(clip.samples)
"""
TEXT = "Hội nghị tổng kết năm năm."


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "noi"
    path.write_text(SPEAKER)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("arguments", [["-"], ["{output}"], ["-", "{text}"], ["{output}", "{text}"]])
def test_text_and_sound_in_each_way(program: Path, arguments: list[str]) -> None:
    clip = make("command", {"command": [str(program), *arguments]}, 1.0, 1.0, 1.0).speak(TEXT)
    assert clip.rate == 22050 and 1.2 < clip.duration < 3
    quick = make("command", {"command": [str(program), *arguments]}, 2.0, 1.0, 1.0).speak(TEXT)
    assert quick.duration == pytest.approx(clip.duration / 2, abs=0.1)


def shell(script: str, **settings: object) -> dict[str, object]:
    return {"command": ["sh", "-c", script], **settings}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (shell("echo 'no such voice' >&2; exit 3"), "sh failed with status 3: no such voice"),
        (shell("true"), "sh gave nothing"),
        (shell("echo hello"), "sh gave what is no sound, beginning 'hello'"),
        (shell("printf 'RIFF....WAVEdata'"), "gave a WAV without samples"),
        (shell("kill -9 $$"), "was ended by signal 9"),
        (shell("sleep 30 & sleep 30", timeout=0.3), r"was not done after 0\.3 s"),
        (shell("cat /dev/zero", timeout=20), "was not done|gave what is no sound"),
        ({"command": ["/no/such/program"]}, "cannot be started: No such file"),
        ({}, "names no program"),
        ({"command": "espeak-ng"}, "names no program"),
        ({"command": ["true"], "timeout": "long"}, "timeout"),
    ],
)  # fmt: skip
def test_what_programs_do_wrong(settings: dict[str, object], says: str) -> None:
    begun = time.monotonic()
    with pytest.raises(VoiceError, match=says) as error:
        make("command", settings, 1.0, 1.0, 1.0).speak(TEXT)
    assert "\n" not in str(error.value) and time.monotonic() - begun < 10


def test_one_that_was_killed_is_run_again(program: Path, tmp_path: Path) -> None:
    once = f"[ -e {tmp_path}/again ] || {{ touch {tmp_path}/again; kill -9 $$; }}; exec {program} -"
    assert make("command", shell(once), 1.0, 1.0, 1.0).speak(TEXT).duration > 1


def test_close_ends_what_runs(tmp_path: Path) -> None:
    engine = make("command", shell(f"echo $$ > {tmp_path}/id; sleep 60"), 1.0, 1.0, 1.0)
    errors: list[Exception] = []

    def speak() -> None:
        try:
            engine.speak(TEXT)
        except VoiceError as error:
            errors.append(error)

    thread = threading.Thread(target=speak)
    thread.start()
    while not (tmp_path / "id").exists() or not (tmp_path / "id").read_text():
        time.sleep(0.01)
    engine.close()  # type: ignore[attr-defined] # an engine may have it
    thread.join(5)
    assert not thread.is_alive() and "signal 9" in str(errors[0])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)


def script() -> Script:
    said = [f"Câu số {n} của một bài báo." for n in ("một", "hai", "ba", "bốn")]
    return Script(tuple(Utterance(s, s, 450) for s in said))


def test_an_article_by_a_program_beside_the_voice_file(program: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('engine = "command"\n[settings]\ncommand = ["./noi", "-"]\n')
    voice, cache = voices.load(str(mine)), Cache(tmp_path / "cache")
    assert voice.installed
    recording = record(script(), voice, cache=cache)
    assert len(recording.marks) == 4 and recording.duration > 6
    key = cache.key("một", voice, "mp3")
    program.write_text(SPEAKER + "\n# another release\n")
    assert cache.key("một", voices.load(str(mine)), "mp3") != key
    program.unlink()
    with pytest.raises(VoiceError, match=r"needs the program .*noi, which is not installed"):
        record(script(), voices.load(str(mine)))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("b'\\0' * 88200", r"the engine returned 2\.0 s of silence|returned no sound"),
        ("__import__('random').Random(1).randbytes(88200)", r"2\.0 s of noise"),
        ("__import__('random').Random(1).randbytes(88200 * 20)", r"40\.0 s of sound for 7 words"),
        ("__import__('random').Random(1).randbytes(4000)", r"0\.1 s of sound for 7 words"),
    ],
    ids=["silence", "noise", "endless", "cut off"],
)
def test_sound_that_cannot_be_the_sentence_is_never_a_track(code: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        f"import sys, wave\nwith wave.open(sys.argv[1], 'wb') as out:\n"
        f"    out.setparams((1, 2, 22050, 0, 'NONE', ''))\n    out.writeframes({code})\n"
    )
    mine = tmp_path / "mine.toml"
    mine.write_text(f'engine = "command"\n[settings]\ncommand = ["{sys.executable}", "./bad.py", "{{output}}"]\n')
    with pytest.raises(VoiceError, match=f"{says}.*Câu số"):
        record(script(), voices.load(str(mine)))
