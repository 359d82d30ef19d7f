"""A server of files on loopback that breaks off, forgets ranges and lies, as a test asks for."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.conftest import running


@dataclass
class Mirror:
    files: dict[str, bytes]
    """By their paths."""
    url: str = ""
    breaks: list[int] = field(default_factory=list)
    """After how many bytes each answer with an .onnx breaks off, in turn; those after these are whole."""
    ranges: bool = True
    etag: str = '"one"'
    statuses: list[int] = field(default_factory=list)
    """Of the first answers, instead of the file."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range of each GET."""
    sent: int = 0
    held: threading.Event | None = None
    """After a break: the connection stays open, silent, until this is set."""


@contextmanager
def mirror(files: dict[str, bytes]) -> Iterator[Mirror]:
    there = Mirror(files)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            body = there.files.get(self.path.partition("?")[0])
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            there.asked.append((self.path, asked))
            if there.statuses:
                self.send_error(there.statuses.pop(0))
                return
            body = there.files.get(self.path.partition("?")[0])
            if body is None:
                self.send_error(404)
                return
            start = 0
            condition = self.headers.get("If-Range")
            wanted = re.fullmatch(r"bytes=(\d+)-", asked or "")
            if wanted and there.ranges and condition in (None, there.etag):
                start = int(wanted[1])
                if start >= len(body):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body) - start))
            if there.etag:
                self.send_header("ETag", there.etag)
            self.end_headers()
            end = len(body)
            broken = bool(there.breaks) and self.path.endswith(".onnx")
            if broken:
                end = min(end, start + there.breaks.pop(0))
            there.sent += end - start  # before it is sent: its reader may look at the count at once
            self.wfile.write(body[start:end])
            if broken and there.held:
                there.held.wait(60)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        there.url = address
        yield there
