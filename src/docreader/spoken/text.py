"""The written text as the rules see it: clean Unicode with a way back, and what stands around a place."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from docreader.spoken.letters import LETTER
from docreader.spoken.lexicon import Lexicon
from docreader.spoken.model import Doubt
from docreader.spoken.patterns import lazy

# How far a rule may look to either side; bounded, so that the whole stays linear.
WINDOW = 90

# Invisible characters that carry nothing when read aloud: soft hyphen, zero-width, directional marks, BOM, variation selectors, controls.
_INVISIBLE = lazy(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]|\U000e0000"
)
# Compatibility forms that a reader sees as the plain character; superscripts, fractions and signs of their own stay for the rules.
_COMPATIBLE = lazy(
    "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2011\u2024\u2160-\u217f\ufb00-\ufb06\uff01-\uff5e\uffe0-\uffe6\u3008-\u3011\u2f00-\u2fd5\U0001d400-\U0001d7ff\u2460-\u249b\u0132\u0133\u01c4-\u01cc\u2071\u00d0\u00f0\u3371-\u33df\u32c0-\u32cb\u00ba\u00aa]"
)
_SPECIAL = {"\u00d0": "Đ", "\u00f0": "đ", "\u2011": "-", "\u2024": ".", "\u00ba": "°"}
# Scripts beyond Latin, Greek and signs, where numbers of their own kind may stand.
_FOREIGN_SCRIPT = lazy("[^\x00-\u03ff\u1e00-\u1eff\u2000-\u2bff]")


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` is said as ``spoken``; a lone ``,`` is a breath, an empty string nothing at all."""

    start: int
    end: int
    spoken: str
    rule: str = ""


@dataclass
class Text:
    """One line, clean, with its lexicon and what was noted on the way."""

    raw: str
    lexicon: Lexicon
    doubts: list[Doubt] = field(default_factory=list)

    @cached_property
    def low(self) -> str:
        low = self.raw.lower()
        # A few letters grow when they become lower case (İ); positions must agree.
        return low if len(low) == len(self.raw) else "".join(c.lower() if len(c.lower()) == 1 else c for c in self.raw)

    def before(self, i: int) -> str:
        """Up to WINDOW characters before i, lower case."""
        return self.low[max(0, i - WINDOW) : i]

    def after(self, i: int) -> str:
        return self.low[i : i + WINDOW]

    def words_before(self, i: int, count: int = 3) -> list[str]:
        """The last words before i in the same clause, lower case, the nearest last."""
        return _WORD.findall(_CLAUSE_START.split(self.low[max(0, i - 12 * count) : i])[-1])[-count:]

    def doubt(self, start: int, end: int, taken: str, others: tuple[str, ...], reason: str) -> None:
        self.doubts.append(Doubt(start, end, self.raw[start:end], taken, others, reason))


_WORD = lazy(LETTER + "+")
_CLAUSE_START = lazy(r"[.;!?](?=\s)|[()“”\"]")


@dataclass(frozen=True, slots=True)
class Origin:
    """For each character of a cleaned text the span of the given one that it comes from."""

    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.starts[start], self.ends[end - 1]


def clean(text: str) -> tuple[str, Origin | None]:
    """The text in NFC without invisible and compatibility characters, and where its characters come from.

    The origin is None where nothing had to be changed, which is nearly always.
    """
    if text.isascii() and not _CONTROL.search(text):
        return text, None
    if (
        unicodedata.is_normalized("NFC", text)
        and not _INVISIBLE.search(text)
        and not _COMPATIBLE.search(text)
        and not _has_odd_digit(text)
        and not _FOREIGN_SCRIPT.search(text)
    ):
        return text, None
    out: list[str] = []
    origin = Origin([], [])
    for start, end in _clusters(text):
        piece = _INVISIBLE.sub("", text[start:end])
        if _COMPATIBLE.search(piece):
            piece = "".join(_plain(c) if _COMPATIBLE.match(c) else c for c in piece)
        piece = unicodedata.normalize("NFC", piece)
        if not piece.isascii():
            piece = "".join(_digit(c) for c in piece)
        out.append(piece)
        origin.starts.extend([start] * len(piece))
        origin.ends.extend([end] * len(piece))
    return "".join(out), origin


_CONTROL = lazy("[\x00-\x08\x0e-\x1f\x7f]")


def _has_odd_digit(text: str) -> bool:
    return any(c > "\x7f" for c in _DECIMAL.findall(text))


_DECIMAL = lazy(r"[^\D0-9]")


def _plain(c: str) -> str:
    if c in _SPECIAL:
        return _SPECIAL[c]
    plain = unicodedata.normalize("NFKC", c)
    # ① ⑴ ⒈ are numbers of an enumeration
    return plain if not "\u2460" <= c <= "\u249b" else f" {re.sub('[().]', '', plain)} "


def _digit(c: str) -> str:
    """Digits of any script as ours; number signs of other scripts (but no letters, no ², ½, ①) as a space."""
    if c.isdecimal():
        return str(unicodedata.digit(c))
    return " " if c > "\u2793" and unicodedata.category(c) in ("No", "Nl") else c


def _clusters(text: str) -> list[tuple[int, int]]:
    """Each character with the combining marks behind it; at most 8 marks are kept together, so that hostile input stays linear."""
    spans: list[tuple[int, int]] = []
    start = 0
    for i, c in enumerate(text):
        if i == start:
            continue
        if unicodedata.combining(c) and i - start < 8:
            continue
        spans.append((start, i))
        start = i
    if text:
        spans.append((start, len(text)))
    return spans
