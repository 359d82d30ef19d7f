"""Vietnamese spelling: what is a syllable, where its tone mark stands, and the names of letters."""

import re
import unicodedata
from functools import lru_cache

from docreader.spoken.patterns import lazy

# One letter, as a pattern: \w without digits, and without the signs that Python counts as alphanumeric (², ½, ①).
LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c\u2150-\u218b\u2460-\u24ff\u2776-\u2793]"

# The capitals and the small letters of Vietnamese; in Unicode they stand mixed, so a range would take both.
UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"

LETTER_NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép", "g": "gờ",
    "h": "hát", "i": "i", "j": "giây", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o", "ô": "ô", "ơ": "ơ",
    "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép", "x": "ích",
    "y": "y", "z": "dét", "φ": "phi", "ø": "phi", "α": "an pha", "β": "bê ta", "γ": "gam ma", "δ": "đen ta", "λ": "lam đa", "ω": "ô mê ga", "π": "pi", "θ": "tê ta", "σ": "xích ma", "ε": "ép xi lon", "μ": "mi crô", "ρ": "rô", "η": "ê ta", "τ": "tau", "ψ": "pơ xi", "χ": "khi",
}  # fmt: skip

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx]"
_RIME = (
    "oa(?:[cinmopty]|ch|n[gh])?|oă(?:[cnmt]|ng)|oe(?:[nmot])?|oo(?:c|ng)|ua(?:[nity]|ng)?|uâ(?:[ntyc]|ng)|uă(?:ng|[nmtc])|uê(?:[nct]|ch|nh)?|uơ(?:i)?|"
    "uy(?:[acntpu]|ên|êt|êch|ch|nh)?|uyê[nt]|uô(?:[cinmt]|ng)|ue(?:[nto])?|uo|ươ(?:[cinmpotu]|ng)|ưa|ưi|ưu|ư(?:[cmntp]|ng)?|"
    "iê(?:[cmntpu]|ng)|ia|iu|i(?:[cmnptu]|ch|nh|êu)?|yê(?:[mntu]|ng)|y(?:[tnêp]|nh|ch|t)?|"
    "ai|ao|au|ay|a(?:[cmnpt]|ch|n[gh])?|ă(?:[cmnptk]|ng)|âu|ây|â(?:[cmnpt]|ng)|eo|e(?:[cmnpt]|ng)?|êu|ê(?:[cmnpt]|ch|nh|ng)?|"
    "oi|o(?:[cmnpt]|ng)?|ôi|ô(?:[cmnpt]|ng)?|ơi|ơ(?:[cmnpt]|ng)?|ui|u(?:[cmnpt]|ng)?"
)  # fmt: skip
_SYLLABLE = lazy(f"(?:{_ONSET})?(?:{_RIME})")


def split_tone(syllable: str) -> tuple[str, str]:
    """A lower-case NFC syllable without its tone, and the combining tone mark or ``""``."""
    tone = ""
    bare = []
    for c in unicodedata.normalize("NFD", syllable):
        if c in _TONES:
            tone = c
        else:
            bare.append(c)
    return unicodedata.normalize("NFC", "".join(bare)), tone


@lru_cache(16384)
def is_syllable(word: str) -> bool:
    """Whether the word (any case, NFC) is spelled as a Vietnamese syllable."""
    if len(word) > 7:
        return False
    bare, tone = split_tone(word.lower())
    if _SYLLABLE.fullmatch(bare) is None:
        return False
    # A syllable closed by p, t, c, ch has sắc or nặng: "bat" is foreign or a headline without marks, "bát" is not.
    closed = bare[-1] in "ptck" or bare.endswith("ch")
    return not closed or tone in ("\u0301", "\u0323") if closed and word.isascii() is False else True


def _without_hats(pattern: str) -> str:
    return pattern.translate(str.maketrans("ăâêôơưđ", "aaeooud"))


_UNMARKED = lazy(_without_hats(f"(?:{_ONSET})?(?:{_RIME})"))


@lru_cache(8192)
def is_unmarked_syllable(word: str) -> bool:
    """Whether lower-case ASCII letters are a syllable written without its marks, as in addresses: nguyen, bien."""
    return _UNMARKED.fullmatch(word) is not None


_OLD_PLACEMENT = lazy(r"([oO])([àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])(?!\w)|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ])(?!\w)")
_MOVE = {"à": "ò", "á": "ó", "ả": "ỏ", "ã": "õ", "ạ": "ọ", "è": "ò", "é": "ó", "ẻ": "ỏ", "ẽ": "õ", "ẹ": "ọ",
         "ỳ": "ù", "ý": "ú", "ỷ": "ủ", "ỹ": "ũ", "ỵ": "ụ"}  # fmt: skip


def new_placement(text: str) -> str:
    """hoà → hòa, thuỷ → thủy: the tone mark on the first of two open vowels. Quý stays."""

    def moved(m: re.Match[str]) -> str:
        first, marked = (m[1], m[2]) if m[1] else (m[3], m[4])
        base = split_tone(marked.lower())[0]
        carrier = _MOVE[marked.lower()]
        return (carrier.upper() if first.isupper() else carrier) + (base.upper() if marked.isupper() else base)

    return _OLD_PLACEMENT.sub(moved, text)


def spell(text: str) -> str:
    """Letter by letter: FPT → ép pê tê. Digits and marks are passed over."""
    names = []
    for c in text.lower():
        name = LETTER_NAMES.get(c) or LETTER_NAMES.get(split_tone(c)[0]) or (c if c.isalpha() else "")
        if name:
            names.append(name)
    return " ".join(names)


# Two or more syllables of the shape (C)V(C), as in VIFOTEC, ASEAN, UNESCO: said as a word.
_SAYABLE = lazy(
    r"(?:(?:[bcdfghklmnprstvxz]|[ptkc]h|tr|[bcdfgkps][lr]|st|sc|sp)?[aeiouy]{1,2}(?:[cnmpt]|ng|nh|ch)?){2,6}[lrskd]?"
)


@lru_cache(4096)
def is_sayable(word: str) -> bool:
    """Whether unknown capitals have a vowel pattern that can be said as a word."""
    low = word.lower()
    return 4 <= len(low) <= 14 and _SAYABLE.fullmatch(low) is not None and _VOWELS_ONLY.search(low) is None


_VOWELS_ONLY = lazy(r"[aeiouy]{3}|^[aeiouy]{2}$")
