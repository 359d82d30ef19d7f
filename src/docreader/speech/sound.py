"""Sound that others made (a service, a file, a program) becomes a Clip: mono, no silence and no click at its ends."""

import warnings
from collections.abc import Sequence

from docreader.speech.engine import Clip
from docreader.speech.mpeg import VERSIONS, check

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


def decode(data: bytes) -> AudioSegment:
    """A whole file of sound (WAV, MP3, FLAC, Ogg Vorbis), at a rate that every format of a track takes.

    Raises ValueError: it is none of them (a page, an error's text), or is cut off.
    """
    import miniaudio

    try:
        if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
            _check_wav(data)
            decoded = miniaudio.wav_read_s16(data)
        elif data[:4] == b"fLaC":
            decoded = miniaudio.flac_read_s16(data)
        elif data[:4] == b"OggS":
            decoded = miniaudio.vorbis_read(data)
        elif data[:3] == b"ID3" or data[:1] == b"\xff":
            if data[:1] == b"\xff":
                check(data)
            decoded = miniaudio.mp3_read_s16(data)
        else:
            raise ValueError(f"what is no sound, beginning {_beginning(data)}" if data else "nothing")
    except miniaudio.MiniaudioError as error:
        raise ValueError(f"sound that cannot be read: {error}") from None
    made = segment(decoded.samples.tobytes(), decoded.sample_rate, decoded.nchannels)
    if made.frame_rate in VERSIONS:
        return made
    return made.set_frame_rate(min((rate for rate in VERSIONS if rate > made.frame_rate), default=max(VERSIONS)))


def _check_wav(data: bytes) -> None:
    """Raises ValueError: fewer samples than its header announces. A program that writes to a pipe announces what it likes."""
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            if place + 8 + size > len(data) and 0 < size < 0x7FFFF000:
                raise ValueError("sound that is cut off")
            return
        place += 8 + size + size % 2
    raise ValueError("a WAV without samples")


def _beginning(data: bytes) -> str:
    return repr(" ".join(data[:200].decode("utf-8", "replace").split())[:60])


def _trimmed(piece: AudioSegment) -> AudioSegment:
    mono = piece.set_channels(1)
    start = detect_leading_silence(mono, _SILENCE, chunk_size=5)
    if start >= len(mono):
        return mono[:0]
    end = len(mono) - detect_leading_silence(mono.reverse(), _SILENCE, chunk_size=5)
    return mono[max(0, start - _MARGIN) : end + _MARGIN].fade_in(_FADE).fade_out(_FADE)
