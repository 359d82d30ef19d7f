"""A real server on this machine that serves the widget, pages, and sound that docreader made."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docreader
from docreader.article.model import Article
from docreader.audio.captions import to_json
from docreader.audio.record import stream
from docreader.web import folder

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "docreader" / "web" / "static"
SEED = (ROOT / "tests" / "pages" / "drupal-seed.html").read_text("utf-8")
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".mp3": "audio/mpeg",
    ".json": "application/json",
    ".vtt": "text/vtt",
}


@dataclass(frozen=True)
class Made:
    """An article that docreader read: the bytes and the marks that a site's folder and the service give out."""

    article: Article
    mp3: bytes
    stream: bytes
    """As the service sends it while it is being made: without tags, and without its length."""
    marks: dict[str, Any]
    duration: float
    voice: str

    def described(self, url: str) -> dict[str, Any]:
        a = self.article
        return {
            "version": 1, "id": "1", "title": a.title, "lead": a.lead, "url": url, "canonical_url": url, "language": "vi", "published": a.published,
            "site": a.site, "author": a.author, "voice": self.voice, "blocks": [{"kind": b.kind, "text": b.text} for b in a.blocks],
        }  # fmt: skip


def make(html: str, folder: Path, voice: str = "northern") -> Made:
    article = docreader.extract(html)
    recording = docreader.read(article, voice=voice)
    recording.save(folder / "sound.mp3", article)
    sound, streamed = (folder / "sound.mp3").read_bytes(), b"".join(stream(recording.script, recording.voice))
    made = Made(article, sound, streamed, json.loads(to_json(recording.marks)), recording.duration, voice)
    recording.close()
    return made


@dataclass
class Site:
    """What the server answers, and what it was asked. ``files``: path -> (type, bytes)."""

    origin: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    streams: dict[str, "Stream"] = field(default_factory=dict)

    def page(self, path: str, html: str) -> str:
        self.files[path] = ("text/html; charset=utf-8", html.encode())
        return self.origin + path

    def json(self, path: str, data: object) -> None:
        self.files[path] = ("application/json", json.dumps(data, ensure_ascii=False).encode())

    def batch(self, made: Made, url: str, name: str = "hoi-nghi-1") -> None:
        """Lay the article out as the batch job does."""
        index = "/audio/" + folder.shard(folder.key(url))
        there = json.loads(self.files[index][1]) if index in self.files else {}
        self.json(index, there | {folder.key(url): f"{name}.json"})
        files = {"audio": f"{name}.mp3", "captions": f"{name}.vtt", "duration": made.duration}
        self.json(f"/audio/{name}.json", made.described(url) | files | {"marks": made.marks["marks"]})
        self.files[f"/audio/{name}.mp3"] = ("audio/mpeg", made.mp3)


@dataclass
class Stream:
    """An article that the service is still making: half its sound and marks until it is let go on."""

    made: Made
    first: int
    """Sentences that are there at once."""
    go: threading.Event = field(default_factory=threading.Event)

    @property
    def cut(self) -> int:
        """Bytes of the sentences that are there."""
        return int(len(self.made.stream) * self.made.marks["marks"][self.first - 1]["end"] / self.made.duration)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.asked.append(self.path)
            name = path.rsplit("/", 1)[-1].removesuffix(".mp3").removesuffix(".json")
            if path.startswith("/v1/") and name in site.streams:
                return self.stream(site.streams[name], path.endswith(".mp3"))
            if path == "/v1/article":
                path += "?" + parse_qs(urlsplit(self.path).query)["url"][0]
            kind, body = site.files.get(path) or (TYPES.get(Path(path).suffix, "text/plain"), self.static(path))
            if body is None:
                return self.answer(404, "text/plain", b"not here")
            return self.answer(200, kind, body)

        def static(self, path: str) -> bytes | None:
            file = STATIC / Path(path).name
            return file.read_bytes() if file.is_file() else None

        def answer(self, status: int, kind: str, body: bytes) -> None:
            first, last = 0, len(body) - 1
            wanted = self.headers.get("Range", "")
            if status == 200 and wanted.startswith("bytes="):
                first, last = (int(n) if n else d for n, d in zip(wanted[6:].split("-"), (first, last), strict=True))
                status, last = 206, min(last, len(body) - 1)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(last - first + 1))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Access-Control-Allow-Origin", "*")
            if status == 206:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
            if kind.startswith("text/html"):
                for header, value in site.headers.items():
                    self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body[first : last + 1])

        def stream(self, one: Stream, sound: bool) -> None:
            marks = one.made.marks["marks"]
            if not sound:
                query = parse_qs(urlsplit(self.path).query)
                begin = int(query.get("from", ["0"])[0])
                if begin >= one.first and not one.go.is_set():
                    one.go.wait(min(2, float(query.get("wait", ["0"])[0])))
                done = one.go.is_set()
                answer = {"version": 1, "complete": done, "duration": one.made.duration if done else None}
                answer["marks"] = marks[begin : None if done else one.first]
                return self.answer(200, "application/json", json.dumps(answer).encode())
            if one.go.is_set():
                return self.answer(200, "audio/mpeg", one.made.mp3)
            self.send_response(200)
            self.send_header("Content-Type", "audio/mpeg")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (one.made.stream[: one.cut], one.made.stream[one.cut :]):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                self.wfile.flush()
                one.go.wait(20)
            self.wfile.write(b"0\r\n\r\n")
            return None

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser closes connections when it likes."""


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.site = Site(f"http://127.0.0.1:{self.server_address[1]}")
        self.RequestHandlerClass = _handler(self.site)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser closes connections when it likes."""
