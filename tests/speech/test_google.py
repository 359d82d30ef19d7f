"""The real gTTS client against a server on loopback that speaks Google's protocol and misbehaves.

The server is reached as a proxy: it takes the CONNECT to translate.google.com and ends TLS itself, with a certificate of a
CA made for the test. No packet leaves the machine.
"""

import base64
import json
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from math import cos, pi, sin
from pathlib import Path

import pytest
import trustme

from docreader.audio.cache import Cache
from docreader.audio.mp3 import Mp3
from docreader.audio.record import record
from docreader.errors import VoiceError
from docreader.speech import google, service, voices
from docreader.speech.engines import make
from docreader.spoken.model import Script, Utterance

RATE = 24000
SECONDS = 1.5


def tone() -> bytes:
    """An MP3 as Google sends them: a sound that rises and falls as syllables do, silence around it, no Info frame."""
    from array import array

    quiet = bytes(RATE // 2)
    swell = (abs(cos(pi * 4 * i / RATE)) for i in range(round(RATE * SECONDS)))
    sound = array("h", (round(9000 * s * sin(2 * pi * 220 * i / RATE)) for i, s in enumerate(swell))).tobytes()
    pcm = quiet + sound + quiet
    return Mp3(RATE, 32).clip(pcm)[0]


MP3 = tone()
Answer = Callable[[int, str], bytes | None]


def http(body: bytes, status: str = "200 OK", more: str = "", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nContent-Type: text/html\r\n{more}\r\n".encode() + body


def good(mp3: bytes = MP3) -> bytes:
    inner = json.dumps([base64.b64encode(mp3).decode()])
    rows = [["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]]
    return http((")]}'\n\n" + json.dumps(rows, separators=(",", ":")) + "\n").encode())


class Google:
    """``answer(n, text)`` gives the n-th answer (from 0), or None to break the connection."""

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self.texts: list[str] = []
        self.slow: list[object] = []
        self.connections = 0
        self.drip = 0.0
        """Seconds between two pieces of an answer."""
        self.answer: Answer = lambda n, text: good()
        self._lock = threading.Lock()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client:
                first = client.recv(65536)
                assert first.startswith(b"CONNECT translate.google."), first
                client.sendall(b"HTTP/1.1 200 ok\r\n\r\n")
                with self._tls.wrap_socket(client, server_side=True) as tls:
                    self.connections += 1
                    while self._one(tls):
                        pass
        except OSError:  # the client went, or refused our certificate
            pass

    def _one(self, tls: ssl.SSLSocket) -> bool:
        received = b""
        while b"\r\n\r\n" not in received:
            if not (chunk := tls.recv(65536)):
                return False
            received += chunk
        head, body = received.split(b"\r\n\r\n", 1)
        size = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length"))
        while len(body) < size:
            body += tls.recv(65536)
        call = json.loads(urllib.parse.unquote(body.decode()[len("f.req=") :].rstrip("&")))[0][0]
        text, language, slow, _ = json.loads(call[1])
        assert language == "vi"
        with self._lock:
            number = len(self.texts)
            self.texts.append(text)
            self.slow.append(slow)
        answer = self.answer(number, text)
        if answer is None:
            return False
        for start in range(0, len(answer), 500) if self.drip else ():
            tls.sendall(answer[start : start + 500])
            threading.Event().wait(self.drip)
        if not self.drip:
            tls.sendall(answer)
        head, _, sent = answer.partition(b"\r\n\r\n")
        return f"Content-Length: {len(sent)}".encode() in head


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    server = Google(authority.issue_cert("translate.google.com", "translate.google.com.vn"))
    roots = tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(str(roots))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(roots))
    monkeypatch.setattr(service, "FIRST_WAIT", 0.01)
    yield server
    server.close()


def test_says_it_without_the_silence_around(server: Google) -> None:
    clip = google.Google().speak("xin chào các bạn")
    assert server.texts == ["xin chào các bạn"]
    assert clip.rate == RATE
    assert clip.duration == pytest.approx(SECONDS, abs=0.08)


def test_long_sentence_is_cut_between_words_and_keeps_one_connection(server: Google) -> None:
    text = ", ".join(
        f"mệnh đề thứ {n} của một câu rất dài"
        for n in ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"]
    )
    google.Google().speak(text + ".")
    assert " ".join(server.texts) == text + "."
    assert all(len(piece) <= 100 for piece in server.texts)
    assert server.connections == 1


def test_settings_and_rate(server: Google) -> None:
    engine = make("google", {"tld": "com.vn", "slow": True}, 1.5, 1.0, 1.0)
    assert engine.speak("xin chào").duration == pytest.approx(SECONDS / 1.5, abs=0.1)
    assert server.slow == [True]


@pytest.mark.parametrize(
    "bad",
    [
        http(b"busy", "429 Too Many Requests", "Retry-After: 0\r\n"),
        http(b"", "503 Service Unavailable"),
        None,
        http(good().partition(b"\r\n\r\n")[2][:200], length=5000),  # the connection breaks inside the answer
        good(MP3[:-100]),  # the sound does
        good(b""),
        http(b')]}\'\n\n[["wrb.fr","jQ1olc",null]]\n'),
        http(b"<html>unusual traffic from your network</html>"),
    ],
    ids=["429", "503", "reset", "short answer", "short sound", "empty sound", "no sound", "html"],
)
def test_what_may_pass_is_tried_again_and_then_said(server: Google, bad: bytes | None) -> None:
    server.answer = lambda n, text: bad if n < 2 else good()
    assert google.Google().speak("xin chào").duration == pytest.approx(SECONDS, abs=0.08)
    assert len(server.texts) == 3

    server.texts.clear()
    server.answer = lambda n, text: bad
    with pytest.raises(VoiceError, match=r"^Google's voice gave no sound: .*northern$"):
        google.Google().speak("xin chào")
    assert len(server.texts) == 5


def test_an_answer_that_drips_is_given_up(server: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LONGEST_ANSWER", 0.3)
    monkeypatch.setattr(service, "TRIES", 2)
    server.drip = 0.1
    with pytest.raises(VoiceError, match="no answer in time"):
        google.Google().speak("xin chào")
    assert len(server.texts) == 2


def test_a_refusal_is_final(server: Google) -> None:
    server.answer = lambda n, text: http(b"", "403 Forbidden")
    with pytest.raises(VoiceError, match="HTTP 403"):
        google.Google().speak("xin chào")
    assert len(server.texts) == 1


def test_retry_after_is_kept(server: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    busy = http(b"", "429 Too Many Requests", "Retry-After: 7\r\n")
    server.answer = lambda n, text: busy if n == 0 else good()
    google.Google().speak("xin chào")
    assert waits == [0.0, 7.0]


def test_certificate_of_another_authority_is_refused(
    server: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    with pytest.raises(VoiceError, match="not trusted"):
        google.Google().speak("nội dung mật")
    assert server.texts == []


def test_nobody_there(server: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with pytest.raises(VoiceError, match="no connection"):
        google.Google().speak("xin chào")


def test_a_whole_article_in_order_with_a_few_requests_at_once(server: Google, tmp_path: Path) -> None:
    at_once = most = 0
    lock = threading.Lock()

    def answer(n: int, text: str) -> bytes:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.03)
        with lock:
            at_once -= 1
        return good()

    server.answer = answer
    sentences = [f"câu số {n}" for n in ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]]
    script = Script(tuple(Utterance(s, s, 450) for s in sentences))
    recording = record(script, voices.load("google"))
    assert [mark.spoken for mark in recording.marks] == sentences
    assert sorted(server.texts) == sorted(sentences)
    assert 2 <= most <= 4
    recording.save(tmp_path / "a.mp3")
    assert all(mark.estimated and len(mark.words) == 3 for mark in recording.marks)
    assert recording.duration == pytest.approx(len(sentences) * (SECONDS + 0.45), rel=0.05)


def test_an_article_fails_naming_the_sentence(server: Google) -> None:
    server.answer = lambda n, text: None if "hai" in text else good()
    script = Script(tuple(Utterance(s, s, 450) for s in ("câu một", "câu hai", "câu ba")))
    with pytest.raises(VoiceError, match="câu hai"):
        record(script, voices.load("google"))


def test_a_second_run_asks_only_for_what_the_first_did_not_get(server: Google, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    script = Script(tuple(Utterance(s, s, 450) for s in ("câu một", "câu hai", "câu ba")))
    server.answer = lambda n, text: http(b"", "403 Forbidden") if "ba" in text else good()
    with pytest.raises(VoiceError, match="câu ba"):
        record(script, voices.load("google"), cache=cache)
    server.texts.clear()
    server.answer = lambda n, text: good()
    assert record(script, voices.load("google"), cache=cache).duration > 3 * SECONDS
    assert server.texts == ["câu ba"]


@pytest.mark.parametrize("limit", [10, 30, 100])
def test_pieces_lose_nothing(limit: int) -> None:
    text = "Một, hai; ba: bốn năm sáu bảy tám chín mười mười một? " + "dài" * 20 + " hết, ... !"
    cut = google.pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    letters = [c for c in text if c.isalnum()]
    assert [c for piece in cut for c in piece if c.isalnum()] == letters
