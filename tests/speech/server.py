"""A server on loopback that speaks OpenAI's interface for speech: espeak's sound, and whatever faults a test asks for."""

import io
import json
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.conftest import running


@dataclass
class Answer:
    body: bytes
    status: int = 200
    kind: str = "audio/wav"
    length: int | None = None
    """Announced; None: as it is."""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    most: int = 0
    """Requests at once."""
    answer: Callable[[int, str], Answer | None] = lambda n, text: None
    """Of the n-th request (from 0); None breaks the connection."""


@contextmanager
def service() -> Iterator[Service]:
    there = Service()
    lock = threading.Lock()
    now = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            nonlocal now
            assert self.path == "/v1/audio/speech", self.path
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(there.asked)
                there.asked.append(body)
                there.keys.append(self.headers.get("Authorization"))
                now += 1
                there.most = max(there.most, now)
            answer = there.answer(number, body["input"])
            with lock:
                now -= 1
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = answer.length is not None

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        there.url = f"{address}/v1"
        yield there


def wav(samples: bytes, rate: int, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", ""))
        out.writeframes(samples)
    return file.getvalue()
