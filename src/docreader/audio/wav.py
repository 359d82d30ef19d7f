"""WAV: signed 16-bit mono, in parts as long as those of MP3, so that both have the same times."""

import struct
import sys
from collections.abc import Callable

from docreader.errors import OutputError
from docreader.speech.mpeg import frame_samples

_LIMIT = 0xFFFF_FFFF - 44  # RIFF counts bytes in 32 bits
_LOW = 0 if sys.byteorder == "little" else 1  # where the last bit of a sample lies
_EVEN = bytes(byte & 0xFE for byte in range(256))


class Pcm:
    """Samples as they are but for the last bit: no ear hears it (-98 dB), and the cache needs an eighth less without."""

    def __init__(self, rate: int) -> None:
        self._frame = frame_samples(rate)

    def clip(self, pcm: bytes, early: Callable[[bytes], None] | None = None) -> tuple[bytes, int]:
        """``pcm`` to the end of a frame; see Mp3.clip."""
        frames = -(-len(pcm) // 2 // self._frame)
        even = bytearray(pcm)
        even[_LOW::2] = even[_LOW::2].translate(_EVEN)
        return bytes(even).ljust(frames * self._frame * 2, b"\0"), frames * self._frame

    def silence(self, samples: int) -> tuple[bytes, int]:
        frames = max(0, round(samples / self._frame))
        return bytes(frames * self._frame * 2), frames * self._frame


class Wav:
    """A track of samples."""

    def __init__(self, rate: int) -> None:
        self._rate, self._pcm = rate, Pcm(rate)
        self.patches: dict[int, bytes] = {}

    def add(self, data: bytes) -> bytes:
        return data

    def silence(self, samples: int) -> tuple[bytes, int]:
        return self._pcm.silence(samples)

    def tail(self) -> bytes:
        return b""

    def head(self, samples: int | None, length: int) -> bytes:
        """The header of ``length`` bytes of samples. Raises OutputError: more than WAV can hold.

        For a stream, whose length is not known yet (``samples`` is None), the longest: players take what comes.
        """
        if samples is None:
            length = _LIMIT
        if length > _LIMIT:
            raise OutputError(f"{length / 2 / self._rate / 3600:.0f} hours are more than WAV can hold: choose mp3")
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, self._rate, self._rate * 2, 2, 16)
        return struct.pack("<4sI4s", b"RIFF", 36 + length, b"WAVE") + form + struct.pack("<4sI", b"data", length)
