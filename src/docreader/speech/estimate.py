"""When each word is heard, where the engine does not tell: from its syllables and from the pauses that are heard.

Pauses at punctuation are found in the sound and cut it into phrases; within a phrase each syllable takes its share by its
onset, rime, tone and what follows (syllables.toml, fitted by benchmarks/syllables.py).
"""

import re
import tomllib
import unicodedata
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docreader.speech.engine import Clip, WordTime

if TYPE_CHECKING:
    from docreader.spoken.model import Script

with warnings.catch_warnings():  # Python 3.11 and 3.12 announce that audioop leaves; audioop-lts is there from 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_BLOCK = 0.01  # seconds
_QUIET = 0.012  # of the clip's peak
_LEAST_PAUSE = 0.12  # seconds: the closure of a p, t or k is shorter
_LEAST_SYLLABLE = 0.05
_UNHEARD_PAUSE = 0.3  # what a mark counts for where no pause is heard at it

_MARKS = ",;:.?!"
_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_SYLLABLE = re.compile(r"(ngh|ng|nh|ph|th|tr|ch|kh|gh|gi(?=[aeiouy])|qu|[bcdđghklmnprstvx])?(.*)", re.DOTALL)
_CODA = re.compile(r"(ng|nh|ch|[cmnptiouy])$")


def times(text: str, clip: Clip) -> tuple[WordTime, ...]:
    """An estimate for each word of ``text.split()``, by what is heard in the clip that says it."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    words = [text[start:end] for start, end in spans]
    found: list[WordTime] = []
    for first, last, begin, end in phrases(words, clip):
        # A mark inside a phrase is one at which no pause was heard.
        weights = [
            weight(words, n) + (words[n][-1] in _MARKS and n + 1 < last) * _UNHEARD_PAUSE for n in range(first, last)
        ]
        # A p, t or k begins with a silence of its own, which was taken for the end of the pause.
        time = max(0.0, begin - _table()["closure"].get(_parts(words[first])[0], 0.0)) if first else begin
        pace = (end - time) / sum(weights)
        for span, share in zip(spans[first:last], weights, strict=True):
            found.append(WordTime(*span, time))
            time += share * pace
    return tuple(found)


def seconds_of(said: "Script") -> float:
    """About how many seconds a script takes, at a voice's own rate."""
    seconds = 0.0
    for u in said.utterances:
        words = u.spoken.split()
        seconds += sum(weight(words, n) for n in range(len(words)))
        seconds += sum(word[-1] in ",;:" for word in words) * 0.2 + u.pause / 1000
    return seconds


def phrases(words: list[str], clip: Clip) -> Iterator[tuple[int, int, float, float]]:
    """The first word of each phrase, the one after its last, and the seconds between which it sounds."""
    ends = [n + 1 for n, word in enumerate(words[:-1]) if word[-1] in _MARKS]
    heard = [pause for pause in pauses(clip) if pause[1] - pause[0] >= _LEAST_PAUSE]
    longest = sorted(sorted(heard, key=lambda pause: pause[0] - pause[1])[: len(ends)])
    if len(longest) < len(ends):
        ends, longest = [], []
    starts = [0.0, *(end for _, end in longest)]
    stops = [*(start for start, _ in longest), clip.duration]
    yield from zip([0, *ends], [*ends, len(words)], starts, stops, strict=True) if words else ()


def pauses(clip: Clip) -> Iterator[tuple[float, float]]:
    """Where the clip is quiet between two sounds, seconds."""
    quiet = audioop.max(clip.samples, 2) * _QUIET
    size = round(clip.rate * _BLOCK) * 2
    start: int | None = 0
    for place in range(0, len(clip.samples), size):
        if audioop.max(clip.samples[place : place + size], 2) > quiet:
            if start:
                yield start / 2 / clip.rate, place / 2 / clip.rate
            start = None
        elif start is None:
            start = place


def weight(words: list[str], n: int) -> float:
    """About how many seconds the word takes, at any pace."""
    table = _table()
    seconds = sum(table.get(kind, {}).get(value, 0.0) for kind, value in features(words, n))
    syllables = max(1, len(words[n]) // 6)  # a foreign word is not one syllable
    return max(_LEAST_SYLLABLE, seconds) * syllables


def features(words: list[str], n: int) -> list[tuple[str, str]]:
    """What the duration of a word depends on: (kind, value)."""
    onset, rime, tone = _parts(words[n])
    last = n + 1 == len(words) or words[n][-1] in _MARKS
    coda = _CODA.search(rime)
    following = "" if last else _parts(words[n + 1])[0]
    return [
        ("onset", onset),
        ("rime", rime),
        ("tone", tone),
        ("start", onset + rime[:1]),
        ("joint", f"{coda[0] if coda else ''} {'.' if last else following}"),
    ]


def _parts(word: str) -> tuple[str, str, str]:
    """Onset, rime without its tone mark, tone."""
    letters = unicodedata.normalize("NFD", word.strip(_MARKS).lower())
    tone = next((name for mark, name in _TONES.items() if mark in letters), "ngang")
    bare = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    syllable = _SYLLABLE.match(bare)
    return (syllable[1] or "", syllable[2], tone) if syllable else ("", bare, tone)


@cache
def _table() -> dict[str, dict[str, float]]:
    """Seconds for each value of each feature."""
    return tomllib.loads(Path(__file__).with_name("syllables.toml").read_text(encoding="utf-8"))
