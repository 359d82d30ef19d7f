"""MP3 in parts that are encoded apart, in any process, and joined without a seam.

Each part is a clip and a little digital silence after it, a whole number of frames. A new encoder starts with an empty bit
reservoir, so its frames never need bytes of the frames before it; what its filters still hold at the end is silence, so
the frames after that may be dropped; a pause is silent frames, which cost nothing to make. A player therefore
hears what one encoder over the whole would have given, late by the encoder's delay, which the Info frame tells it.
"""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice

from docreader.errors import OutputError
from docreader.speech.mpeg import VERSIONS, bitrates, empty_frame, frame_length, frame_samples, frames

_ENCODER_DELAY = 576
_DELAYS = _ENCODER_DELAY + 529
"""Samples by which a sound leaves a decoder late: the encoder's delay and the decoder's, which every player knows."""

_VBR_MTRH = 4  # LAME's number for its variable bit rate
_TAG_VBR_MTRH = 5  # and the number that means it in the Info frame
_SCALE = 50  # LAME's own word for its quality; nothing depends on it
_EARLY = 0.3
"""Seconds of a clip that are told early; a long sentence takes LAME forty times as long."""
_INFO_LENGTH = 156
"""Bytes of what the Info frame says."""


class Mp3:
    """Encodes and joins parts of one mono track.

    ``rate`` in Hz, ``bitrate`` in kb/s, ``quality`` of LAME: 2 best, 7 fastest. ``variable`` asks for a variable bit rate
    instead: 0 best, 9 smallest.
    """

    def __init__(self, rate: int, bitrate: int = 64, quality: int = 5, variable: int | None = None) -> None:
        if rate not in VERSIONS:
            raise OutputError(f"MP3 cannot hold {rate} samples a second: choose another format, such as wav")
        allowed = [b for b in bitrates(rate)[1:] if rate >= 16000 or b <= 64]  # LAME gives the lowest rates no more
        self._variable = variable
        if variable is not None:
            bitrate = allowed[0]  # of silence
        elif bitrate not in allowed:
            raise OutputError(
                f"MP3 at {rate} Hz cannot have {bitrate} kb/s; choose one of {', '.join(map(str, allowed))}"
            )
        self._rate, self._bitrate, self._quality = rate, bitrate, quality
        self._frame = frame_samples(rate)
        self._parts, self._bytes = array("Q", [0]), array("Q", [0])  # samples and bytes up to each joint
        self.patches: dict[int, bytes] = {}
        # A frame that decodes to zeros: no side information, no data, nothing taken from the reservoir.
        self._silence = empty_frame(rate, bitrate, round(self._frame // 8 * bitrate * 1000 / rate))

    def clip(self, pcm: bytes, early: Callable[[bytes], None] | None = None) -> tuple[bytes, int]:
        """Frames of ``pcm`` (signed 16-bit mono) and of what follows it in a decoder; and how many samples they are.

        ``early`` is told the first of them, where there are many.
        """
        import lameenc

        # The clip leaves the decoder late by both delays, and its last block reaches one frame further.
        sounding = -(-(len(pcm) // 2 + _DELAYS) // self._frame) + 1
        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_channels(1)
        encoder.set_in_sample_rate(self._rate)
        encoder.set_out_sample_rate(self._rate)
        if self._variable is None:
            encoder.set_bit_rate(self._bitrate)
        else:
            encoder.set_vbr(_VBR_MTRH)
            encoder.set_vbr_quality(self._variable)
        encoder.set_quality(self._quality)
        pcm = pcm.ljust(sounding * self._frame * 2, b"\0")
        stream, first = b"", round(_EARLY * self._rate) * 2
        if early and len(pcm) > 2 * first:
            stream = bytes(encoder.encode(pcm[:first]))
            early(stream)
            pcm = pcm[first:]
        stream += bytes(encoder.encode(pcm)) + bytes(encoder.flush())
        _, end = next(islice(frames(stream), sounding - 1, None))
        return stream[:end], sounding * self._frame

    def add(self, data: bytes) -> bytes:
        """The frames of a part are the track's as they are; where they stand is noted for players that seek."""
        if self._variable is not None:
            count = sum(1 for _ in frames(data))
            self._note(count, len(data))
        return data

    def _note(self, count: int, length: int) -> None:
        self._parts.append(self._parts[-1] + count)
        self._bytes.append(self._bytes[-1] + length)

    def silence(self, samples: int) -> tuple[bytes, int]:
        """About ``samples`` samples of silence, in whole frames; and how many they are."""
        count = max(0, round(samples / self._frame))
        if self._variable is not None and count:
            self._note(count, count * len(self._silence))
        return self._silence * count, count * self._frame

    def tail(self) -> bytes:
        """What must follow the last part, so that a decoder gives all its samples in spite of the delays."""
        return self._silence * self._tail_frames

    def head(self, samples: int | None, length: int) -> bytes:
        """The Info frame, to stand before clips and silences of ``samples`` samples and the tail, in all ``length`` bytes.

        It lets players skip the delay, know the exact duration and seek. For a stream, whose length is not known yet
        (``samples`` is None), it tells the delay only.
        """
        count = (samples or 0) // self._frame + self._tail_frames
        padding = 0 if samples is None else count * self._frame - _ENCODER_DELAY - samples
        side = 17 if self._rate >= 32000 else 9
        bitrate = next(
            b
            for b in bitrates(self._rate)
            if b >= self._bitrate and frame_length(self._rate, b) >= 4 + side + _INFO_LENGTH
        )
        frame = bytearray(empty_frame(self._rate, bitrate, 0))
        total = length + len(frame)
        info = b"Info" if self._variable is None else b"Xing"
        if samples is None:
            info += bytes(4)
        else:
            info += (
                struct.pack(">III", 15, count, total)
                + self._places(count, total, len(frame))
                + struct.pack(">I", _SCALE)
            )
        info += (
            b"LAME3.100" + bytes([1 if self._variable is None else _TAG_VBR_MTRH, self._rate // 200]) + bytes(9)
        )  # how the bit rate varies, lowpass in 100 Hz, no gains
        info += bytes([min(255, self._bitrate)]) + (_ENCODER_DELAY << 12 | padding).to_bytes(3, "big") + bytes(4)
        info += (0 if samples is None else total).to_bytes(4, "big") + bytes(
            2
        )  # no checksum of the music: nothing reads it, and it would be slow
        frame[4 + side : 4 + side + len(info)] = info
        end = 4 + side + len(info)
        frame[end : end + 2] = _crc16(frame[:end]).to_bytes(2, "big")
        return bytes(frame)

    def _places(self, count: int, total: int, head: int) -> bytes:
        """Where in the file, in 256ths, each hundredth of the track begins."""
        if len(self._parts) == 1:
            return bytes(percent * 256 // 100 for percent in range(100))
        places = bytearray()
        for percent in range(100):
            frame = count * percent / 100
            n = min(bisect_right(self._parts, frame), len(self._parts) - 1)
            first, last = self._parts[n - 1], self._parts[n]
            share = min(1.0, (frame - first) / (last - first)) if last > first else 0.0
            place = head + self._bytes[n - 1] + share * (self._bytes[n] - self._bytes[n - 1])
            places.append(min(255, int(place * 256 / total)))
        return bytes(places)

    @property
    def _tail_frames(self) -> int:
        return _DELAYS // self._frame + 1


def _crc16(data: bytes | bytearray) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
