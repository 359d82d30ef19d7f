"""The engine for OpenAI's interface against a server on loopback that speaks it and misbehaves."""

import json
import math
import socket
import threading
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from docreader.audio.mp3 import Mp3
from docreader.audio.record import record
from docreader.errors import VoiceError
from docreader.speech import service, voices
from docreader.speech.engines import make
from docreader.spoken.model import Script, Utterance
from tests.speech.server import Answer, Service, wav
from tests.speech.server import service as serving

RATE, SECONDS = 24000, 1.5
PCM = array(
    "h",
    (round(9000 * abs(math.cos(math.pi * 4 * i / RATE)) * math.sin(i / 17)) for i in range(round(RATE * SECONDS))),
).tobytes()
MP3 = Mp3(RATE, 64).clip(PCM)[0]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(service, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with serving() as there:
        there.answer = lambda n, text: Answer(wav(PCM, RATE))
        yield there


def test_says_it_as_the_voice_asks(server: Service) -> None:
    settings = {"url": server.url + "/", "model": "kokoro", "voice": "mai", "more": {"speed": 1.1, "lang_code": "vi"}}
    clip = make("openai", settings, 1.0, 1.0, 1.0).speak("xin chào các bạn")
    assert clip.rate == RATE and clip.duration == pytest.approx(SECONDS, abs=0.02)
    assert server.asked == [
        {
            "model": "kokoro", "voice": "mai", "response_format": "wav", "input": "xin chào các bạn", "speed": 1.1,
            "lang_code": "vi",
        }
    ]  # fmt: skip
    assert server.keys == ["Bearer sk-secret"]


@pytest.mark.parametrize(
    ("body", "rate"),
    [
        (MP3, RATE),
        (wav(PCM, RATE, 2), RATE),
        (wav(PCM, 20000), 22050),
        (wav(PCM, RATE)[:40] + b"\xff\xff\xff\xff" + PCM, RATE),
    ],
    ids=["mp3", "stereo", "odd rate", "a stream's header"],
)
def test_formats_of_sound(server: Service, body: bytes, rate: int) -> None:
    server.answer = lambda n, text: Answer(body)
    clip = make("openai", {"url": server.url}, 1.0, 1.0, 1.0).speak("xin chào")
    assert clip.rate == rate and clip.duration > 0.7


def test_rate_and_no_key(server: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("MINE", "another")
    clip = make("openai", {"url": server.url}, 1.5, 1.0, 1.0).speak("xin chào")
    assert clip.duration == pytest.approx(1.0, abs=0.1)
    make("openai", {"url": server.url, "key_env": "MINE"}, 1.0, 1.0, 1.0).speak("xin chào")
    assert server.keys == [None, "Bearer another"]


def refusal(status: int, message: str) -> Answer:
    return Answer(json.dumps({"error": {"message": message}}).encode(), status, "application/json")


@pytest.mark.parametrize(
    "bad",
    [
        Answer(b"", 429, headers={"Retry-After": "0"}),
        refusal(503, "overloaded"),
        None,
        Answer(wav(PCM, RATE)[:2000], length=50000),
        Answer(wav(PCM, RATE)[:-1000]),
        Answer(MP3[:-50]),
        Answer(b""),
        Answer(b"<html>sign in to the hotel's network</html>", kind="text/html"),
        Answer(wav(bytes(RATE), RATE)),
    ],
    ids=["429", "503", "reset", "short answer", "short wav", "short mp3", "empty", "html", "silence"],
)
def test_what_may_pass_is_tried_again_and_then_said(server: Service, bad: Answer | None) -> None:
    server.answer = lambda n, text: bad if n < 2 else Answer(wav(PCM, RATE))
    engine = make("openai", {"url": server.url}, 1.0, 1.0, 1.0)
    assert engine.speak("xin chào").duration > 1
    assert len(server.asked) == 3
    server.answer = lambda n, text: bad
    with pytest.raises(VoiceError, match=r"^the speech service http://.* gave no sound: .*; try again later"):
        engine.speak("xin chào")
    assert len(server.asked) == 8


def test_refusals_are_final_and_say_what_to_do(server: Service) -> None:
    engine = make("openai", {"url": server.url}, 1.0, 1.0, 1.0)
    server.answer = lambda n, text: refusal(401, "Incorrect API key")
    with pytest.raises(VoiceError, match=r"401 \(Incorrect API key\); put its key into .* OPENAI_API_KEY") as error:
        engine.speak("xin chào")
    assert "sk-secret" not in str(error.value)
    server.answer = lambda n, text: refusal(400, "no voice 'mai'")
    with pytest.raises(VoiceError, match=r"400 \(no voice 'mai'\); see its settings"):
        engine.speak("xin chào")
    assert len(server.asked) == 2


def test_nobody_there_and_wrong_settings(server: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(VoiceError, match="no connection"):
        make("openai", {"url": f"http://127.0.0.1:{port}/v1"}, 1.0, 1.0, 1.0).speak("xin chào")
    for wrong, says in (({}, "no address"), ({"url": "http://a", "more": 1}, "more is a table")):
        with pytest.raises(VoiceError, match=says):
            make("openai", wrong, 1.0, 1.0, 1.0)


def test_an_article_by_a_voice_file(server: Service, tmp_path: Path) -> None:
    def answer(n: int, text: str) -> Answer:
        threading.Event().wait(0.05)
        return Answer(wav(PCM, RATE))

    server.answer = answer
    (tmp_path / "mine.toml").write_text(f'engine = "openai"\n[settings]\nurl = "{server.url}"\nparallel = 3\n')
    said = tuple(f"câu số {n}" for n in ("một", "hai", "ba", "bốn", "năm", "sáu"))
    recording = record(Script(tuple(Utterance(s, s, 450) for s in said)), voices.load(str(tmp_path / "mine.toml")))
    assert tuple(mark.spoken for mark in recording.marks) == said
    assert recording.duration == pytest.approx(6 * (SECONDS + 0.45), rel=0.05)
    assert 2 <= server.most <= 3
