"""A sentence that was said once with one voice is not said again: its clip lies in a folder, as FLAC or as MP3.

An entry is written beside its place and renamed, carries a checksum, and is named by a hash of all that it depends on; so
any number of processes may use one folder, and a kill at any moment leaves nothing that could be taken for a clip. The
folder is 256 folders by the first byte of the hash, each of which keeps itself within its share of the limit, the least
lately used first out: nobody ever has to look through the whole of it.
"""

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from docreader.audio.files import inside
from docreader.audio.formats import PCM
from docreader.audio.part import Part
from docreader.audio.worker import fields, part
from docreader.errors import OutputError
from docreader.speech import engines
from docreader.speech.voices import Voice, identity

VERSION = 4
"""Raise it when the same key would give another sound: a change in encoding, loudness or an engine of ours."""
LIMIT = 2 << 30
_SHARES = 256
_CHECK = 16  # bytes of checksum


_UNITS = {"": 1, "B": 1, "K": 1e3, "KB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9, "T": 1e12, "TB": 1e12}


def size(text: str) -> int:
    """Bytes of ``500MB``, ``2 GB``, ``1.5G``, ``4096``. Raises ValueError."""
    m = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*([kKmMgGtT]?[bB]?)\s*", text)
    if m is None:
        raise ValueError(text)
    return int(float(m[1].replace(",", ".")) * _UNITS[m[2].upper()])


def default_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("docreader", appauthor=False) / "clips"


class Cache:
    """Clips in ``folder``, at most ``limit`` bytes of them. What cannot be written is not kept, and nothing fails."""

    def __init__(self, folder: str | Path | None = None, limit: int = LIMIT) -> None:
        self.folder = Path(folder) if folder else default_folder()
        self.limit = limit

    @classmethod
    def of_user(cls) -> "Cache":
        """The one that the command line uses: DOCREADER_CACHE and DOCREADER_CACHE_LIMIT, where they are set.

        Raises OutputError: the limit is no size.
        """
        limit = os.environ.get("DOCREADER_CACHE_LIMIT")
        try:
            return cls(os.environ.get("DOCREADER_CACHE") or None, size(limit) if limit else LIMIT)
        except ValueError:
            raise OutputError(f"DOCREADER_CACHE_LIMIT is {limit!r}: write it as 500MB or 2GB") from None

    def key(self, text: str, voice: Voice, coding: str, speed: float = 1.0, apart: bool = False) -> str:
        """The name of what this voice gives for this text, so coded (see formats.coding); ``apart`` is that of the crew."""
        how = (voice.engine, engines.version(voice.engine), identity(voice), voice.rate, voice.pitch, voice.volume)
        what = json.dumps([VERSION, text, *how, voice.gain, coding, speed, apart], sort_keys=True, default=str)
        return blake2b(what.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()

    def get(self, key: str) -> Part | None:
        """The clip of this key; None if there is none or it is damaged."""
        path = self._path(key)
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        if blake2b(entry[_CHECK:], digest_size=_CHECK).digest() != entry[:_CHECK]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        head, data = entry[_CHECK:].split(b"\n", 1)
        others = json.loads(head)
        return part(_unpacked(data) if others[0] == PCM else data, *others)

    def put(self, key: str, clip: Part) -> None:
        data, *others = fields(clip)
        if clip.coding == PCM:
            data = _packed(data, clip.rate)
        entry = json.dumps(others, separators=(",", ":")).encode() + b"\n" + data
        entry = blake2b(entry, digest_size=_CHECK).digest() + entry
        if len(entry) > self.limit // _SHARES:
            return
        path = self._path(key)
        beside = path.with_name(f"{secrets.token_hex(8)}.part")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(entry)
                beside.replace(path)
            finally:
                with suppress(OSError):
                    beside.unlink()
            _drop(_entries(path.parent), self.limit // _SHARES)

    def size(self) -> tuple[int, int]:
        """Entries and bytes."""
        sizes = [size for share in self._shares() for _, size, _ in _entries(share)]
        return len(sizes), sum(sizes)

    def trim(self, limit: int) -> None:
        """Keep at most ``limit`` bytes, the most lately used ones."""
        _drop((entry for share in self._shares() for entry in _entries(share)), limit)

    def clear(self) -> None:
        """Remove all entries. Raises OutputError: some cannot be removed."""
        try:
            for share in self._shares():
                for _, _, path in _entries(share):
                    path.unlink(missing_ok=True)
                share.rmdir()
        except OSError as error:
            raise OutputError(f"the cache {self.folder} cannot be cleared: {error.strerror}") from None

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def _shares(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9a-f][0-9a-f]"))


def _packed(pcm: bytes, rate: int) -> bytes:
    from docreader.audio.sndfile import to_flac

    return to_flac(pcm, rate)


def _unpacked(data: bytes) -> bytes:
    from docreader.audio.sndfile import from_flac

    return from_flac(data)


def _entries(share: Path) -> Iterator[tuple[float, int, Path]]:
    """When it was last used, how long it is, and where: of each file in one share, also those that a kill left half."""
    return ((stat.st_mtime, stat.st_size, path) for path, stat in inside(share))


def _drop(found: Iterable[tuple[float, int, Path]], limit: int) -> None:
    """Unlink the least lately used until the rest is at most ``limit`` bytes."""
    entries = sorted(found)
    total = sum(size for _, size, _ in entries)
    for _, size, path in entries:
        if total <= limit:
            break
        with suppress(OSError):
            path.unlink()
        total -= size
