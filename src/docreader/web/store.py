"""What was made, on disk: articles, tracks with their marks and captions, PDFs. A restart finds it; files are whole or not there.

Everything of one key lies beside each other, ``ab/abcdef….mp3``; over the limit, what was not asked for longest goes first.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from docreader.article.model import Article, Block
from docreader.audio.cache import Cache
from docreader.audio.captions import line, webvtt
from docreader.audio.files import inside, whole
from docreader.audio.model import Recording
from docreader.errors import OutputError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script

_VERSION = 1
_TOUCH = 3600.0  # seconds: how exactly the time of the last use is kept


@dataclass(frozen=True, slots=True)
class Order:
    """What a track is made of."""

    key: str
    article: Article
    script: Script
    voice: Voice


def name(*what: object) -> str:
    """A name of 40 hexadecimal digits for what is the same whenever ``what`` is."""
    text = json.dumps([_VERSION, *what], ensure_ascii=False, sort_keys=True, default=str)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def key(script: Script, voice: Voice, format: str = "mp3") -> str:
    """Of a track: what is said and where it is written, the voice, the format."""
    said = [(u.spoken, u.pause, u.written, u.kind, u.block, u.start, u.end) for u in script.utterances]
    return name(Cache(".").key("", voice, format), said)


def marks(lines: Sequence[str], duration: float | None, complete: bool) -> bytes:
    """The marks as JSON, from marks that are JSON already. ``duration`` is null as long as nobody knows it."""
    seconds = "null" if duration is None else repr(round(duration, 6))
    head = f'{{"version":1,"complete":{"true" if complete else "false"},"duration":{seconds},"marks":[\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode("utf-8", "replace")


class Store:
    """The folder. What cannot be written is told by OutputError; reading never fails."""

    def __init__(self, folder: str | Path, limit: int, forgotten: Callable[[str], None] = lambda key: None) -> None:
        """``forgotten`` is told the key of each track that had to go for others; in the thread that saved."""
        self.folder, self._limit, self._forgotten = Path(folder), limit, forgotten
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"the folder {folder} of the cache cannot be made: {error.strerror}; name another with --cache"
            ) from None
        self.used_bytes = sum(size for _, size, _ in self._files())

    def path(self, key: str, suffix: str) -> Path:
        return self.folder / key[:2] / (key + suffix)

    def duration(self, key: str) -> float | None:
        """Seconds of a track that is whole; None if it isn't there."""
        try:
            with self.path(key, ".json").open("rb") as file:
                head = file.read(200)
            if not self.path(key, ".mp3").is_file():
                return None
            return float(head.split(b'"duration":', 1)[1].split(b",", 1)[0])
        except (OSError, IndexError, ValueError):
            return None

    def used(self, key: str) -> None:
        """Note that it was asked for."""
        with contextlib.suppress(OSError):
            path = self.path(key, ".mp3")
            if time.time() - (found := path.stat()).st_atime > _TOUCH:
                for suffix in (".mp3", ".json", ".vtt"):
                    os.utime(self.path(key, suffix), (time.time(), found.st_mtime))  # its ETag is made of this

    def marks(self, key: str, start: int) -> bytes | None:
        """The marks of a whole track from number ``start`` on; None if it isn't there."""
        try:
            text = self.path(key, ".json").read_bytes()
        except OSError:
            return None
        if start:
            head, _, rest = text.partition(b"[\n")
            lines = rest.removesuffix(b"\n]}\n").split(b",\n")[start:]
            return head + b"[\n" + b",\n".join(lines) + b"\n]}\n"
        return text

    def save(self, key: str, recording: Recording) -> None:
        """Keep a whole track: the sound first, the marks, which tell that it is whole, last. Raises OutputError."""
        path = self.path(key, ".mp3")
        self._room(key)
        recording.save(path)
        self._write(key, ".vtt", webvtt(recording.marks, words=True).encode("utf-8", "replace"))
        self._write(key, ".json", marks([line(m) for m in recording.marks], recording.duration, True))
        self.used_bytes += path.stat().st_size
        self._trim(key)

    def keep(self, key: str, suffix: str, data: bytes) -> None:
        """Keep anything else. Raises OutputError."""
        self._room(key)
        self._write(key, suffix, data)
        self.used_bytes += len(data)
        self._trim(key)

    def keep_article(self, key: str, article: Article, **more: Any) -> None:
        self.keep(key, ".article", json.dumps({"article": asdict(article), **more}, ensure_ascii=False).encode())

    def article(self, key: str) -> tuple[Article, dict[str, Any]] | None:
        """What ``keep_article`` kept."""
        try:
            more = json.loads(self.path(key, ".article").read_bytes())
            fields = more.pop("article")
            blocks = tuple(Block(**block) for block in fields.pop("blocks"))
            return Article(**fields, blocks=blocks), more
        except (OSError, ValueError, TypeError, KeyError):  # not there, or of another version
            return None

    def _room(self, key: str) -> None:
        try:
            (self.folder / key[:2]).mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"the cache {self.folder} cannot be written: {error.strerror}") from None

    def _write(self, key: str, suffix: str, data: bytes) -> None:
        with whole(self.path(key, suffix)) as file:
            file.write(data)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for share in self.folder.glob("[0-9a-f][0-9a-f]"):
            for path, stat in inside(share):
                yield max(stat.st_mtime, stat.st_atime), stat.st_size, path

    def _trim(self, newest: str) -> None:
        """Down to nine tenths of the limit, so that it need not look through the whole folder each time."""
        if self.used_bytes <= self._limit:
            return
        files = sorted(self._files())
        self.used_bytes = sum(size for _, size, _ in files)
        for _, size, path in files:
            if self.used_bytes <= self._limit * 0.9:
                break
            if path.name.startswith(newest):
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                self.used_bytes -= size
            self._forgotten(path.name.partition(".")[0])
