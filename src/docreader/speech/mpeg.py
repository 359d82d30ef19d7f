"""The frames of MPEG layer III streams: their headers and lengths."""

from collections.abc import Iterator

# MPEG-1 (sample rates from 32 kHz) and MPEG-2 and 2.5 (below): bit rates in kb/s by index; index of the sample rate.
_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
VERSIONS = {
    44100: (3, 0), 48000: (3, 1), 32000: (3, 2), 22050: (2, 0), 24000: (2, 1), 16000: (2, 2),
    11025: (0, 0), 12000: (0, 1), 8000: (0, 2),
}  # fmt: skip
_RATES = {fields: rate for rate, fields in VERSIONS.items()}


def frame_samples(rate: int) -> int:
    """Samples of one frame."""
    return 1152 if rate >= 32000 else 576


def frames(stream: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each frame, up to what is no layer III frame; the last may end behind the stream: it is cut off."""
    start = 0
    while stream[start : start + 1] == b"\xff" and len(stream) - start >= 4 and stream[start + 1] & 0xE6 == 0xE2:
        third = stream[start + 2]
        rate = _RATES.get((stream[start + 1] >> 3 & 3, third >> 2 & 3))
        if rate is None or third >> 4 in (0, 15):
            return
        end = start + frame_length(rate, bitrates(rate)[third >> 4]) + (third >> 1 & 1)
        yield start, end
        start = end


def check(stream: bytes) -> None:
    """Raises ValueError: a stream without a frame, or one whose last frame is not whole."""
    end = 0
    for _, end in frames(stream):  # noqa: B007 (its last value is the end of the last frame)
        pass
    if not end:
        raise ValueError("an answer with empty sound")
    if end != len(stream):
        raise ValueError("sound that is cut off")


def bitrates(rate: int) -> tuple[int, ...]:
    return _BITRATES_1 if rate >= 32000 else _BITRATES_2


def frame_length(rate: int, bitrate: int) -> int:
    """Bytes of a frame without padding."""
    return frame_samples(rate) // 8 * bitrate * 1000 // rate


def empty_frame(rate: int, bitrate: int, length: int) -> bytes:
    """A frame of zeros behind its header, padded by a byte if ``length`` asks for it."""
    version, index = VERSIONS[rate]
    bare = frame_length(rate, bitrate)
    padded = length > bare
    header = (
        0xFF,
        0xE0 | version << 3 | 1 << 1 | 1,
        bitrates(rate).index(bitrate) << 4 | index << 2 | padded << 1,
        0xC4,
    )
    return bytes(header).ljust(bare + padded, b"\0")
