"""Parts that were encoded apart, joined, decoded by a decoder that is not ours."""
# mypy: allow-untyped-calls

import random
from array import array
from math import log10, pi, sin
from pathlib import Path
from typing import Any

import lameenc
import miniaudio
import pytest
from mutagen.mp3 import MP3, BitrateMode

from docreader.audio.mp3 import Mp3
from docreader.errors import OutputError
from docreader.speech.mpeg import VERSIONS, frame_samples, frames

RATES = sorted(VERSIONS)


def sound(rate: int, seconds: float, seed: int = 0) -> bytes:
    """Harmonics of a gliding voice and some noise, from the first sample to the last: the hardest case for a seam."""
    noise = random.Random(seed)
    wave = (
        sum(3000 / k * sin(2 * pi * k * (120 + 20 * i / rate) * i / rate) for k in (1, 2, 3, 5)) + noise.gauss(0, 60)
        for i in range(round(rate * seconds))
    )
    return array("h", map(round, wave)).tobytes()


def track(rate: int, bitrate: int, clips: list[bytes], pause: float) -> tuple[bytes, bytes]:
    """The MP3 file of the clips, and the samples it should hold."""
    encoder = Mp3(rate, bitrate)
    body, pcm = b"", b""
    for clip in clips:
        data, samples = encoder.clip(clip)
        silence, silent = encoder.silence(len(clip) // 2 + round(pause * rate) - samples)
        body += data + silence
        pcm += clip.ljust((samples + silent) * 2, b"\0")
    body += encoder.tail()
    return encoder.head(len(pcm) // 2, len(body)) + body, pcm


def decoded(mp3: bytes) -> "array[int]":
    return miniaudio.mp3_read_s16(mp3).samples  # type: ignore[no-any-return]


def error_db(heard: "array[int]", meant: bytes) -> float:
    """Power of the difference, in dB of the power of what was meant."""
    wave = array("h", meant)
    difference = sum((a - b) ** 2 for a, b in zip(heard, wave, strict=True))
    return 10 * log10(difference / sum(b * b for b in wave))


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100])
@pytest.mark.parametrize("pause", [0.0, 0.45])
def test_seams_are_as_good_as_one_encoder(rate: int, pause: float, tmp_path: Path) -> None:
    bitrate = 128 if rate == 44100 else 64
    clips = [sound(rate, seconds, n) for n, seconds in enumerate((0.7, 0.05, 1.1))]
    mp3, pcm = track(rate, bitrate, clips, pause)
    heard = decoded(mp3)
    assert len(heard) == len(pcm) // 2, "the duration is not exact"

    whole = lameenc.Encoder()
    whole.silence()
    whole.set_channels(1)
    whole.set_in_sample_rate(rate)
    whole.set_out_sample_rate(rate)
    whole.set_bit_rate(bitrate)
    whole.set_quality(5)
    at_once = bytes(whole.encode(pcm)) + bytes(whole.flush())
    late = decoded(at_once)[1105:]
    reference = (late + array("h", [0] * (len(pcm) // 2)))[: len(pcm) // 2]
    assert error_db(heard, pcm) < error_db(reference, pcm) + 0.5


def test_pauses_decode_to_silence() -> None:
    clip = sound(22050, 0.5)
    mp3, pcm = track(22050, 64, [clip, clip], 1.0)
    heard = decoded(mp3)
    silent = heard[len(clip) // 2 + 2400 : len(pcm) // 4 - 1200]
    assert len(silent) > 15000
    assert max(map(abs, silent)) <= 1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("bitrate", [24, 32, 64, 128])
def test_players_are_told_the_truth(rate: int, bitrate: int, tmp_path: Path) -> None:
    if (rate >= 32000 and bitrate == 24) or (rate < 16000 and bitrate == 128):
        with pytest.raises(OutputError, match=r"cannot have \d+ kb/s; choose one of \d+"):
            Mp3(rate, bitrate)
        return
    mp3, pcm = track(rate, bitrate, [sound(rate, 0.3)], 0.6)
    file = tmp_path / "a.mp3"
    file.write_bytes(mp3)
    info: Any = MP3(file).info
    assert info.length == pytest.approx(len(pcm) / 2 / rate, abs=1e-4)
    assert (info.sample_rate, info.channels) == (rate, 1)
    assert info.bitrate_mode == BitrateMode.CBR
    assert info.bitrate == pytest.approx(bitrate * 1000, rel=0.06)
    assert info.encoder_info.startswith("LAME 3.100")
    assert len(decoded(mp3)) == len(pcm) // 2
    *_, (_, end) = frames(mp3)
    assert end == len(mp3)


def test_every_frame_of_a_joint_is_found() -> None:
    mp3, pcm = track(22050, 64, [sound(22050, 0.2), b"", sound(22050, 0.1)], 0.3)
    found = list(frames(mp3))
    assert len(found) == 1 + len(pcm) // 2 // frame_samples(22050) + 2
    assert [end for _, end in found[:-1]] == [start for start, _ in found[1:]]


def test_frames_of_what_is_no_mp3() -> None:
    for junk in (b"", b"\xff", b"<html>", b"\xff\xff\xff\xff" * 9, b"\xff\xf3\x0c\xc4" + bytes(9), bytes(1000)):
        assert list(frames(junk)) == []


def test_rates_that_mp3_has_not() -> None:
    with pytest.raises(OutputError, match="cannot hold 96000 samples"):
        Mp3(96000)


@pytest.mark.parametrize("seconds", [0.3, 3.0, 12.0])
def test_what_is_told_early_is_how_it_begins(seconds: float) -> None:
    pcm = array("h", [round(9000 * sin(n * n / 40_000)) for n in range(round(22050 * seconds))]).tobytes()
    told: list[bytes] = []
    early = Mp3(22050).clip(pcm, told.append)
    assert early == Mp3(22050).clip(pcm)
    assert len(told) == (seconds > 2)
    assert all(early[0].startswith(first) and 1_500 < len(first) < 2_600 for first in told)
