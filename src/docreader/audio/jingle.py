"""A jingle: a sound file that opens a track, about as loud as the voice that follows."""

import io
import warnings
from math import log10
from pathlib import Path

from docreader.audio.loudness import amplify, faded
from docreader.audio.part import Part
from docreader.audio.part import part as coded
from docreader.audio.sndfile import resampled
from docreader.errors import OutputError

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_LONGEST = 60.0
_AIR = 0.4  # seconds of silence after it
_LEVEL = -18.0  # dB RMS of what sounds: near the voice's -16 LUFS
_GATE = 0.05  # of its peak: softer blocks do not count
_BLOCK = 0.1


def load(path: str | Path) -> bytes:
    """The file, which a decoder has seen. Raises OutputError: it cannot be read, or is none."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise OutputError(f"the jingle {path} cannot be read: {error.strerror}") from None
    try:
        pcm, rate = _samples(data)
    except (ValueError, RuntimeError):
        raise OutputError(f"the jingle {path} is no sound: give a WAV, MP3, FLAC or Ogg file") from None
    if not pcm.strip(b"\0"):
        raise OutputError(f"the jingle {path} holds no sound")
    if (seconds := len(pcm) / 2 / rate) > _LONGEST:
        raise OutputError(f"the jingle {path} lasts {seconds:.0f} s: give one of at most {_LONGEST:.0f} s")
    return data


def part(data: bytes, coding: str, rate: int) -> Part:
    """What ``load`` gave, for the start of a track."""
    pcm, own = _samples(data)
    pcm = resampled(pcm, own, rate)
    size = int(rate * _BLOCK) * 2
    blocks = [audioop.rms(pcm[n : n + size], 2) for n in range(0, len(pcm), size)]
    heard = [rms for rms in blocks if rms > max(blocks) * _GATE]
    power = sum(rms * rms for rms in heard) / len(heard)
    gain = _LEVEL - 10 * log10(power / 32768**2)
    return coded(faded(amplify(pcm, gain), rate) + bytes(round(rate * _AIR) * 2), coding, rate)


def _samples(data: bytes) -> tuple[bytes, int]:
    """Signed 16-bit mono samples and their rate. Raises RuntimeError: no sound that libsndfile knows."""
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as file:
        samples = file.read(dtype="float32", always_2d=True).mean(axis=1)
        return (samples.clip(-1, 1) * 32767).astype("<i2").tobytes(), file.samplerate
