"""Money whose sign stands before its number: $1,5 triệu, US$ 20, €30, £5m."""

import re

from docreader.spoken import numbers
from docreader.spoken.amounts import BIG_WORDS, SPAN, match_number
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.units import rate, unit_at, units

_SHORT_BIG = {"m": "triệu", "b": "tỷ", "k": "nghìn"}
_ENGLISH_BIG = lazy(r"\s?(million|billion)(?!\w)", re.I)
_MONEY_SIGN = lazy(r"(US\$|A\$|S\$|HK\$|USD|EUR|VND|VNĐ|[$€£¥₫₩₽₹])\s?(?=\d)")
_ENGLISH = lazy(r"\d{1,3}(?:,\d{3})+")
_ENGLISH_DECIMAL = lazy(r"\d+\.\d{1,2}(?![\d.])")
_SHORT = lazy(r"[mMbBkK](?!\w)")
_NAMED = lazy(r"\s?USD")


def money_before(text: Text, i: int) -> Edit | None:
    """A sign of money before its number: $1,5 triệu, US$ 20, €30, £5."""
    m = _MONEY_SIGN.match(text.raw, i)
    if m is None:
        return None
    first, end = match_number(text, m.end())
    behind = unit_at(text, end)
    if behind is not None and behind[1] == "money" and behind[0] != units()[m[1].strip()][0] and "$" not in m[1]:
        return None  # mua USD 26.050 đồng
    spoken = numbers.spoken(first) if not _ENGLISH.fullmatch(first) else numbers.spoken(first.replace(",", "."))
    english = _ENGLISH_DECIMAL.match(text.raw, m.end())
    if english is not None:
        spoken, end = numbers.spoken(english[0].replace(",", "").replace(".", ",")), english.end()
    span = SPAN.match(text.raw, end)
    if span is not None:
        at = span.end()
        second, end = match_number(text, at)
        spoken += " đến " + numbers.spoken(second)
    big = BIG_WORDS.match(text.raw, end)
    english_big = _ENGLISH_BIG.match(text.raw, end)
    if english_big is not None:
        spoken, end = f"{spoken} {_SHORT_BIG[english_big[1][0].lower()]}", english_big.end()
    elif big is not None:
        spoken, end = f"{spoken} {big[0].strip()}", big.end()
    else:
        short = _SHORT.match(text.raw, end)
        if short is not None:
            spoken, end = f"{spoken} {_SHORT_BIG[short[0].lower()]}", short.end()
    code = units()[m[1].strip()][0]
    named = _NAMED.match(text.raw, end)
    if named is not None:
        code, end = "đô la Mỹ", named.end()
    spoken, end = rate(text, end, f"{spoken} {code}", "money")
    return Edit(i, end, spoken, "money")
