"""Texts that clients send, through the clients that exist."""

import base64
import io
import json
import struct
import time
from typing import Any

import av
import miniaudio
import openai
import pytest

from docreader.api import normalise

from .conftest import Running, Start

TEXT = "Ngày 17/11/2020, HĐND tỉnh họp. Kinh tế tăng 5,5%."


@pytest.fixture
def running(start: Start) -> Running:
    return start(keys=("khoa",), allow=())


def client(running: Running, key: str = "khoa") -> openai.OpenAI:
    return openai.OpenAI(base_url=running.address + "/v1", api_key=key, max_retries=0, timeout=30)


def seconds(mp3: bytes) -> float:
    return float(miniaudio.decode(mp3, nchannels=1, sample_rate=22050).num_frames / 22050)


def test_openai_speech(running: Running) -> None:
    with client(running) as ai:
        mp3 = ai.audio.speech.create(model="docreader", voice="northern", input=TEXT)
        assert mp3.response.headers["content-type"] == "audio/mpeg"
        length = seconds(mp3.content)
        assert 4 < length < 15
        theirs = ai.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format="mp3")
        assert abs(seconds(theirs.content) - length) < 0.3
        slow = ai.audio.speech.create(model="docreader", voice="southern", input=TEXT, speed=0.5)
        assert seconds(slow.content) > 1.5 * length
        assert [model.id for model in ai.models.list()] == ["docreader"]


def test_openai_formats(running: Running) -> None:
    with client(running) as ai:
        wav = ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, response_format="wav").content
        assert wav[:4] == b"RIFF" and wav[8:16] == b"WAVEfmt "
        (rate,) = struct.unpack("<I", wav[24:28])
        pcm = ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, response_format="pcm").content
        assert abs(len(pcm) / 2 / 24_000 - (len(wav) - 44) / 2 / rate) < 0.3
        assert max(abs(s[0]) for s in struct.iter_unpack("<h", pcm)) > 5000
        length = (len(wav) - 44) / 2 / rate
        for format, begins in (("opus", b"OggS"), ("flac", b"fLaC"), ("aac", b"\xff\xf1")):
            sound = ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, response_format=format)  # type: ignore[arg-type]
            assert sound.content.startswith(begins)
            with av.open(io.BytesIO(sound.content), "r") as file:
                heard = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
            assert abs(heard - length) < 0.3, format
        with pytest.raises(openai.BadRequestError, match="there are mp3, opus, aac, flac, wav, pcm"):
            ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, response_format="midi")  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["opus", "aac", "flac"])
def test_each_format_is_streamed(running: Running, format: Any) -> None:
    """Sound is there long before the text is said."""
    with (
        client(running) as ai,
        ai.audio.speech.with_streaming_response.create(
            model="docreader", voice="northern", input=TEXT * 60, response_format=format
        ) as answer,
    ):
        pieces = answer.iter_bytes()
        begun = next(pieces)
        first, last = time.perf_counter(), 0.0
        size = len(begun)
        for piece in pieces:
            size, last = size + len(piece), time.perf_counter()
    assert len(begun) < size / 20 and last - first > 0.2


def test_openai_streams(running: Running) -> None:
    with client(running) as ai:
        text = TEXT * 15
        with ai.audio.speech.with_streaming_response.create(model="docreader", voice="northern", input=text) as answer:
            pieces = list(answer.iter_bytes())
        assert len(pieces) > 3 and seconds(b"".join(pieces)) > 60
        events = ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, stream_format="sse").read()
        told = [json.loads(line.removeprefix(b"data: ")) for line in events.split(b"\n\n") if line]
        assert {event["type"] for event in told[:-1]} == {"speech.audio.delta"} and told[-1][
            "type"
        ] == "speech.audio.done"
        assert seconds(b"".join(base64.b64decode(event["audio"]) for event in told[:-1])) > 4


def test_openai_errors(running: Running) -> None:
    with client(running, "wrong") as ai, pytest.raises(openai.AuthenticationError, match="API key"):
        ai.audio.speech.create(model="docreader", voice="northern", input=TEXT)
    with client(running) as ai:
        with pytest.raises(openai.BadRequestError, match="northern"):
            ai.audio.speech.create(model="docreader", voice="nobody", input=TEXT)
        with pytest.raises(openai.BadRequestError, match="speed"):
            ai.audio.speech.create(model="docreader", voice="northern", input=TEXT, speed=4)
        with pytest.raises(openai.UnprocessableEntityError, match="no words"):
            ai.audio.speech.create(model="docreader", voice="northern", input="…")
        with pytest.raises(openai.APIStatusError) as refused:
            ai.audio.speech.create(model="docreader", voice="northern", input="a" * 20_001)
        assert refused.value.status_code == 413


def test_normalise(running: Running) -> None:
    written = "Ngày 17/11/2020, HĐND tỉnh họp.\nTăng 5,5%."
    answer = running.post("/v1/normalise", {"text": written}, X_API_Key="khoa")
    assert answer.json == {"version": 1, "spoken": normalise(written)}
    assert "hội đồng nhân dân" in answer.json["spoken"] and answer.json["spoken"].count("\n") == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"text": 5}', b'{"text": " "}', b"\xff\xfe", b"[" * 50_000]
)
def test_bodies_that_are_wrong(running: Running, body: bytes) -> None:
    answer = running.ask("/v1/normalise", "POST", body, X_API_Key="khoa")
    assert answer.status == 400 and answer.json["error"]["type"] == "invalid_request_error"


def test_half_a_character(running: Running) -> None:
    answer = running.ask("/v1/audio/speech", "POST", b'{"input": "Xin \\ud800 ch\\u00e0o"}', X_API_Key="khoa")
    assert answer.status == 200 and seconds(answer.body) > 0.3
