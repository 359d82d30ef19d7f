"""FLAC and Ogg Opus by libsndfile: one encoder for the track, whose bytes come out as they are made.

libsndfile, soxr and the numpy that they bring are imported by the track that needs them, never for MP3.
"""

import io
import warnings
from typing import Any

from docreader.audio.wav import Pcm
from docreader.errors import OutputError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_OPUS_BITRATE = 32  # kb/s: a voice is transparent there
_OPUS_LOWEST, _OPUS_HIGHEST = 6, 256  # what libsndfile's compression levels 1 and 0 stand for
_BLOCK = 1 << 15  # samples handed over at once: libsndfile's stack must hold them
_PAGE_LATENCY = 0x1302  # SFC_SET_OGG_PAGE_LATENCY_MS
_FIRST_PAGES, _PAGE = 50.0, 1000.0  # milliseconds of sound in one: the first are short, so that a stream begins at once
_FIRST = 0.3  # seconds of sound in short pages


class Sink(io.RawIOBase):
    """Takes what an encoder writes: what is new in ``taken``, what it writes over earlier bytes in ``patches``."""

    def __init__(self) -> None:
        self._new = bytearray()
        self._at = self._end = 0
        self.patches: dict[int, bytes] = {}

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        over = piece[: self._end - self._at]
        if over:
            self.patches[self._at] = over
        self._new += piece[len(over) :]
        self._at += len(piece)
        self._end = max(self._end, self._at)
        return len(piece)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = (0, self._at, self._end)[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        """What came since the last call."""
        new, self._new = bytes(self._new), bytearray()
        return new


class Sndfile:
    """A track of ``kind`` flac or opus; ``bitrate`` in kb/s is for Opus, 0 its default."""

    def __init__(self, kind: str, rate: int, bitrate: int = 0) -> None:
        import soundfile

        self._pcm, self._sink = Pcm(rate), Sink()
        self._resample: Any = None
        options: dict[str, Any] = {"format": "FLAC", "subtype": "PCM_16", "compression_level": 1.0}
        if kind == "opus":
            bitrate = bitrate or _OPUS_BITRATE
            level = 1 - (bitrate - _OPUS_LOWEST) / (_OPUS_HIGHEST - _OPUS_LOWEST)
            options = {"format": "OGG", "subtype": "OPUS", "compression_level": level}
            if rate not in _OPUS_RATES:
                rate, given = next((r for r in _OPUS_RATES[3:] if r >= rate), 48000), rate
                from soxr import ResampleStream

                self._resample = ResampleStream(given, rate, 1, dtype="int16")
        self._file = soundfile.SoundFile(self._sink, "w", rate, 1, **options)
        self._first = 0
        if kind == "opus":
            self._first = round(rate * _FIRST) * 2
            self._page(_FIRST_PAGES)

    @property
    def patches(self) -> dict[int, bytes]:
        return self._sink.patches

    def add(self, data: bytes) -> bytes:
        self._write(data)
        return self._sink.taken()

    def silence(self, samples: int) -> tuple[bytes, int]:
        data, count = self._pcm.silence(samples)
        return self.add(data), count

    def tail(self) -> bytes:
        self._write(b"", last=True)
        self._file.close()
        return self._sink.taken()

    def head(self, samples: int | None, length: int) -> bytes:
        return b""  # the encoder has written it

    def _write(self, data: bytes, last: bool = False) -> None:
        if self._resample is not None:
            import numpy as np

            data = self._resample.resample_chunk(np.frombuffer(data, np.int16), last=last).tobytes()
        if self._first and data:
            first = data[: self._first]
            self._file.buffer_write(first, "int16")
            data, self._first = data[len(first) :], self._first - len(first)
            if not self._first:
                self._page(_PAGE)
        for start in range(0, len(data), _BLOCK * 2):
            self._file.buffer_write(data[start : start + _BLOCK * 2], "int16")

    def _page(self, milliseconds: float) -> None:
        """How much sound the pages of Ogg hold from now on. soundfile has no name for it."""
        import soundfile

        value = soundfile._ffi.new("double*", milliseconds)
        soundfile._snd.sf_command(self._file._file, _PAGE_LATENCY, value, soundfile._ffi.sizeof("double"))


def to_flac(pcm: bytes, rate: int) -> bytes:
    """Samples as a FLAC file."""
    track = Sndfile("flac", rate)
    out = bytearray(track.add(pcm) + track.tail())
    for place, data in track.patches.items():
        out[place : place + len(data)] = data
    return bytes(out)


def from_flac(data: bytes) -> bytes:
    """The samples of a mono FLAC file. Raises OutputError: it is none."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            return bytes(file.buffer_read(dtype="int16"))
    except soundfile.SoundFileError as error:
        raise OutputError(f"FLAC that cannot be read: {error}") from None


def resampled(pcm: bytes, rate: int, to: int) -> bytes:
    """Signed 16-bit mono samples at another rate."""
    if rate == to or not pcm:
        return pcm
    import numpy as np
    import soxr

    quiet = audioop.mul(pcm, 2, 0.98)  # a peak between two samples may be higher than both
    out: bytes = soxr.resample(np.frombuffer(quiet, np.int16), rate, to).tobytes()
    return out
