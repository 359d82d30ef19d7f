"""M4A (AAC in MPEG-4) and bare AAC by the ffmpeg libraries that PyAV's wheel brings.

The track grows as fragments, which is what a stream can be; a file is made of it without encoding twice, with its index
first and its chapters.
"""

from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import IO, Any, ClassVar

from docreader.audio.sndfile import Sink
from docreader.audio.wav import Pcm
from docreader.errors import OutputError

_FRAGMENT = 250_000  # microseconds: a stream begins after the first, and each costs 130 bytes


def check() -> None:
    """Raises OutputError: PyAV is not installed."""
    if find_spec("av") is None:
        raise OutputError("AAC needs PyAV, which is not installed: pip install 'docreader[m4a]', or choose mp3 or opus")


class _Unseekable:
    """A sink without seek: ffmpeg then writes nothing over."""

    def __init__(self) -> None:
        self._sink = Sink()
        self.write, self.taken = self._sink.write, self._sink.taken


class M4a:
    """A track of fragments. ``bitrate`` in kb/s."""

    _kind = "mp4"
    _flags: ClassVar = {
        "movflags": "frag_keyframe+empty_moov+default_base_moof+delay_moov",
        "frag_duration": str(_FRAGMENT),
    }

    def __init__(self, rate: int, bitrate: int = 64) -> None:
        check()
        import av

        self._rate, self._pcm, self._sink = rate, Pcm(rate), _Unseekable()
        self._at = 0
        self.patches: dict[int, bytes] = {}
        self._file: Any = av.open(self._sink, "w", format=self._kind, options=self._flags)
        self._stream: Any = self._file.add_stream("aac", rate=rate, layout="mono")
        self._stream.bit_rate = bitrate * 1000

    def add(self, data: bytes) -> bytes:
        if data:
            import av
            import numpy as np

            samples = np.frombuffer(data, np.int16)
            frame: Any = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = self._rate, self._at, Fraction(1, self._rate)
            self._at += len(samples)
            self._file.mux(self._stream.encode(frame))
        return self._sink.taken()

    def silence(self, samples: int) -> tuple[bytes, int]:
        data, count = self._pcm.silence(samples)
        return self.add(data), count

    def tail(self) -> bytes:
        self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._sink.taken()

    def head(self, samples: int | None, length: int) -> bytes:
        return b""


class Adts(M4a):
    """A track of frames, each with its own header."""

    _kind, _flags = "adts", {}


def to_file(track: IO[bytes], path: str, chapters: Sequence[tuple[float, str]], duration: float) -> None:
    """Write a whole track of fragments to ``path`` as a file with its index first. Raises OSError."""
    import av

    track.seek(0)
    with av.open(track, "r", format="mp4") as source:
        sound = source.streams.audio[0]
        with av.open(path, "w", format="ipod", options={"movflags": "faststart"}) as out:
            stream = out.add_stream_from_template(sound)
            ends = [start for start, _ in chapters[1:]] + [duration]
            out.set_chapters(
                [
                    {
                        "id": number,
                        "start": round(start * 1000),
                        "end": round(end * 1000),
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": title},
                    }
                    for number, ((start, title), end) in enumerate(zip(chapters, ends, strict=False))
                ]
            )
            for packet in source.demux(sound):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
