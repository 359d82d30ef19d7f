"""What shows that a clip cannot be the text that an engine was given."""

import warnings

from docreader.speech.engine import Clip

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

# What no voice does, at any rate from 0.5 to 2: seconds.
_SHORTEST_WORD = 0.04
_LONGEST_LETTER = 0.5
_SILENT = 100
"""Of 32768: a clip whose loudest sample is no louder holds nothing."""
_UNBROKEN = 0.6
"""Speech rises and falls with each syllable: its quietest moment is under a half of its loudest, a hum's or a hiss's is not."""
_MOMENTS = 48


def fault(text: str, clip: Clip) -> str | None:
    """What shows that a clip cannot be this text: silence, a hum or noise, far too long, cut off. None: nothing does."""
    words = sum(any(c.isalnum() for c in word) for word in text.split())
    if not words:
        return None
    if not clip.samples:
        return "no sound"
    if audioop.max(clip.samples, 2) <= _SILENT:
        return f"{clip.duration:.1f} s of silence"
    least, most = words * _SHORTEST_WORD, 2.0 + len(text) * _LONGEST_LETTER
    if not least <= clip.duration <= most:
        return f"{clip.duration:.1f} s of sound for {words} words"
    if words > 2 and _unbroken(clip):
        return f"{clip.duration:.1f} s of noise"
    return None


def _unbroken(clip: Clip) -> bool:
    """Whether it is as loud in one moment as in any other."""
    size = clip.rate // 50 * 2
    step = max(size, len(clip.samples) // _MOMENTS // 2 * 2)
    samples = memoryview(clip.samples)
    loud = [audioop.rms(samples[n : n + size], 2) for n in range(0, len(samples) - size, step)]
    return len(loud) > 5 and min(loud) > max(loud) * _UNBROKEN
