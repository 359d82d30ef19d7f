"""How loud a clip is heard: integrated loudness by ITU-R BS.1770-4, for what is measured once."""

from typing import TYPE_CHECKING

from docreader.speech.engine import Clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK, _STEP = 0.4, 0.1  # seconds
_ABSOLUTE, _RELATIVE = -70.0, -10.0  # LUFS, LU


def loudness(clip: Clip) -> float:
    """LUFS; -70 where all is silent."""
    import numpy as np

    samples = np.frombuffer(clip.samples, "<i2") / 32768
    power = (
        np.fft.irfft(np.fft.rfft(samples, 2 * len(samples)) * _weights(len(samples), clip.rate))[: len(samples)] ** 2
    )
    block, step = round(_BLOCK * clip.rate), round(_STEP * clip.rate)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, max(1, len(power) - block + 1), step)
    energy = (sums[np.minimum(starts + block, len(power))] - sums[starts]) / min(block, max(1, len(power)))
    for gate in (_ABSOLUTE, None):
        limit = gate if gate is not None else _level(energy.mean()) + _RELATIVE
        energy = energy[energy > 10 ** ((limit + 0.691) / 10)]
        if not len(energy):
            return _ABSOLUTE
    return _level(energy.mean())


def _level(energy: float) -> float:
    from math import log10

    return 10 * log10(energy) - 0.691


def _weights(samples: int, rate: int) -> "NDArray[np.complex128]":
    """The K-weighting's response at each frequency of the transform: a shelf for the head, a high pass."""
    import numpy as np

    z = np.exp(-1j * np.pi * np.arange(samples + 1) / samples)
    response = np.ones(samples + 1, np.complex128)
    # Centre (Hz), quality and gain (dB) of the two filters, from which the coefficients of any rate follow.
    for shelf, centre, quality, gain in ((True, 1681.974450955533, 0.7071752369554196, 3.999843853973347), (False, 38.13547087602444, 0.5003270373238773, 0.0)):  # fmt: skip
        k = np.tan(np.pi * centre / rate)
        high, band = 10 ** (gain / 20), 10 ** (gain / 20 * 0.4996667741545416)
        b = (
            (high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k)
            if shelf
            else (1, -2, 1)
        )
        a = (1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k)
        scale = 1.0 if shelf else a[0]  # the high pass of the recommendation is not divided by its first coefficient
        response *= (b[0] + b[1] * z + b[2] * z * z) * scale / (a[0] + a[1] * z + a[2] * z * z)
    return response
