"""A text to be said, as syllables: each word of it gives at least one; what is no Vietnamese is split until it is.

The normaliser has read numbers, abbreviations and the foreign words of the lexicon by then; what it left (a name that no
lexicon knows) is said by its letters' sounds, so that nothing is dropped.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from docreader.speech.syllable import Syllable, parse


@dataclass(frozen=True, slots=True)
class Word:
    """``text[start:end]`` and how it is said."""

    start: int
    end: int
    syllables: tuple[Syllable, ...]
    new: bool = False
    """A number or a name that the text has not had before."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A punctuation mark at which a voice pauses: one of , ; : . ? !"""

    mark: str


_TOKEN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*|[,;:.?!…–—()\n]|\S")
_PAUSES = {"…": ".", "–": ",", "—": ",", "(": ",", ")": ",", "\n": "."} | {mark: mark for mark in ",;:.?!"}
_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_SYMBOLS = {"%": "phần trăm", "+": "cộng", "=": "bằng", "&": "và", "@": "a còng", "/": "trên", "$": "đô la", "°": "độ"}

# Foreign spellings in Vietnamese letters, longest first; tried where a piece of a word is no syllable as it stands.
_RESPELL = [
    ("tion", "sân"), ("sch", "s"), ("sh", "s"), ("ck", "c"), ("oo", "u"), ("ee", "i"),
    ("ea", "i"), ("ou", "ao"), ("ow", "ao"), ("ei", "ây"), ("ey", "ây"), ("f", "ph"), ("j", "gi"), ("w", "u"),
    ("z", "d"), ("x", "x"),
]  # fmt: skip
_LONE = {
    "b": "bờ", "c": "cờ", "d": "đờ", "đ": "đờ", "f": "phờ", "g": "gờ", "h": "hờ", "j": "giờ", "k": "cờ", "l": "lờ",
    "m": "mờ", "n": "nờ", "p": "pờ", "q": "cờ", "r": "rờ", "s": "sờ", "t": "tờ", "v": "vờ", "w": "vờ", "x": "xờ",
    "z": "dờ", "a": "a", "ă": "á", "â": "ớ", "e": "e", "ê": "ê", "i": "i", "o": "o", "ô": "ô", "ơ": "ơ", "u": "u",
    "ư": "ư", "y": "i",
}  # fmt: skip
_UNKNOWN = "chữ lạ"
_FINALS = {
    "th": "t",
    "sh": "t",
    "b": "p",
    "d": "t",
    "g": "c",
    "k": "c",
    "l": "n",
    "r": "",
    "s": "t",
    "z": "t",
    "f": "p",
    "v": "p",
    "x": "c",
}
_VOWELS = "aăâeêioôơuưy"


def words(text: str, region: str = "north") -> list[Word | Pause]:
    """All that is heard of the text, in order. Quotes, brackets and dashes inside words are not heard."""
    found: list[Word | Pause] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in _PAUSES:
            dash = token in "–—" and not text[match.start() - 1 : match.start()].isspace()
            if found and isinstance(found[-1], Word) and not dash:
                found.append(Pause(_PAUSES[token]))
        elif spelled := readings(token):
            syllables = tuple(said for s in spelled if (said := parse(s, region)) is not None)
            found.append(Word(match.start(), match.end(), syllables))
    return _with_news(text, found)


_NUMBERS = frozenset(
    [
        "hai",
        "ba",
        "bốn",
        "sáu",
        "bảy",
        "tám",
        "chín",
        "mười",
        "mươi",
        "mốt",
        "tư",
        "lăm",
        "trăm",
        "nghìn",
        "ngàn",
        "triệu",
        "tỷ",
        "tỉ",
        "phẩy",
    ]
)
_OFTEN_NUMBERS = frozenset(["không", "một", "năm"])
"""Also not, a and year: numbers beside another number only."""


def _with_news(text: str, found: list[Word | Pause]) -> list[Word | Pause]:
    """Tells which words are numbers and names that are heard for the first time."""
    tokens = [text[item.start : item.end] if isinstance(item, Word) else item.mark for item in found]
    small = [token.lower() for token in tokens]
    shouted = text.isupper()  # a headline: capitals tell nothing
    marked: list[Word | Pause] = []
    before: set[str] = set()
    for n, item in enumerate(found):
        beside = {*small[max(0, n - 1) : n], *small[n + 1 : n + 2]}
        number = small[n] in _NUMBERS or (small[n] in _OFTEN_NUMBERS and beside & (_NUMBERS | _OFTEN_NUMBERS))
        opens = n == 0 or tokens[n - 1] in (".", "?", "!", ":")
        name = not shouted and tokens[n][:1].isupper() and (not opens or "".join(tokens[n + 1 : n + 2])[:1].isupper())
        if isinstance(item, Word) and small[n] not in before and (number or name):
            item = replace(item, new=True)
        before.add(small[n])
        marked.append(item)
    return marked


@lru_cache(4096)
def readings(token: str) -> tuple[str, ...]:
    """The Vietnamese syllables by which a word or a symbol is said; empty where it has no sound (a quote)."""
    token = unicodedata.normalize("NFC", token).lower()
    if token in _SYMBOLS:
        return tuple(_SYMBOLS[token].split())
    if not any(c.isalnum() for c in token):
        return ()
    if parse(token) is not None:
        return (token,)
    if (known := _lexicon().get(token)) is not None:
        return known
    said: list[str] = []
    for numeral, run in groupby(token, str.isdigit):  # also ² and the digits of other scripts
        if numeral:
            said.extend(_DIGITS[unicodedata.digit(digit)] for digit in run)
        else:
            said.extend(_split(_latin("".join(run))))
    return tuple(said)


def _latin(word: str) -> str:
    """Foreign accents off, Vietnamese letters and tones kept."""
    kept = []
    for c in word:
        bare = unicodedata.normalize("NFD", c)
        kept.append(c if c in _LONE or parse(c) is not None else bare[0])
    return "".join(kept).replace("ß", "ss").replace("æ", "e").replace("ø", "ơ").replace("ł", "l")


def _split(word: str) -> list[str]:
    """Longest syllables first; a consonant that belongs to none is said by itself, with ờ."""
    said: list[str] = []
    place = 0
    while place < len(word):
        for size in range(min(7, len(word) - place), 0, -1):
            piece = word[place : place + size]
            # A consonant before a vowel begins the next syllable: Ma-ri-a, not Mar-i-a.
            after = word[place + size : place + size + 1]
            if size > 1 and piece[-1] not in _VOWELS and after and after in _VOWELS:
                continue
            if (syllable := _as_syllable(piece)) is not None:
                said.append(syllable)
                place += size
                break
        else:
            letter = word[place]
            lone = _LONE.get(letter)
            if lone is not None:
                if place == 0 or word[place - 1] != letter:  # double letters are one sound
                    said.append(lone)
            elif not said or said[-2:] != _UNKNOWN.split():
                said.extend(_UNKNOWN.split())
            place += 1
    return said


def _as_syllable(piece: str) -> str | None:
    if len(piece) > 1 and all(c not in _VOWELS for c in piece) and parse(piece) is None:
        return None
    for candidate in (piece, _respelled(piece)):
        if parse(candidate) is not None:
            return candidate
        final = next((final for final in _FINALS if candidate.endswith(final)), "")
        stem = candidate.removesuffix(final)
        if final and stem and stem[-1] in _VOWELS and parse(stem + _FINALS[final]) is not None:
            return stem + _FINALS[final]
    return None


def _respelled(piece: str) -> str:
    for foreign, ours in _RESPELL:
        piece = piece.replace(foreign, ours)
    return re.sub(r"^c(?=[ieêy])", "x", re.sub(r"^k(?=[aăâoôơuư])", "c", re.sub(r"^c(?=[iey])", "x", piece)))


@lru_cache(1)
def _lexicon() -> dict[str, tuple[str, ...]]:
    """Readings of single foreign words and names, by their small letters."""
    from docreader.spoken.lexicon import table

    rows = (*table("foreign").items(), *table("names").items())
    return {
        written.lower(): spoken
        for written, (reading, *_) in rows
        if (spoken := tuple(reading.lower().split())) and all(map(parse, spoken))
    }
