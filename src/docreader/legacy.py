"""Text of before Unicode, TCVN3 (ABC) and VNI-Windows, where letters are other characters shown with special fonts."""

import re
import unicodedata
from itertools import islice

from docreader.spoken.patterns import lazy

# TCVN3: one character a letter; capitals with tones do not exist in it (fonts with names in H show them as capitals).
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô­õøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# VNI: a letter and the sign after it; đ, ơ, ư and toned i and y have characters of their own.
_VNI_SIGNS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
}  # fmt: skip
_VNI_LETTERS = dict(zip("ñôöìíæóòîÑÔÖÌÍÆÓÒÎ", "đơưìíỉĩịỵĐƠƯÌÍỈĨỊỴ", strict=True))
_VNI_SIGNED = lazy(r"([aeouyAEOUYôöÔÖ])([øùûõïêèéúüëâàáåãäØÙÛÕÏÊÈÉÚÜËÂÀÁÅÃÄ])")
# Characters only Unicode Vietnamese has: where these stand, nothing is converted.
_UNICODE = lazy(r"[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u0300-\u0303\u0309\u0323]")
_ASCII_LETTER = lazy(r"[a-zA-Z]")
_BEYOND = lazy(r"[^\x00-\x7f]")
_WORD = lazy(r"[^\s\d.,;:!?()\[\]\"'“”‘’/%+=<>–—_-]+")
_SYLLABLE = lazy(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
    r"(?:iêu|yêu|oai|oay|oeo|uôi|uya|uyê|uyu|ươi|ươu|uây|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|yê|iu|oa|oă|oe|oi|ôi|ơi|ua|uâ|uê|ui|"
    r"uô|uơ|uy|ưa|ưi|ươ|ưu|[aăâeêioôơuưy])(?:ng|nh|ch|[cmnpt])?"
)
# TCVN3's ư is the soft hyphen, which programs make a plain one of: the one in “t-ớng”, “nh-”, “-u”.
_HYPHEN = lazy(
    r"(?<!\S)([Nn]gh?|[Nn]h|[Gg]h|[KkPpTtCc]h|[Tt]r|[bcdđghklmnpqrstvxBCDĐGHKLMNRSTVX]|(?=-u\b))-(?=[^\W\d]|\s|[,.;:]|$)"
)
_TONES = lazy("[\u0300\u0301\u0303\u0309\u0323]")
# Of the words with a character beyond ASCII so many must become Vietnamese syllables, and there must be this many.
_SHARE = 0.8
_LEAST = 4


def to_unicode(text: str) -> str:
    """``text`` with TCVN3 or VNI made Unicode; text in any other form comes back as it is."""
    if text.isascii() or len(list(islice(_UNICODE.finditer(text), 200))) == 200:
        return text
    beyond = [match.start() for match in islice(_BEYOND.finditer(text), 2000)]
    sample = text[max(0, beyond[0] - 10) : beyond[-1] + 10][:100_000]
    # Signs that stand alone (©, », £) are no words; one word written many times is no evidence.
    tokens = " ".join({token for token in sample.split() if not token.isascii()})
    odd = list({word for word in _WORD.findall(tokens) if not word.isascii() and _ASCII_LETTER.search(word)})
    if len(odd) < _LEAST or sum(map(bool, map(_UNICODE.search, odd))) * 20 > len(odd):
        return text
    before = _share(odd)
    best = max((_from_tcvn3, _from_vni), key=lambda convert: _share([convert(word) for word in odd]))
    after = _share([best(word) for word in odd])
    return best(text) if after >= _SHARE and after > before + 0.3 else text


def _from_tcvn3(text: str) -> str:
    return _HYPHEN.sub(r"\1ư", "".join(_TCVN3.get(letter, letter) for letter in text))


def _from_vni(text: str) -> str:
    def signed(match: re.Match[str]) -> str:
        letter = _VNI_LETTERS.get(match[1], match[1])
        return unicodedata.normalize("NFC", letter + _VNI_SIGNS[match[2].lower()])

    parts: list[str] = []
    last = 0
    for match in _VNI_SIGNED.finditer(text):
        parts += (_vni_letters(text[last : match.start()]), signed(match))
        last = match.end()
    return "".join(parts) + _vni_letters(text[last:])


def _vni_letters(text: str) -> str:
    return "".join(_VNI_LETTERS.get(letter, letter) for letter in text)


def _share(words: list[str]) -> float:
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    plain, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)))
