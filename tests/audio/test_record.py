"""Whole recordings with the embedded voice: real sound, real files."""
# mypy: allow-untyped-calls

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import wave
from dataclasses import replace
from pathlib import Path

import miniaudio
import numpy as np
import pyloudnorm
import pytest
from mutagen.id3 import ID3

from docreader.article.model import Article
from docreader.audio import process
from docreader.audio.model import Recording
from docreader.audio.record import record
from docreader.errors import OutputError, VoiceError
from docreader.speech import engines, voices
from docreader.spoken.model import Script, Utterance
from tests.audio.conftest import ARTICLE


@pytest.fixture(scope="module")
def recording(script: Script) -> Recording:
    return record(script, voices.load())


def decode(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(miniaudio.mp3_read_file_f32(str(path)).samples, dtype=np.float64)


def children() -> set[str]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(entry.parent.name)
    return found


def test_marks_follow_the_script_and_its_pauses(recording: Recording, script: Script) -> None:
    assert [m.spoken for m in recording.marks] == [u.spoken for u in script.utterances]
    for utterance, mark, following in zip(script.utterances, recording.marks, recording.marks[1:], strict=False):
        assert (following.start - mark.end) * 1000 == pytest.approx(utterance.pause, abs=30)
    assert recording.marks[0].start == 0
    assert 0 < recording.duration - recording.marks[-1].end < 0.25
    syllables = sum(len(u.spoken.split()) for u in script.utterances)
    speech = sum(m.end - m.start for m in recording.marks)
    assert 140 <= syllables / speech * 60 <= 200


def test_file_is_as_long_as_it_says_and_silent_between_sentences(recording: Recording, tmp_path: Path) -> None:
    recording.save(tmp_path / "a.mp3")
    heard = decode(tmp_path / "a.mp3")
    assert len(heard) == recording.samples
    for mark, following in zip(recording.marks, recording.marks[1:], strict=False):
        inside = heard[int(mark.start * recording.rate) : int(mark.end * recording.rate)]
        between = heard[int((mark.end + 0.06) * recording.rate) : int((following.start - 0.06) * recording.rate)]
        assert np.sqrt((inside**2).mean()) > 0.03
        assert np.abs(between).max() < 0.001


def test_mp3_and_wav_have_the_same_times_and_sound(script: Script, tmp_path: Path) -> None:
    voice = voices.load()
    once = record(script, voice, format="wav")
    once.save(tmp_path / "a.wav")
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert len(samples) == once.samples
    assert np.abs(samples).max() <= 10 ** (-2.4 / 20)


@pytest.mark.parametrize("name", ["northern", "central", "southern"])
def test_loudness(name: str, tmp_path: Path) -> None:
    text = (
        "Các cấp ủy, tổ chức đảng đã nghiêm túc quán triệt và triển khai thực hiện đề án, cơ bản đạt và vượt chỉ tiêu đề ra.",
        "Hệ thống tổ chức đảng thường xuyên được củng cố, kiện toàn, ngày càng trong sạch, vững mạnh.",
        "Đồng chí Phó Bí thư Thường trực Tỉnh ủy phát biểu kết luận hội nghị.",
    )
    said = record(Script(tuple(Utterance(t, t, 450) for t in text)), voices.load(name))
    said.save(tmp_path / "a.mp3")
    heard = decode(tmp_path / "a.mp3")
    assert pyloudnorm.Meter(said.rate).integrated_loudness(heard) == pytest.approx(-16, abs=0.5)
    fine = np.fft.irfft(np.fft.rfft(heard), 4 * len(heard)) * 4  # true peak: four times the samples
    assert 20 * np.log10(np.abs(fine).max()) < -1.0


def test_rate_scales_speech_and_pauses(script: Script) -> None:
    plain, quick = record(script, voices.load()), record(script, voices.load(rate=1.6))
    assert plain.duration / quick.duration == pytest.approx(1.6, rel=0.06)
    gap = quick.marks[1].start - quick.marks[0].end
    assert gap == pytest.approx(1.2 / 1.6, abs=0.03)


def test_tags(recording: Recording, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    recording.save(path, ARTICLE)
    tags = ID3(path)
    assert tags.version == (2, 4, 0)
    assert str(tags["TIT2"]) == ARTICLE.title
    assert str(tags["TALB"]) == ARTICLE.site
    assert str(tags["TPE1"]) == ARTICLE.author
    assert str(tags["TDRC"]) == "2020-11-17 08:30:00"
    assert str(tags["TLAN"]) == "vie"
    assert str(tags["TLEN"]) == str(round(recording.duration * 1000))
    assert tags["WOAS"].url == "https://langson.example/h%E1%BB%99i%20ngh%E1%BB%8B?a=1&b=2"
    chapters = [tags[f"CHAP:{name}"] for name in tags["CTOC:toc"].child_element_ids]
    assert [str(c.sub_frames["TIT2"]) for c in chapters] == [ARTICLE.title, "Kết quả", "Nhiệm vụ <mới> & cũ"]
    starts = [0, recording.marks[2].start, recording.marks[5].start, recording.duration]
    assert [c.start_time for c in chapters] == [round(s * 1000) for s in starts[:-1]]
    assert [c.end_time for c in chapters] == [round(s * 1000) for s in starts[1:]]
    assert str(tags["USLT::vie"]).split("\n") == [mark.written for mark in recording.marks]
    assert tags["SYLT::vie"].text == [(mark.written, round(mark.start * 1000)) for mark in recording.marks]
    assert len(decode(path)) == recording.samples


def test_without_headings_there_are_no_chapters(tmp_path: Path) -> None:
    said = record(Script((Utterance("xin chào", "xin chào", 0),)), voices.load())
    said.save(tmp_path / "a.mp3", Article("Xin chào"))
    assert not ID3(tmp_path / "a.mp3").getall("CHAP")


def test_another_format_is_said_again_not_encoded_twice(recording: Recording, tmp_path: Path) -> None:
    recording.save(tmp_path / "a.wav")
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(recording.duration, rel=0.01)


def test_captions(recording: Recording) -> None:
    cues = recording.captions().split("\n\n")
    assert len(cues) == 1 + len(recording.marks)
    assert "Nhiệm vụ &lt;mới&gt; &amp; cũ" in cues[6]


def test_progress_goes_from_nothing_to_all(script: Script) -> None:
    told: list[tuple[int, int]] = []
    record(script, voices.load(), progress=lambda done, total: told.append((done, total)))
    assert told == [(n, len(script.utterances)) for n in range(len(script.utterances) + 1)]


def test_one_worker_says_the_same(script: Script, recording: Recording) -> None:
    alone = record(script, voices.load(), workers=1)
    assert [m.spoken for m in alone.marks] == [m.spoken for m in recording.marks]
    assert alone.duration == pytest.approx(recording.duration, rel=0.01)


@pytest.mark.parametrize("texts", [(), ("",), ("...", " , ")])
def test_nothing_to_say(texts: tuple[str, ...]) -> None:
    with pytest.raises(VoiceError, match="nothing to say"):
        record(Script(tuple(Utterance(t, t, 450) for t in texts)), voices.load())


def test_unknown_format(script: Script) -> None:
    with pytest.raises(OutputError, match="no format 'midi'; there are mp3, wav, flac, opus, m4a"):
        record(script, voices.load(), format="midi")


def test_unknown_engine(tmp_path: Path, script: Script) -> None:
    (tmp_path / "odd.toml").write_text('engine = "parrot"')
    with pytest.raises(VoiceError, match="no speech engine 'parrot'"):
        record(script, voices.load(str(tmp_path / "odd.toml")))


def test_a_wrong_setting_of_the_voice(tmp_path: Path, script: Script) -> None:
    (tmp_path / "odd.toml").write_text('engine = "espeak"\n[settings]\nvoice = "klingon-x"')
    with pytest.raises(VoiceError, match=r"espeak-ng has no voice 'klingon-x'.*Hội nghị"):
        record(script, voices.load(str(tmp_path / "odd.toml")))
    assert not children()


def test_no_worker_and_no_file_outlives_the_recording(script: Script) -> None:
    said = record(script, voices.load())
    assert not children()
    handle = said.file.fileno()
    del said
    gc.collect()
    with pytest.raises(OSError):
        os.fstat(handle)


LONG = Script(tuple(Utterance(t, t, 450) for t in ["một câu khá dài để máy phải làm việc một lúc, " * 12] * 30))


def test_a_worker_that_is_killed_is_replaced() -> None:
    killed: list[str] = []

    def kill(done: int, total: int) -> None:
        if done in (5, 20):
            victim = sorted(children())[-1]
            os.kill(int(victim), signal.SIGKILL)
            killed.append(victim)

    said = record(LONG, voices.load(), progress=kill, workers=2)
    assert len(killed) == 2 and len(said.marks) == len(LONG.utterances)
    lengths = {round(m.end - m.start, 1) for m in said.marks}
    assert max(lengths) - min(lengths) < 0.3, "a sentence is not whole"
    assert not children()


def test_an_engine_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.5)
    monkeypatch.setitem(engines.KINDS, "espeak", replace(engines.KINDS["espeak"], patience=0.0))

    def stop(done: int, total: int) -> None:
        if done == 2:
            for child in children():
                os.kill(int(child), signal.SIGSTOP)

    started = time.monotonic()
    with pytest.raises(VoiceError, match=r"no sound in time and was ended.*một câu khá dài"):
        record(LONG, voices.load(), progress=stop, workers=2)
    assert time.monotonic() - started < 10
    assert not children()


def test_no_room_for_temporary_files(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: Path("/dev/full").open("r+b", buffering=0))  # noqa: SIM115
    with pytest.raises(OutputError, match=r"no room for the sound in .*No space left"):
        record(LONG, voices.load())
    assert not children()


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    """In a process of its own with its own group, as a terminal does it."""
    code = """
import sys
from docreader.audio.record import record
from docreader.speech import voices
from docreader.spoken.model import Script, Utterance
text = "một câu khá dài để máy phải làm việc một lúc, " * 12
script = Script(tuple(Utterance(text, text, 450) for _ in range(400)))
try:
    record(script, voices.load(), progress=lambda done, total: print(done, flush=True)).save(sys.argv[1])
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "a.mp3")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as reader:  # fmt: skip
        assert reader.stdout and reader.stderr
        while reader.stdout.readline() != "3\n":
            pass
        sent = time.monotonic()
        os.killpg(reader.pid, signal.SIGINT)
        output, errors = reader.communicate(timeout=20)
    assert output.endswith("interrupted\n") and not errors
    assert time.monotonic() - sent < 3
    assert not list(tmp_path.iterdir())
    with pytest.raises(ProcessLookupError):
        os.killpg(reader.pid, 0)


def test_two_recordings_at_once(script: Script) -> None:
    made: list[Recording] = []
    threads = [threading.Thread(target=lambda: made.append(record(script, voices.load()))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(r.marks) for r in made] == [len(script.utterances)] * 2


def test_heavy_libraries_stay_out() -> None:
    code = """
import sys
from docreader.audio.record import record
from docreader.speech import voices
from docreader.spoken.model import Script, Utterance
import docreader.audio.captions
record(Script((Utterance("xin chào", "xin chào", 0),)), voices.load())
print(sorted({"numpy", "pydub", "requests", "gtts", "miniaudio", "multiprocessing", "asyncio"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
