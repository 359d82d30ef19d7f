"""Silences inside a sentence: an engine may stop for longer than a listener waits."""

import warnings

from docreader.speech.engine import Clip, WordTime

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

LONGEST = 0.7
"""Seconds: less than the pause between paragraphs."""
_BLOCK = 0.02
_QUIET = 0.012  # of the clip's peak
_MARGIN = 0.06  # kept on both sides: what fades out or begins softly


def shortened(clip: Clip) -> Clip:
    """The clip with each silence of more than LONGEST seconds cut to that, its word times moved with it."""
    cuts = _cuts(clip)
    if not cuts:
        return clip
    kept, at = [], 0
    for start, end in cuts:
        kept.append(clip.samples[at * 2 : start * 2])
        at = end
    kept.append(clip.samples[at * 2 :])

    def moved(time: float) -> float:
        place = time * clip.rate
        return time - sum(min(max(place - start, 0), end - start) for start, end in cuts) / clip.rate

    words = clip.words and tuple(WordTime(w.start, w.end, moved(w.time)) for w in clip.words)
    return Clip(b"".join(kept), clip.rate, words)


def _cuts(clip: Clip) -> list[tuple[int, int]]:
    """Samples that go: from the middle of each long silence, where both ends are quiet."""
    quiet = audioop.max(clip.samples, 2) * _QUIET if clip.samples else 0
    size = max(1, round(clip.rate * _BLOCK))
    cuts, start = [], 0
    samples = memoryview(clip.samples)
    total = len(clip.samples) // 2
    for place in range(0, total, size):
        if audioop.max(samples[place * 2 : (place + size) * 2], 2) > quiet:
            if start and place - start > LONGEST * clip.rate:
                cuts.append(_middle(start, place, clip.rate))
            start = place + size
    return cuts


def _middle(start: int, end: int, rate: int) -> tuple[int, int]:
    too_long = end - start - round(LONGEST * rate)
    first = start + round(_MARGIN * rate)
    return first, first + too_long
