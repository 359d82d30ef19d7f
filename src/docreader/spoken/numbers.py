"""Numbers into words, northern standard: nghìn, linh, mốt, tư, lăm.

Source of the forms: the house style (docs/reading.md); the grouping of Vietnamese numbers follows Nghị định 30/2020/NĐ-CP:
a full stop between thousands, a comma before decimals.
"""

import re
from functools import lru_cache

from docreader.spoken.patterns import lazy

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")

# The largest number that is still said as a number; longer strings of digits are codes.
MAX_DIGITS = 18

# One written number: 1.250.000,5 | 1 250 000 | 1,234,567.8 | 12,5 | 12. A dot before other than three digits is left to the caller (versions, 3.14).
NUMBER = lazy(
    r"""(?:
      \d{1,3}(?:\.\d{3})++(?!\d)(?:,\d++(?![.,]?\d))?      # 1.250.000,5
    | \d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){2,6}+(?!\d)(?:,\d++)?  # 1 250 000
    | \d{1,3}[ \u00a0]\d{3}(?=\s?(?:đồng|đ|VN[DĐ]|USD|tỷ|triệu|người|lượt|hộ|ha|tấn|con|km|m2|m²)(?!\w))  # 500 000 with what it counts
    | \d{1,3}(?:[\u2009\u202f]\d{3})++(?!\d)               # thin spaces never stand between two numbers
    | \d{1,3}(?:,\d{3}){2,6}+(?:\.\d++)?(?!\d)             # 1,250,000.5 as in English
    | \d{1,3},\d{3}\.\d{1,2}(?![\d.,]*\d)                # 2,345.60
    | \d++,\d++(?!\d*,\d)                                  # 12,5
    | \d++
    )""",
    re.X,
)


@lru_cache(4096)
def _below_thousand(n: int, full: bool) -> str:
    """``full``: inside a larger number, where an empty hundred is said (không trăm)."""
    hundreds, rest = divmod(n, 100)
    tens, unit = divmod(rest, 10)
    words = []
    if hundreds or full:
        words.append(DIGITS[hundreds] + " trăm")
    if tens == 0:
        if unit:
            words.append(("linh " if words else "") + DIGITS[unit])
    else:
        words.append("mười" if tens == 1 else DIGITS[tens] + " mươi")
        if unit == 1 and tens > 1:
            words.append("mốt")
        elif unit == 4 and tens > 1:
            words.append("tư")
        elif unit == 5:
            words.append("lăm")
        elif unit:
            words.append(DIGITS[unit])
    return " ".join(words)


def _below_billion(n: int, full: bool) -> str:
    words: list[str] = []
    for power in (2, 1, 0):
        group = n // 1000**power % 1000
        if group:
            words.append(_below_thousand(group, full or bool(words)))
            if power:
                words.append(_GROUPS[power])
    return " ".join(words)


@lru_cache(8192)
def cardinal(n: int) -> str:
    """12340 → mười hai nghìn ba trăm bốn mươi. Any n below 10**18; negative numbers with âm."""
    if n < 0:
        return "âm " + cardinal(-n)
    if n == 0:
        return "không"
    high, low = divmod(n, 10**9)
    if not high:
        return _below_billion(low, False)
    head = _billions(high)
    return f"{head} {_below_billion(low, True)}" if low else head


def _billions(n: int) -> str:
    """n thousand millions: 1500 → một nghìn năm trăm tỷ."""
    if n >= 10**9:
        high, low = divmod(n, 10**9)
        return f"{cardinal(high)} tỷ tỷ" + (f" {_below_billion(low, True)} tỷ" if low else "")
    return _below_billion(n, False) + " tỷ"


def digits(text: str) -> str:
    """Each digit by itself: 0912 → không chín một hai. Other characters are passed over."""
    return " ".join(DIGITS[int(c)] for c in text if c in "0123456789")


def grouped_digits(text: str) -> str:
    """Digits one by one with a breath between the groups that are written: 0912.345.678."""
    return ", ".join(filter(None, (digits(g) for g in re.split(r"\D+", text))))


@lru_cache(4096)
def integer(text: str) -> str:
    """A string of digits as a quantity; a code's length is said digit by digit."""
    bare = text.lstrip("0") or "0"
    return cardinal(int(bare)) if len(bare) <= MAX_DIGITS else digits(text)


@lru_cache(4096)
def named(text: str) -> str:
    """A number that is a name, with its leading zeros: 05 → không năm."""
    zeros = len(text) - len(text.lstrip("0"))
    if zeros == len(text):
        return digits(text)
    return " ".join(["không"] * zeros + [integer(text[zeros:])])


def _decimals(text: str) -> str:
    """What stands behind the comma: 75 → bảy mươi lăm, 08 → không tám, 14159 one by one."""
    if len(text) > 3 or not text.strip("0"):
        return digits(text)
    return named(text)


@lru_cache(8192)
def spoken(text: str) -> str:
    """A written number as NUMBER matches it: ``1.250,5`` → một nghìn hai trăm năm mươi phẩy năm."""
    text = re.sub(r"[ \u00a0\u2009\u202f]", "", text)
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3},\d{3}\.\d{1,2}", text):
        text = text.replace(",", "").replace(".", ",")
    else:
        text = text.replace(".", "")
    whole, _, part = text.partition(",")
    return integer(whole) + (" phẩy " + _decimals(part) if part else "")


def value(text: str) -> float:
    """The size of a written number, for choosing between readings; never used for what is said."""
    text = re.sub(r"[ .\u00a0\u2009\u202f]", "", text).split(",")[0]
    return float(text[:30] or "0")


_ORDINALS = {1: "nhất", 2: "hai", 4: "tư"}


def ordinal(n: int) -> str:
    """After thứ: 1 → nhất, 4 → tư, else the cardinal."""
    return _ORDINALS.get(n) or cardinal(n)


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
ROMAN = lazy(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")


@lru_cache(1024)
def roman(text: str) -> int:
    """The value of a well-formed roman numeral, else 0."""
    if not ROMAN.match(text):
        return 0
    total = 0
    for c, following in zip(text, text[1:] + " ", strict=True):
        v = _ROMAN[c]
        total += -v if following != " " and _ROMAN[following] > v else v
    return total
