import time
from array import array
from pathlib import Path

import miniaudio
import pytest

from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.part import Line
from docreader.audio.process import Process
from docreader.audio.record import record, stream
from docreader.errors import OutputError, VoiceError
from docreader.speech import voices
from docreader.spoken.model import Script, Utterance


def test_a_stream_is_the_recording(script: Script, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = Cache(tmp_path_factory.mktemp("clips"))  # the engine never gives the same bytes twice
    recording = record(script, voices.load(), cache=cache)
    recording.save(tmp_path_factory.getbasetemp() / "a.mp3")
    kept = miniaudio.mp3_read_file_s16(str(tmp_path_factory.getbasetemp() / "a.mp3")).samples
    sent = b"".join(stream(script, voices.load(), cache=cache))
    heard = miniaudio.mp3_read_s16(sent).samples
    offsets = [offset for offset in (0, 529, 576, 1105) if heard[offset : offset + len(kept)] == kept]
    assert offsets, "the stream sounds otherwise"


def test_wav_streams_too(script: Script) -> None:
    sent = b"".join(stream(script, voices.load(), format="wav"))
    assert sent.startswith(b"RIFF") and len(array("h", sent[44:])) > 22050 * 10


def test_the_first_bytes_leave_before_the_article_is_finished() -> None:
    text = "một câu khá dài để máy phải làm việc một lúc, " * 10
    script = Script(tuple(Utterance(t, t, 450) for t in ["xin chào các bạn.", *[text] * 60]))
    with Crew(voices.load(), "mp3") as crew:
        list(crew.parts([Line("khởi động")] * 2))
        begun = time.perf_counter()
        flow = stream(script, voices.load(), crew=crew)
        assert next(flow).startswith(b"\xff\xf3") and next(flow)
        first = time.perf_counter() - begun
        for _ in flow:
            pass
        assert first < (time.perf_counter() - begun) / 10


def test_wrong_from_the_start() -> None:
    with pytest.raises(VoiceError, match="nothing to say"):
        list(stream(Script(()), voices.load()))
    with pytest.raises(OutputError, match="no format"):
        list(stream(Script(()), voices.load(), format="midi"))


def test_a_long_first_sentence_is_told_while_it_is_coded(tmp_path: Path) -> None:
    text = "một câu khá dài để máy phải làm việc một lúc, " * 5
    told: list[tuple[int, bytes]] = []
    with Crew(voices.load("northern"), "mp3", cache=Cache(tmp_path)) as crew:
        for _ in range(2):  # what is kept already need not be told early
            first, second = crew.parts([Line(text), Line("Rồi " + text)], lambda rate, data: told.append((rate, data)))
            assert len(told) == 1
    ((rate, data),) = told
    assert rate == first.rate and first.data.startswith(data) and not second.data.startswith(data)
    assert 0 < len(data) < len(first.data) / 5


def test_a_worker_that_dies_in_the_midst_of_a_sentence_is_told() -> None:
    """What was sent of it would not be gone on with by another that says it."""
    with Process(voices.load("northern"), "mp3") as worker:
        with pytest.raises(VoiceError, match="in the midst"):
            worker.say("một câu khá dài, " * 400, early=lambda rate, data: worker._process.kill())
        assert worker.say("xin chào các bạn").samples > 10_000
