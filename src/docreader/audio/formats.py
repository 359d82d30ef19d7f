"""The formats of a track, and how its parts are coded until they are joined.

A worker codes what it says: as MP3 where the track is one, for frames can be joined as they are; else as samples, which
the track's one encoder takes in their order. A format is named by its name and, after a dash, its bit rate: ``mp3``,
``mp3-96``, ``mp3-V4`` (variable, as LAME counts), ``opus-24``.
"""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from docreader.errors import OutputError

if TYPE_CHECKING:
    from docreader.audio.mp3 import Mp3

NAMES = ("mp3", "wav", "flac", "opus", "m4a")
AAC = "aac"
"""One more, for streams only: AAC as bare ADTS frames, which has no place for tags."""
SUFFIXES = {**{name: name for name in NAMES}, "ogg": "opus", "oga": "opus", "m4b": "m4a"}
"""The ends of files' names, and the format that each tells."""
_BITRATES = {
    "mp3": (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # those of 16 to 24 kHz; Mp3 knows the others'
    "opus": range(6, 257),  # what libsndfile's compression levels 1 and 0 stand for
    "m4a": range(16, 161),
}
"""kb/s that can be asked for."""
EPUB = "epub"
"""No format of sound: an e-book whose sound is MP3, for its readers need know no other."""
PCM = "pcm"
"""The coding that is none: signed 16-bit mono samples."""


class Coder(Protocol):
    """Codes the parts of one mono track, each by itself: in any process, in any order."""

    def clip(self, pcm: bytes, early: Callable[[bytes], None] | None = None) -> tuple[bytes, int]:
        """Signed 16-bit samples coded, with as much silence after them as they need to end; how many samples that is.

        ``early`` is told the first of these bytes before the rest is coded, where that is worth while.
        """
        ...


class Track(Protocol):
    """Joins coded parts and silences in their order. What ``add``, ``silence`` and ``tail`` give makes the track."""

    def add(self, data: bytes) -> bytes:
        """The bytes that a part adds to the track; an encoder may hold some of them back."""
        ...

    def silence(self, samples: int) -> tuple[bytes, int]:
        """The bytes of about ``samples`` samples of silence; and how many it truly is."""
        ...

    def tail(self) -> bytes: ...

    def head(self, samples: int | None, length: int) -> bytes:
        """What stands before the ``length`` bytes of a track that holds ``samples`` samples; None: not known yet."""
        ...

    @property
    def patches(self) -> dict[int, bytes]:
        """After ``tail``: what must be written over the track's bytes, where the place allows it; by position."""
        ...


def name(format: str) -> str:
    """``mp3-96`` -> ``mp3``."""
    return format.partition("-")[0]


def check(format: str) -> None:
    """Raises OutputError: there is no such format, or it cannot have that bit rate, or lacks a module."""
    kind, _, rate = format.partition("-")
    if kind not in (*NAMES, AAC):
        raise OutputError(f"there is no format {kind!r}; there are {', '.join(NAMES)}")
    if rate:
        _bitrate(kind, rate)
    if kind in ("m4a", AAC):
        from docreader.audio import m4a

        m4a.check()


def with_bitrate(kind: str, bitrate: str | None) -> str:
    """The format of this name at ``bitrate`` (``96`` kb/s, ``V4``; None: as always). Raises OutputError."""
    format = kind if bitrate is None else f"{kind}-{bitrate.upper()}"
    if bitrate is not None:
        _bitrate(kind, bitrate.upper())
    return format


def _bitrate(kind: str, rate: str) -> None:
    if kind not in _BITRATES:
        raise OutputError(f"{kind} has no bit rate to choose: it keeps every sample")
    allowed = _BITRATES[kind]
    if not (kind == "mp3" and re.fullmatch(r"V[0-9]", rate)) and not (rate.isdecimal() and int(rate) in allowed):
        told = f"{allowed[0]} to {allowed[-1]} kb/s" + ", in steps as MP3 has them, or V0 to V9" * (kind == "mp3")
        raise OutputError(f"{rate} is no bit rate of {kind}: give {told}")


def coding(format: str) -> str:
    """How the parts of a track of this format are coded."""
    return format if name(format) == "mp3" else PCM


def coder(coding: str, rate: int) -> Coder:
    """What codes parts so, at ``rate`` samples a second. Raises OutputError."""
    if coding == PCM:
        from docreader.audio.wav import Pcm

        return Pcm(rate)
    return _mp3(coding, rate)


def track(format: str, rate: int) -> Track:
    """A new track of this format at ``rate`` samples a second. Raises OutputError."""
    kind, _, bitrate = format.partition("-")
    match kind:
        case "mp3":
            return _mp3(format, rate)
        case "wav":
            from docreader.audio.wav import Wav

            return Wav(rate)
        case "flac" | "opus":
            from docreader.audio.sndfile import Sndfile

            return Sndfile(kind, rate, int(bitrate or 0))
        case "m4a":
            from docreader.audio.m4a import M4a

            return M4a(rate, int(bitrate or 64))
        case "aac":
            from docreader.audio.m4a import Adts

            return Adts(rate)
    check(format)
    raise AssertionError(format)


def _mp3(format: str, rate: int) -> "Mp3":
    from docreader.audio.mp3 import Mp3

    _, _, bitrate = format.partition("-")
    if bitrate.startswith("V"):
        return Mp3(rate, variable=int(bitrate[1:]))
    return Mp3(rate, int(bitrate or 64))


def of(path: str | PurePath, default: str = "mp3") -> str:
    """The format that the end of a file's name tells; ``default`` where it tells none, or the same one."""
    told = SUFFIXES.get(PurePath(path).suffix.lower().lstrip("."))
    return default if told is None or told == name(default) else told
