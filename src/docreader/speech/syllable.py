"""Vietnamese syllables as sounds: onset, medial, nucleus, coda and tone, as the North, the Centre and the South say them.

After Thompson (A Vietnamese Reference Grammar, 1965) and Kirby (Vietnamese (Hanoi Vietnamese), JIPA 2011). What the three
sets share and where espeak-ng differs: docs/natural-voice.md.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

TONES = ("ngang", "huyền", "sắc", "hỏi", "ngã", "nặng")
REGIONS = ("north", "central", "south")

_MARKS = {"\u0300": "huyền", "\u0301": "sắc", "\u0309": "hỏi", "\u0303": "ngã", "\u0323": "nặng"}

# Spelling to sound where the regions agree or, as a tuple, as north, central and south say it.
_ONSETS: dict[str, str | tuple[str, str, str]] = {
    "": "", "b": "b", "c": "k", "ch": ("tɕ", "c", "c"), "d": ("z", "j", "j"), "đ": "ɗ", "g": "ɣ", "gh": "ɣ",
    "gi": ("z", "j", "j"), "h": "h", "k": "k", "kh": "x", "l": "l", "m": "m", "n": "n", "ng": "ŋ", "ngh": "ŋ",
    "nh": "ɲ", "p": "p", "ph": "f", "qu": "k", "r": ("z", "ʐ", "ʐ"), "s": ("s", "ʂ", "ʂ"), "t": "t", "th": "tʰ",
    "tr": ("tɕ", "ʈ", "ʈ"), "v": ("v", "v", "j"), "x": "s",
}  # fmt: skip

_NUCLEI = {
    "a": "aː", "ă": "a", "â": "ə", "e": "ɛ", "ê": "e", "i": "i", "o": "ɔ", "oo": "ɔː", "ô": "o", "ôô": "oː", "ơ": "əː",
    "u": "u", "ư": "ɯ", "iê": "iə", "uô": "uə", "ươ": "ɯə",
}  # fmt: skip
_CODAS = {"": "", "m": "m", "n": "n", "ng": "ŋ", "nh": "ɲ", "p": "p", "t": "t", "c": "k", "ch": "c", "j": "j", "w": "w"}

# Which codas a nucleus may have. Nuclei and codas outside this table make no Vietnamese syllable.
_RIMES = {
    "a": " m n ng nh p t c ch j w", "ă": "m n ng p t c j w", "â": "m n ng p t c j w", "e": " m n ng p t c w",
    "ê": " m n nh p t c ch w", "i": " m n nh p t ch w", "o": " m n ng p t c j", "oo": "m n ng p t c", "ôô": "ng c",
    "ô": " m n ng p t c j", "ơ": " m n ng p t c j", "u": " m n ng p t c j", "ư": " m n ng p t c j w",
    "iê": " m n ng p t c w", "uô": " m n ng p t c j", "ươ": " m n ng p t c j w",
}  # fmt: skip
_AFTER_MEDIAL = ("a", "ă", "â", "e", "ê", "i", "ơ", "iê")

# How the end of a rime is written: (spelling, nucleus, coda).
_GLIDES = {
    "ai": "a j", "ay": "ă j", "ây": "â j", "oi": "o j", "ôi": "ô j", "ơi": "ơ j", "ui": "u j", "ưi": "ư j",
    "uôi": "uô j", "ươi": "ươ j", "ao": "a w", "au": "ă w", "âu": "â w", "eo": "e w", "êu": "ê w", "iu": "i w",
    "yu": "i w", "iêu": "iê w", "yêu": "iê w", "ưu": "ư w", "ươu": "ươ w",
}  # fmt: skip
_OPEN = {"ia": "iê", "ya": "iê", "ua": "uô", "ưa": "ươ", "y": "i", "yê": "iê"}

_SPLIT = re.compile(r"(ngh|ng|nh|ph|th|tr|ch|kh|gh|qu|gi(?=[aăâeêioôơuưy])|[bcdđghklmnprstvx])?(.+)", re.DOTALL)
_END = re.compile(r"([aăâeêioôơuưy]+)(ng|nh|ch|[mnptc])?$")


@dataclass(frozen=True, slots=True)
class Syllable:
    """The sounds of one syllable in IPA; ``medial`` is w or empty, ``tone`` one of TONES."""

    onset: str
    medial: str
    nucleus: str
    coda: str
    tone: str

    @property
    def checked(self) -> bool:
        """Whether it ends in a stop: then only sắc and nặng are possible."""
        return self.coda in ("p", "t", "k", "c", "kp")

    @property
    def ipa(self) -> str:
        return self.onset + self.medial + self.nucleus + self.coda


@lru_cache(8192)
def parse(written: str, region: str = "north") -> Syllable | None:
    """The sounds of a written syllable, whatever its case and the place of its tone mark; None where it is none."""
    letters = unicodedata.normalize("NFD", written.lower())
    marks = [_MARKS[c] for c in letters if c in _MARKS]
    bare = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _MARKS))
    found = _SPLIT.fullmatch(bare)
    if found is None or len(marks) > 1:
        return None
    onset, rest = found[1] or "", found[2]
    rime = _rime(onset, rest)
    if rime is None and onset == "gi":  # gi before ê: giếng is z + iêng
        rime = _rime("g", "i" + rest)
    elif onset == "gi" and rest.startswith("ê"):
        rime = _rime("gi", "i" + rest) or rime
    elif onset == "g" and rest.startswith("i"):  # gì, gìn: the i is both
        onset = "gi"
    if rime is None:
        return None
    medial, nucleus, coda = rime
    tone = marks[0] if marks else "ngang"
    if coda in ("p", "t", "c", "ch") and tone not in ("sắc", "nặng"):
        if tone != "ngang":
            return None
        tone = "sắc"  # written without its mark in readings of foreign words: óp lai, mét xen giơ, "tich toc"
    return _said(onset, medial, nucleus, coda, tone, region)


def _rime(onset: str, rest: str) -> tuple[str, str, str] | None:
    """Medial, nucleus and coda of what follows the onset, in letters (coda j and w for the glides)."""
    medial = ""
    if onset == "qu" and not rest.startswith("ô"):
        medial = "w"
    elif onset == "qu":
        rest = "u" + rest  # quốc: k + uô
    elif (rest[:1] == "o" and rest[1:2] in tuple("aăe")) or (
        rest[:1] == "u" and rest[1:2] in tuple("âêyơ") and rest != "u"
    ):
        medial, rest = "w", rest[1:]
    found = _END.fullmatch(rest)
    if found is None:
        return None
    vowels, coda = found[1], found[2] or ""
    if not coda and vowels in _GLIDES:
        vowels, _, coda = _GLIDES[vowels].partition(" ")
    elif coda and vowels in ("yê", "y"):
        vowels = _OPEN[vowels]
    elif not coda:
        vowels = _OPEN.get(vowels, vowels)
    if vowels not in _RIMES or coda not in _RIMES[vowels].split(" ") or (medial and vowels not in _AFTER_MEDIAL):
        return None
    return medial, vowels, coda


def _said(onset: str, medial: str, vowels: str, ending: str, tone: str, region: str) -> Syllable:
    """The sounds of a region."""
    sound = _ONSETS[onset]
    first = sound if isinstance(sound, str) else sound[REGIONS.index(region)]
    nucleus, coda = _NUCLEI[vowels], _CODAS[ending]
    if vowels in ("o", "ô", "u") and ending in ("ng", "c"):  # the lips close with the tongue
        coda = "ŋm" if ending == "ng" else "kp"
    if vowels == "a" and ending in ("nh", "ch"):
        nucleus = "ɛ" if region == "north" else "a"
    if region != "north":
        if ending in ("n", "t") and vowels not in ("i", "ê", "ơ"):
            coda = {"n": "ŋ", "t": "k"}[ending]
        elif ending in ("nh", "ch"):
            coda = {"nh": "n", "ch": "t"}[ending]
        tone = "hỏi" if tone == "ngã" else tone
    if region == "south" and medial and onset in ("qu", "h"):
        first = ""  # qua, hoa: w
    return Syllable(first, medial, nucleus, coda, tone)
