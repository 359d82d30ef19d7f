import io
import time
import wave
from array import array
from pathlib import Path

import av
import miniaudio
import pytest

from docreader.audio import formats, jingle
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.part import Begun, Line, Part
from docreader.audio.process import Process
from docreader.audio.record import record, stream
from docreader.audio.track import Piece, flow
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
    script = Script(tuple(Utterance(t, t, 450) for t in ["xin chào các bạn.", *[text] * 24]))
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
    lines = [Line(text), Line("Rồi " + text)]
    with Crew(voices.load("northern"), "mp3", cache=Cache(tmp_path)) as crew:
        begun, first, second = crew.flow(lines)
        assert list(crew.flow(lines)) == [first, second], "what is kept already need not be told early"
    assert isinstance(begun, Begun) and isinstance(first, Part) and isinstance(second, Part)
    assert begun.rate == first.rate and first.data.startswith(begun.data) and not second.data.startswith(begun.data)
    assert 0 < len(begun.data) < len(first.data) / 20


@pytest.mark.parametrize("format", formats.NAMES)
def test_a_player_has_sound_before_the_first_sentence_is_coded(format: str, tmp_path: Path) -> None:
    text = "một câu khá dài để máy phải làm việc một lúc, " * 3
    script = Script((Utterance(text, text, 450),))
    cache = None if format == "mp3" else Cache(tmp_path)  # the engine never gives the same bytes twice
    with Crew(voices.load("northern"), format, cache=cache) as crew:
        opening, *rest = flow(script, crew.voice, format, None, crew, None)
        head = opening.track.head(None, 0)
        began = head + opening.data
        whole = head + b"".join([opening.data, *(one.data for one in rest)]) + opening.track.tail()
        while not sounds(began):
            began += rest.pop(0).data
        assert len(began) < len(whole) / 10
        if cache:
            track = record(script, crew.voice, format=format, crew=crew)
            track.file.seek(0)
            assert abs(len(track.file.read()) - len(whole) + len(head)) < len(whole) / 500, "it is no other track"


def sounds(begun: bytes) -> bool:
    """Whether a decoder gets sound out of the first bytes of a track."""
    try:
        with av.open(io.BytesIO(begun), "r") as file:
            return any(frame.samples for frame in file.decode(audio=0))
    except av.FFmpegError:
        return False


def test_the_jingle_is_heard_while_the_first_sentence_is_coded(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes(array("h", [1000, -1000] * 11025).tobytes())
    text = "một câu khá dài để máy phải làm việc một lúc, " * 5
    opened = jingle.load(tmp_path / "a.wav")
    script = Script((Utterance(text, text, 450), Utterance("hết", "hết", 0)))
    with Crew(voices.load("northern"), "mp3") as crew:
        opening, first, second = flow(script, crew.voice, "mp3", None, crew, None, opened)
    assert isinstance(first, Piece) and isinstance(second, Piece)
    assert len(opening.data) > 64_000 / 8 and first.start > 22050
    assert first.part.data in opening.data + first.data, "the sentence goes on where its beginning ended"


def test_a_worker_that_dies_in_the_midst_of_a_sentence_is_told() -> None:
    """What was sent of it would not be gone on with by another that says it."""
    with Process(voices.load("northern"), "mp3") as worker:
        with pytest.raises(VoiceError, match="in the midst"):
            worker.say("một câu khá dài, " * 400, early=lambda rate, data: worker._process.kill())
        assert worker.say("xin chào các bạn").samples > 10_000
