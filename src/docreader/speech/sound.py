"""Sound that others made (a service, a file, a program) becomes a Clip: mono, no silence and no click at its ends."""

import warnings
from collections.abc import Sequence

from docreader.speech.engine import Clip

with warnings.catch_warnings():  # audioop's farewell, and pydub's advice to install ffmpeg, which is never called here
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

_SILENCE = -50.0  # dBFS
_MARGIN = 15  # ms kept of what seems silent: the soft start of an s or an h
_FADE = 5  # ms


def segment(samples: bytes, rate: int, channels: int = 1) -> AudioSegment:
    """pydub's segment of signed 16-bit samples."""
    return AudioSegment(data=samples, sample_width=2, frame_rate=rate, channels=channels)


def clip(pieces: Sequence[AudioSegment], gap: int = 0) -> Clip:
    """One clip of pieces of the same rate, ``gap`` milliseconds between them; without samples where all are silent."""
    trimmed = [piece for piece in map(_trimmed, pieces) if len(piece)]
    rate = pieces[0].frame_rate
    silence = bytes(rate * gap // 1000 * 2)
    return Clip(silence.join(piece.raw_data for piece in trimmed), rate)


def _trimmed(piece: AudioSegment) -> AudioSegment:
    mono = piece.set_channels(1)
    start = detect_leading_silence(mono, _SILENCE, chunk_size=5)
    if start >= len(mono):
        return mono[:0]
    end = len(mono) - detect_leading_silence(mono.reverse(), _SILENCE, chunk_size=5)
    return mono[max(0, start - _MARGIN) : end + _MARGIN].fade_in(_FADE).fade_out(_FADE)
