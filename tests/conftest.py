"""What several tests share: the program as a user starts it, and a web server on this machine."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).parents[1]
os.environ["DOCREADER_VOICE"] = "northern"  # the natural voice is slow: its own tests name it
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime would call home, from whichever process imports it first
# A shell that starts the tests in the background has Ctrl-C ignored, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
ARTICLE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Hội nghị cấp tỉnh</title>
<meta property="og:site_name" content="Cổng thông tin điện tử tỉnh"></head><body><nav><a href="/">Trang chủ</a></nav>
<article><h1>Hội nghị cấp tỉnh</h1>
<p>Ngày 17/11/2020, Thường trực HĐND tỉnh tổ chức hội nghị giao ban với các huyện, thành phố trên địa bàn tỉnh.</p>
<p>Dự hội nghị có các đồng chí lãnh đạo UBND tỉnh, lãnh đạo các sở, ban, ngành và đại biểu các xã, phường, thị trấn.</p>
<p>Hội nghị đã thảo luận, thống nhất nhiều nội dung quan trọng về phát triển kinh tế của tỉnh trong thời gian tới.</p>
</article><footer>Bản quyền thuộc về tỉnh</footer></body></html>"""


class Run(Protocol):
    def __call__(
        self, *args: str | Path, input: str | bytes | None = None, **environment: str
    ) -> subprocess.CompletedProcess[bytes]: ...


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home: no voice or cache of whoever runs the tests."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and not k.startswith("XDG_")}
    return kept | {"HOME": str(home), "NO_PROXY": "*", "PYTHONDONTWRITEBYTECODE": "1", "DOCREADER_VOICE": "northern"}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder in which the program runs."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def docreader(work: Path, environment: dict[str, str]) -> Run:
    """The program, in a process of its own, in ``work``."""

    def run(*args: str | Path, input: str | bytes | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
        data = input.encode() if isinstance(input, str) else input
        return subprocess.run(
            [sys.executable, "-m", "docreader", *map(str, args)],
            cwd=work,
            env=environment | more,
            input=data if data is not None else b"",
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


class _Pages(BaseHTTPRequestHandler):
    """/article: an article; /pdf, /image, /empty: none; /NUMBER: that status."""

    def do_GET(self) -> None:
        path = self.path.strip("/")
        kind, body = "text/html; charset=utf-8", ARTICLE.encode()
        status = 200
        if path == "pdf":
            kind, body = "application/pdf", b"%PDF-1.7\n\x00\x01"
        elif path == "image":
            kind, body = "image/png", b"\x89PNG\r\n\x1a\n\x00"
        elif path == "empty":
            body = b""
        elif path == "menu":
            body = b"<html><body><nav><a href='/'>Trang chu</a></nav></body></html>"
        elif path.isdigit():
            status, body = int(path), b"<html><body>no</body></html>"
        elif path != "article":
            status, body = 404, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[str]:
    """A server at work in a thread, by its address."""
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a real server on this machine."""
    with running(ThreadingHTTPServer(("127.0.0.1", 0), _Pages)) as address:
        yield address
