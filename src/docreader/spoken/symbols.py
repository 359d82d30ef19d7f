"""Signs that stand alone: & và, ≥ lớn hơn hoặc bằng; what only shapes the page is a breath or nothing."""

import re
import unicodedata

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

# A lone comma is a breath; an empty string is silence.
SIGNS = {
    "&": "và", "+": "cộng", "±": "cộng trừ", "×": "nhân", "÷": "chia", "=": "bằng", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng", "⩾": "lớn hơn hoặc bằng", "⩽": "nhỏ hơn hoặc bằng",
    ">": "lớn hơn", "<": "nhỏ hơn", "≠": "khác", "~": "khoảng", "≈": "khoảng", "∼": "khoảng", "§": "mục", "№": "số", "°": "độ", "º": "độ", "%": "phần trăm", "‰": "phần nghìn",
    "©": "bản quyền", "@": "a còng", "$": "đô la", "€": "ơ rô", "£": "bảng Anh", "¥": "yên Nhật", "₫": "đồng", "∞": "vô cực", "√": "căn", "∑": "tổng", "Δ": "đen ta", "π": "pi",
    "α": "an pha", "β": "bê ta", "γ": "gam ma", "δ": "đen ta", "λ": "lam đa", "µ": "mi crô", "μ": "mi crô", "Ω": "ô mê ga", "ω": "ô mê ga", "θ": "tê ta", "σ": "xích ma",
    "Σ": "xích ma", "φ": "phi", "ε": "ép xi lon", "#": "thăng", "−": "trừ", "℃": "độ xê", "℉": "độ ép", "℠": "", "™": "", "®": "", "^": "mũ", "\\": "gạch chéo", "_": "",
}  # fmt: skip
_ABOUT = lazy(r"(?:khoảng|chừng|gần|xấp xỉ|độ)\s*$")
_NUMBER_NEXT = lazy(r".\s?[-+]?\d")
_COMPARED = lazy(r"(?:^|[\s(=])-?[\d.,]+\s?$")  # 5 > 3
_BETWEEN_ONLY = frozenset("+=×÷<>~&@^#")
_FRACTIONS = {"½": "một phần hai", "⅓": "một phần ba", "⅔": "hai phần ba", "¼": "một phần tư", "¾": "ba phần tư", "⅕": "một phần năm", "⅖": "hai phần năm", "⅗": "ba phần năm",
              "⅘": "bốn phần năm", "⅙": "một phần sáu", "⅛": "một phần tám", "⅜": "ba phần tám", "⅝": "năm phần tám", "⅞": "bảy phần tám", "⅒": "một phần mười"}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_SUPER = lazy("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")
_NEGATIVE_POWER = lazy(r"\^[-−–](\d{1,3})(?!\d)")
_VARIABLE = lazy(r"(?<!\w)[A-Za-z]{1,2}$")
_SUB = lazy("[₀₁₂₃₄₅₆₇₈₉]{1,4}")
_FOOTNOTE = lazy(r"\[\d{1,3}(?:\s?[,-]\s?\d{1,3}){0,4}\]|\(\*{1,3}\)|\*{1,3}(?=\W|$)|(?<=\w)\*{1,3}")
# ★★★, ★★★★☆, ⭐⭐
_STARS = lazy(r"([★⭐]{2,5})[☆✩]{0,4}(?![★⭐☆])|(?<=\d)\s?[★⭐](?![★⭐☆])")
# tivi 55", màn hình 27"
_INCHES = lazy(
    r"(?:tivi|ti vi|tv|màn hình|laptop|máy tính|vành|lốp|đường kính|ống|dày)(?: [^\W\d_]+){0,2} \d{1,2}(?:[.,]\d)?$"
)
_RUN = lazy(r"([^\w\s])\1{1,}")
_EMOTICON = lazy(r"(?<!\S)[:;=]-?[)(DPp](?!\S)")
_END_MARK = lazy(r"\./\.(?!\w)|\.\\\.|\./(?=\s|$)")
_OPENING = "([{<“‘«‹„"
_BREATH_SIGNS = "–—-−‐‒―→⇒➔➜⟶►▶/|()[]{}…•·●▪■◆◇♦○*‣⁃~"


def symbol(text: Text, i: int) -> Edit | None:
    """The sign at i; always an Edit but for the marks that stay in the spoken text."""
    raw = text.raw
    c = raw[i]
    m = _END_MARK.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), ".", "mark")
    m = _EMOTICON.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), ",", "emoji")
    m = _FOOTNOTE.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), "", "footnote")
    if c in _FRACTIONS:
        return Edit(i, i + 1, _FRACTIONS[c], "fraction")
    m = _PAIRS.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), _PAIR_WORDS[m[0]], "sign")
    m = _NEGATIVE_POWER.match(raw, i)
    if m is not None and _between(raw, i):
        return Edit(i, m.end(), f"mũ âm {numbers.integer(m[1])}", "sign")
    m = _SUPER.match(raw, i)
    if m is not None:
        power = (i > 0 and raw[i - 1].isdecimal()) or (i > 0 and raw[i - 1] == ")")
        if not power and m[0] in "²³" and _VARIABLE.search(raw[max(0, i - 3) : i]):
            return Edit(i, m.end(), "bình phương" if m[0] == "²" else "lập phương", "superscript")
        return Edit(i, m.end(), _power(m[0]) if power else "", "superscript")
    m = _SUB.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), numbers.integer(m[0].translate(_SUPERSCRIPT)), "subscript")
    m = _STARS.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), f"{numbers.cardinal(len(m[1]))} sao" if m[1] else "sao", "rating")
    m = _RUN.match(raw, i)
    if m is not None and c not in ".!?,;:":
        return Edit(i, m.end(), "," if c not in "\"'" else "", "mark")
    if c in "…" or raw.startswith("...", i) or raw.startswith("..", i):
        end = i
        while end < len(raw) and raw[end] in "….":
            end += 1
        last = not raw[end:].strip(" )”\"’'")[:1]
        following = raw[end:].lstrip(" )”\"’'")[:1]
        return Edit(i, end, "." if last or (following.isupper() and raw[end : end + 1].isspace()) else ",", "mark")
    if c == "-" and _bullet(raw, i):
        return Edit(i, i + 1, "", "bullet")
    if c in "↑↓▲▼⬆⬇" and _NUMBER_NEXT.match(raw, i):
        return Edit(i, i + 1, "tăng" if c in "↑▲⬆" else "giảm", "sign")
    word = SIGNS.get(c)
    if word is not None:
        if (
            c in _BETWEEN_ONLY
            and not (c in "<>~=" and _NUMBER_NEXT.match(raw, i))
            and (not _between(raw, i) or _bullet(raw, i))
        ):
            return Edit(i, i + 1, ",", "mark")
        if c in "<>" and _NUMBER_NEXT.match(raw, i) and not _COMPARED.search(raw[max(0, i - 12) : i]):
            return Edit(i, i + 1, "trên" if c == ">" else "dưới", "sign")  # có nơi >200mm, trẻ <6 tuổi
        if word == "khoảng" and _ABOUT.search(text.before(i)):
            return Edit(i, i + 1, "", "mark")
        if c == "_" and raw[i - 1 : i].isalnum() and raw[i + 1 : i + 2].isalnum():
            return Edit(i, i + 1, "gạch dưới", "sign")
        return Edit(i, i + 1, word, "sign")
    if c in '"”″' and _INCHES.search(text.before(i)):
        return Edit(i, i + 1, "inh", "unit")
    if c in "\"'“”‘’«»„‹›`´′″":
        return Edit(i, i + 1, "", "quote")
    if c in _BREATH_SIGNS:
        return Edit(i, i + 1, ",", "breath")
    if c in ",.;:!?":
        return None
    if c.isdecimal():
        return Edit(i, i + 1, numbers.DIGITS[unicodedata.digit(c)], "number")
    if c.isnumeric():
        n = unicodedata.numeric(c)
        return Edit(i, i + 1, numbers.cardinal(int(n)) if n == int(n) and abs(n) < 10**15 else ",", "number")
    return Edit(i, i + 1, "," if unicodedata.category(c)[0] in "SPN" else "", "mark")


_PAIR_WORDS = {
    ">=": "lớn hơn hoặc bằng",
    "<=": "nhỏ hơn hoặc bằng",
    "=>": ",",
    "->": ",",
    "<-": ",",
    "+/-": "cộng trừ",
    "!=": "khác",
}
_PAIRS = lazy("|".join(map(re.escape, _PAIR_WORDS)))


def _power(match: str) -> str:
    sign = "âm " if match[0] == "⁻" else ""
    return f"mũ {sign}{numbers.integer(match.strip('⁻⁺').translate(_SUPERSCRIPT))}"


def _bullet(raw: str, i: int) -> bool:
    return i < 200 and not raw[:i].strip()


def _between(raw: str, i: int) -> bool:
    """Whether words or numbers stand on both sides."""
    return (
        bool(raw[:i].rstrip()[-1:].isalnum() or raw[:i].rstrip()[-1:] in ")%²³°")
        if i < 200
        else raw[max(0, i - 3) : i].rstrip()[-1:].isalnum()
    )
