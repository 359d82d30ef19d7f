"""Gain without clipping: what would be too loud is bent under a ceiling, sample by sample, without numpy.

The curve is the identity up to the knee, so only blocks with a peak above it cost anything; it has no memory, so blocks
that are bent and blocks that are not meet without a step.
"""

import warnings
from array import array
from functools import cache
from math import tanh
from operator import itemgetter

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_CEILING = 10 ** (-2.4 / 20)
"""-2.4 dBFS: between samples and after MP3 a peak may be over 1 dB higher, and must stay under -1 dBTP."""
_KNEE = 0.6
_FADE = 0.003  # seconds: shorter than the burst of a t or a k
_STRETCH, _BLOCK = 512, 64  # bytes; looked at in turn, because most stretches hold nothing loud


def amplify(pcm: bytes, gain: float) -> bytes:
    """Signed 16-bit mono samples, ``gain`` dB louder, no peak above the ceiling."""
    factor = 10 ** (gain / 20)
    # The first step may not clip: it scales down only, and the curve does the rest.
    scale = min(factor, 1.0)
    if scale != 1.0:
        pcm = audioop.mul(pcm, 2, scale)
    factor /= scale
    out = bytearray(audioop.mul(pcm, 2, factor)) if factor != 1.0 else bytearray(pcm)
    curve = _curve(factor)
    source, knee = memoryview(pcm), int(_KNEE * 32768 / factor)
    for start in range(0, len(pcm), _STRETCH):
        if audioop.max(source[start : start + _STRETCH], 2) > knee:
            for begin in range(start, min(start + _STRETCH, len(pcm)), _BLOCK):
                block = source[begin : begin + _BLOCK]
                if audioop.max(block, 2) > knee:
                    out[begin : begin + _BLOCK] = array("h", itemgetter(*block.cast("h"), 0)(curve)[:-1])
    return bytes(out)


def faded(pcm: bytes, rate: int) -> bytes:
    """Signed 16-bit mono samples that rise from nothing and fall to it, so that no end of a clip is heard as a click."""
    count = min(round(rate * _FADE), len(pcm) // 4)
    if not count:
        return pcm
    out = array("h", pcm)
    for n in range(count):
        out[n] = out[n] * n // count
        out[-1 - n] = out[-1 - n] * n // count
    return out.tobytes()


@cache
def _curve(factor: float) -> "array[int]":
    """What each sample becomes; negative samples index from the end, as Python's sequences do."""
    room = _CEILING - _KNEE
    positive = []
    for sample in range(32769):
        value = sample / 32768 * factor
        if value > _KNEE:
            value = _KNEE + room * tanh((value - _KNEE) / room)
        positive.append(round(value * 32768))
    # Not a list: counting references to its numbers would make each fork of a worker copy them.
    return array("h", positive[:32768] + [-value for value in reversed(positive[1:])])
