"""What comes to a track besides its voice: a second voice, a jingle, a cover."""

import wave
from array import array
from math import pi, sin
from pathlib import Path

import numpy as np
import pytest

from docreader.audio import jingle
from docreader.audio.cache import Cache
from docreader.audio.cover import from_file as cover_of
from docreader.audio.crew import Crew
from docreader.audio.model import Mark, Recording
from docreader.audio.part import Line, part, recoded
from docreader.audio.record import record
from docreader.errors import OutputError
from docreader.speech import voices
from docreader.spoken.model import Script, Utterance

TEXTS = (
    ("paragraph", "Chủ tịch tỉnh nói với bà con."),
    ("quote", "Chúng tôi sẽ làm hết sức mình."),
    ("paragraph", "Bà con vỗ tay rất lâu."),
)
SCRIPT = Script(tuple(Utterance(text, text, 450, kind, n) for n, (kind, text) in enumerate(TEXTS)))


def say(voice: str, second: str | None, cache: Cache, format: str = "wav") -> Recording:
    other = voices.load(second) if second else None
    with Crew(voices.load(voice), format, cache=cache, apart=True, second=other) as crew:
        return record(SCRIPT, crew.voice, format=format, crew=crew)


def clip(recording: Recording, mark: Mark) -> bytes:
    recording.file.seek(round(mark.start * recording.rate) * 2)
    return recording.file.read(round((mark.end - mark.start) * recording.rate) * 2)


def test_quotations_have_the_second_voice_and_nothing_else_has(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    both, first, other = say("northern", "southern", cache), say("northern", None, cache), say("southern", None, cache)
    for mark, one, two in zip(both.marks, first.marks, other.marks, strict=True):
        assert clip(both, mark) == (clip(other, two) if mark.kind == "quote" else clip(first, one))
        assert clip(first, one) != clip(other, two)
        assert mark.words, "words have their times in both voices"
    assert len(say("northern", "southern", cache, "mp3").marks) == 3


def test_a_part_at_another_rate_sounds_as_high_and_lasts_as_long() -> None:
    wave_ = array("h", (round(9000 * sin(2 * pi * 440 * n / 24000)) for n in range(24000))).tobytes()
    again = recoded(part(wave_, "pcm", 24000), "pcm", 22050)
    assert again.rate == 22050 and abs(again.sounding - 22050) <= 2
    spectrum = np.abs(np.fft.rfft(np.frombuffer(again.data[:44100], np.int16)))
    assert np.argmax(spectrum) == pytest.approx(440, abs=1)
    assert recoded(part(wave_, "pcm", 24000), "mp3-32", 24000).data[0] == 0xFF


def tune(path: Path, seconds: float = 1.5, peak: int = 3000) -> Path:
    """Both channels, 44.1 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44100, 0, "NONE", ""))
        tone = (round(peak * sin(2 * pi * 440 * n / 44100)) for n in range(round(44100 * seconds)))
        file.writeframes(array("h", (s for sample in tone for s in (sample, sample))).tobytes())
    return path


@pytest.mark.parametrize("format", ["wav", "mp3", "flac"])
def test_a_jingle_opens_the_track_about_as_loud_as_the_voice(format: str, tmp_path: Path) -> None:
    opening = jingle.load(tune(tmp_path / "jingle.wav"))
    cache = Cache(tmp_path / "clips")
    voice = voices.load()
    plain = record(SCRIPT, voice, format=format, cache=cache)
    said = record(SCRIPT, voice, format=format, cache=cache, jingle=opening)
    late = said.marks[0].start
    assert late == pytest.approx(1.5 + 0.4, abs=0.1)
    assert said.duration == pytest.approx(plain.duration + late, abs=0.1)
    said.save(tmp_path / f"a.{format}")
    if format == "wav":
        samples = np.frombuffer((tmp_path / "a.wav").read_bytes()[44:], np.int16)
        heard = samples[: 22050 * 14 // 10]
        assert np.argmax(np.abs(np.fft.rfft(heard[:22050]))) == pytest.approx(440, abs=1)
        level = 20 * np.log10(np.sqrt((heard.astype(float) ** 2).mean()) / 32768)
        assert level == pytest.approx(-18, abs=1)
        assert np.abs(samples[round((late - 0.2) * 22050) : round((late - 0.01) * 22050)]).max() == 0


def test_a_recording_saved_in_another_format_keeps_its_jingle_and_its_second_voice(tmp_path: Path) -> None:
    opening = jingle.load(tune(tmp_path / "jingle.wav"))

    def with_both(format: str) -> Recording:
        first, second = voices.load("northern"), voices.load("southern")
        with Crew(first, format, cache=Cache(tmp_path / "clips"), apart=True, second=second) as crew:
            return record(SCRIPT, first, format=format, crew=crew, jingle=opening)

    with_both("wav").save(tmp_path / "a.wav")
    with_both("mp3").save(tmp_path / "b.wav")
    with wave.open(str(tmp_path / "a.wav")) as one, wave.open(str(tmp_path / "b.wav")) as other:
        assert one.getnframes() > 22050 * 5
        assert one.readframes(10**9) == other.readframes(10**9)


def test_files_that_are_no_jingle(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound " * 100)
    (tmp_path / "empty.wav").write_bytes(b"")
    for path, says in (
        (tmp_path / "text.mp3", "is no sound: give a WAV"),
        (tmp_path / "empty.wav", "is no sound"),
        (tmp_path / "none.wav", "cannot be read: No such file"),
        (tune(tmp_path / "silent.wav", peak=0), "holds no sound"),
        (tune(tmp_path / "long.wav", 61), "lasts 61 s: give one of at most 60 s"),
    ):
        with pytest.raises(OutputError, match=says):
            jingle.load(path)


def test_files_that_are_no_cover(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" + bytes(9))
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    assert cover_of(tmp_path / "a.jpg")
    with pytest.raises(OutputError, match="give a JPEG or PNG"):
        cover_of(tmp_path / "a.gif")
    with pytest.raises(OutputError, match="cannot be read: No such file"):
        cover_of(tmp_path / "none.png")
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" + bytes(11_000_000))
    with pytest.raises(OutputError, match="11 MB: give one of at most 10"):
        cover_of(tmp_path / "a.jpg")


def test_a_heading_is_another_line_than_the_same_words_in_a_paragraph() -> None:
    from docreader.audio.track import how

    assert how("kết quả", "heading") == Line("kết quả", 0.92, False) != how("kết quả", "paragraph") == Line("kết quả")
