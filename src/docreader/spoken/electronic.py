"""E-mail, web addresses, domains, hashtags, handles and file names."""

import re
from functools import cache

from docreader.spoken import numbers
from docreader.spoken.joined import fewest
from docreader.spoken.letters import LOWER, UPPER, is_sayable, is_syllable, is_unmarked_syllable, spell
from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_TLD = "vn|com|net|org|edu|gov|info|biz|asia|io|co|me|tv|app|dev|ai|xyz|online|site|shop|store|pro|name|mil|int|us|uk|jp|cn|kr|tw|hk|sg|th|la|kh|my|id|ph|au|fr|de|ru|eu|in|ca|it|nl|ch"
_EMAIL = lazy(r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}", re.A)
_LINK = lazy(
    rf"(?:https?://|ftp://|www\.)[^\s<>\"“”]{{1,2000}}|[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}\.(?:{_TLD})(?![A-Za-z0-9À-ỹ@]|\.[a-z])(?:/[^\s<>\"“”]{{0,2000}})?",
    re.A,
)
_HASHTAG = lazy(r"#(?=\d{0,4}[^\W\d])\w{1,80}")
_HANDLE = lazy(r"@(?=[A-Za-z])[\w.]{1,40}")
_FILE = lazy(r"[\w-]{1,80}\.(pdf|docx?|xlsx?|pptx?|mp3|mp4|zip|rar|jpe?g|png|txt|csv|html?)(?!\w)", re.I)
# .vn, .gov.vn, .docx: the end of a name
_SUFFIX = lazy(r"(?:\.[a-z][a-z0-9]{1,4}){1,2}(?![\w.]*\w)")
_JOINERS = {
    ".": "chấm",
    "-": "gạch ngang",
    "_": "gạch dưới",
    "@": "a còng",
    "+": "cộng",
    "/": "gạch chéo",
    "&": "và",
    "#": "thăng",
    "~": "ngã",
}
# A link that is longer is announced, not read.
_LONG = 40


@cache
def _labels() -> dict[str, str]:
    return {written: row[0] for written, row in table("domains").items()}


def label(text: str) -> str:
    """One part of an address: by the lexicon, as Vietnamese syllables run together, as a word, else by letters and digits."""
    spoken = []
    for piece in re.findall(r"[^\W\d_]+|\d+", text):
        low = piece.lower()
        if piece.isdecimal():
            spoken.append(numbers.digits(piece) if piece[0] == "0" or len(piece) > 4 else numbers.integer(piece))
        elif not low.isascii() and is_syllable(low):
            spoken.append(low)
        elif low in _labels():
            spoken.append(_labels()[low])
        else:
            spoken.append(_known_parts(low) or _syllables(low) or spell(low))
    return " ".join(spoken)


def _known_parts(low: str) -> str:
    """baolangson → báo Lạng Sơn, nguyenvanan → Nguyễn Văn An: when it is made of known labels, the fewest that will do."""
    if len(low) > 40:
        return ""

    def reading(start: int, end: int) -> str:
        known = _labels() if end - start > 2 else _SHORT_LABELS
        return known.get(low[start:end], "")

    return " ".join(fewest(low, reading, 16))


_SHORT_LABELS = {"an": "An", "ha": "Hà", "le": "Lê", "vu": "Vũ", "vo": "Võ", "ho": "Hồ", "do": "Đỗ", "ly": "Lý", "so": "sở", "yt": "y tế", "xa": "xã", "tx": "thị xã"}  # fmt: skip


def _syllables(low: str) -> str:
    """Letters that split wholly into Vietnamese syllables written without their marks: hoinongdan → hoi nong dan."""
    if len(low) > 40:
        return ""

    def reading(start: int, end: int) -> str:
        return low[start:end] if is_unmarked_syllable(low[start:end]) else ""

    found = fewest(low, reading, 6)
    if found and len(found) <= max(1, len(low) // 2):
        return " ".join(found)
    return low if is_sayable(low) else ""


def address(text: str) -> str:
    """A domain or the parts of an e-mail, joined by their signs: a.b@c.vn."""
    pieces = re.findall(r"[^\W_]+|[._@+&#~/-]", text)
    return " ".join(_JOINERS[piece] if piece in _JOINERS else label(piece) for piece in pieces)


def electronic(text: Text, i: int) -> Edit | None:
    raw = text.raw
    m = _EMAIL.match(raw, i)
    if m is not None:
        match = m[0].rstrip(".-")
        return Edit(i, i + len(match), address(match), "email")
    m = _LINK.match(raw, i)
    if m is not None:
        return _link(text, i, m[0])
    m = _SUFFIX.match(raw, i)
    if m is not None and not (i and raw[i - 1].isalnum()):
        return Edit(i, m.end(), address(m[0]), "file")
    m = _HASHTAG.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), "thăng " + _hashtag(text, m[0][1:]), "hashtag")
    m = _HANDLE.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), "a còng " + address(m[0][1:]), "handle")
    m = _FILE.match(raw, i)
    if m is not None:
        stem, _, suffix = m[0].rpartition(".")
        return Edit(i, m.end(), f"{address(stem)} chấm {label(suffix)}", "file")
    return None


def _link(text: Text, i: int, match: str) -> Edit | None:
    match = match.rstrip(".,;:!?)]}'’»-")
    if "(" not in match:
        match = match.rstrip(")")
    domain, _, path = re.sub(r"^(?:[a-z]+://)?(?:www\.)?", "", match).partition("/")
    domain, _, query = domain.partition("?")
    labels = domain.split(".")
    if not match.startswith(("http", "www", "ftp")) and (
        (labels[0][:1].isupper() and len(labels) == 2 and labels[1] in ("in", "me", "co", "la", "my"))
        or domain.isdecimal()
    ):
        return None
    if path or query or len(match) > _LONG:
        return Edit(i, i + len(match), "đường dẫn", "link")
    spoken = address(domain.split(":")[0])
    if match.startswith("www"):
        spoken = "vê kép vê kép vê kép chấm " + spoken
    return Edit(i, i + len(match), spoken, "link")


def _hashtag(text: Text, tag: str) -> str:
    """Words run together with capitals: #ChungTayChongDich, #HaNoi2024, #covid_19."""
    ends = re.fullmatch(r"(\d*)([A-Za-z]+)(\d*)", tag)
    if ends is not None:
        whole = _labels().get(ends[2].lower()) or _known_parts(ends[2].lower())
        if whole:
            numbered = (numbers.integer(n) for n in (ends[1], ends[3]) if n)
            return " ".join((*numbered, whole)) if ends[1] else " ".join((whole, *numbered))
    tag = re.sub(r"[^\w]|[²³¹¼-¾⁰-₉⅐-↋①-⓿]", " ", tag)
    parts = re.findall(rf"[{UPPER}]+(?![{LOWER}])|[{UPPER}]?[{LOWER}]+|\d+|[^\W\d_]+", tag)
    out = []
    for part in filter(None, parts):
        known = text.lexicon.find(part)
        if part.isdecimal():
            out.append(numbers.integer(part))
        elif known and known[-1].spoken not in ("=", "*"):
            out.append(known[-1].spoken)
        elif not part.isascii() or is_syllable(part):
            out.append(part)
        else:
            out.append(
                _labels().get(part.lower())
                or _syllables(part.lower())
                or (spell(part) if part.isupper() or len(part) == 1 else part)
            )
    return " ".join(out)
