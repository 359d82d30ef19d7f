"""M4A (AAC in MPEG-4) and bare AAC by the ffmpeg libraries that PyAV's wheel brings.

The track grows as fragments, which is what a stream can be: the first two short, so that sound begins at once, the others longer,
as each costs 130 bytes. A file is made of it without encoding twice, with its index first and its chapters.
"""

from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import IO, Any

from docreader.audio.sndfile import Sink
from docreader.audio.wav import Pcm
from docreader.errors import OutputError

_FRAGMENT = 250_000  # microseconds
_FIRST = 2  # packets that are fragments of their own: what a decoder needs to give sound
_DELAY = 1024  # samples by which AAC begins before the sound


def check() -> None:
    """Raises OutputError: PyAV is not installed."""
    if find_spec("av") is None:
        raise OutputError("AAC needs PyAV, which is not installed: pip install 'docreader[m4a]', or choose mp3 or opus")


class _Unseekable:
    """A sink without seek: ffmpeg then writes nothing over."""

    def __init__(self) -> None:
        self._sink = Sink()
        self.write, self.taken = self._sink.write, self._sink.taken


class _Muxer:
    """What makes bytes of packets, with ``options`` for ffmpeg. ``on``: it goes on where another has ended.

    It then takes its first packet for one at 0 of the sound, and writes a head of its own, which is there already.
    """

    def __init__(self, kind: str, rate: int, bitrate: int, options: dict[str, str], on: bool = False) -> None:
        import av

        self._on = on
        self._sink = _Unseekable()
        self._file: Any = av.open(self._sink, "w", format=kind, options=options)
        self.stream: Any = self._file.add_stream("aac", rate=rate, layout="mono")
        self.stream.bit_rate = bitrate * 1000

    def add(self, packet: Any) -> bytes:
        packet.stream = self.stream
        if self._on:
            packet.pts, packet.dts = packet.pts + _DELAY, packet.dts + _DELAY
        self._file.mux(packet)
        return self._taken()

    def end(self) -> bytes:
        self._file.close()
        return self._taken()

    def _taken(self) -> bytes:
        data, start = self._sink.taken(), 0
        while self._on and data[start + 4 : start + 8] in (b"ftyp", b"moov"):
            start += int.from_bytes(data[start : start + 4], "big")
        return data[start:]


class Adts:
    """A track of frames, each with its own header. ``bitrate`` in kb/s."""

    def __init__(self, rate: int, bitrate: int = 64) -> None:
        check()
        self._rate, self._bitrate, self._pcm = rate, bitrate, Pcm(rate)
        self._at = 0
        self.patches: dict[int, bytes] = {}
        self._muxer = self._opened()
        self._encode = self._muxer.stream.encode

    def _opened(self) -> _Muxer:
        return _Muxer("adts", self._rate, self._bitrate, {})

    def _mux(self, packet: Any) -> bytes:
        return self._muxer.add(packet)

    def add(self, data: bytes) -> bytes:
        if not data:
            return b""
        import av
        import numpy as np

        samples = np.frombuffer(data, np.int16)
        frame: Any = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._at, Fraction(1, self._rate)
        self._at += len(samples)
        return b"".join(map(self._mux, self._encode(frame)))

    def silence(self, samples: int) -> tuple[bytes, int]:
        data, count = self._pcm.silence(samples)
        return self.add(data), count

    def tail(self) -> bytes:
        return b"".join(map(self._mux, self._encode(None))) + self._muxer.end()

    def head(self, samples: int | None, length: int) -> bytes:
        return b""


class M4a(Adts):
    """A track of fragments. ffmpeg makes all of one length, so one muxer makes the first and another goes on from there."""

    def __init__(self, rate: int, bitrate: int = 64) -> None:
        super().__init__(rate, bitrate)
        self._packets = 0

    def _opened(self) -> _Muxer:
        return self._fragments(1)

    def _fragments(self, microseconds: int, flags: str = "", **more: str) -> _Muxer:
        flags = "frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer" + flags
        options = {"movflags": flags, "frag_duration": str(microseconds), **more}
        return _Muxer("mp4", self._rate, self._bitrate, options, bool(more))

    def _mux(self, packet: Any) -> bytes:
        data = self._muxer.add(packet)
        self._packets += 1
        if self._packets == _FIRST:
            data += self._muxer.end()
            self._muxer = self._fragments(_FRAGMENT, "+frag_discont", fragment_index=str(_FIRST + 1))
        return data


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
