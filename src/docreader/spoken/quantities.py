"""Quantities: a number, a product or a span of numbers with what it counts."""

import re

from docreader.spoken import numbers
from docreader.spoken.amounts import SPAN, counted, dotted, match_number, signed, single
from docreader.spoken.patterns import lazy
from docreader.spoken.ratios import FORMATION, score
from docreader.spoken.text import Edit, Text
from docreader.spoken.units import units

# 5 x 7, 4x100, 10m x 20m
_FACTOR = lazy(r"(\s?(?:[cdmk]?m[²2]?|inch)(?=\s?[x×*X]\s?\d))?\s?[x×*X]\s?(?=\d)")
# 1980s
_DECADE = lazy(r"((?:1[5-9]|20)\d0)s(?!\w)")
# 2tr5, 1tỷ2
_SHORT_MONEY = lazy(r"(\d{1,4})(tr|tỷ|tỉ)([1-9])(00)?(?![\d\w])")
_VERSION = lazy(r"\d{1,15}(?:\.\d{1,15}){1,8}(?!\d|,\d)")
_CHANGE = lazy(r"\d\s[-−–]$")
_AFTER_SPAN_CODE = lazy(r"[/.]?[A-ZĐ]{2}|-\d")


def quantity(text: Text, i: int) -> Edit | None:
    """The general case: (sign) number (span) (big word) (unit, percent, money) (rates)."""
    raw = text.raw
    sign, at = signed(text, i)
    if at >= len(raw) or not raw[at].isdecimal() or not raw[at].isascii():
        return None
    decade = _DECADE.match(raw, at)
    if decade is not None:
        return Edit(i, decade.end(), numbers.integer(decade[1]), "number")
    short = _SHORT_MONEY.match(raw, at)
    if short is not None:
        spoken, end = sign + _short(short), short.end()
        dash = SPAN.match(raw, end)
        second = _SHORT_MONEY.match(raw, dash.end()) if dash is not None else None
        if second is not None:  # 148tr2 - 150tr7/lượng
            spoken, end = f"{spoken} đến {_short(second)}", second.end()
        return Edit(i, end, spoken, "money")
    formation = FORMATION.match(raw, at)
    if formation is not None and not sign:
        return Edit(i, formation.end(), numbers.digits(formation[0]), "formation")
    result = None if sign else score(text, at)
    if result is not None:
        return result
    first, end = match_number(text, at)
    version = _VERSION.match(raw, at)
    if version is not None and version.end() > end and "," not in first:
        first, end = version[0], version.end()
        spoken = dotted(first)
    else:
        spoken = single(text, at, first)
    spoken = sign + spoken
    # 5 x 7 m, 4x100m
    times = 0
    while times < 4:
        factor = _FACTOR.match(raw, end)
        if factor is None:
            break
        if factor[1]:
            spoken += f" {units()[factor[1].strip()][0]}"
        next_number, end = match_number(text, factor.end())
        spoken += " nhân " + single(text, factor.end(), next_number)
        times += 1
    tail, kind, tail_end = counted(text, end)
    span = SPAN.match(raw, tail_end) or (None if tail else SPAN.match(raw, end))
    if span is not None and times == 0:
        edit = _span(text, i, spoken, tail, kind, span.end(), first)
        if edit is not None:
            return edit
    return Edit(i, tail_end, spoken + tail, kind or "number")


def _short(m: re.Match[str]) -> str:
    big, small = ("triệu", "trăm nghìn") if m[2] == "tr" else ("tỷ", "trăm triệu")
    return f"{numbers.integer(m[1])} {big} {numbers.integer(m[3])} {small}"


# The last word of a unit tells what is measured: mét, gam, vuông.
_ALIKE = ({"gam", "tấn", "tạ", "yến"}, {"vuông", "ta"}, {"lít", "khối"}, {"mét"}, {"xê"}, {"độ", "xê"})


def _measured_alike(tail: str) -> set[str]:
    last = tail.split()[-1]
    return set.union({last}, *(alike for alike in _ALIKE if last in alike))


def _span(text: Text, i: int, spoken: str, tail: str, kind: str, at: int, first: str) -> Edit | None:
    raw = text.raw
    extra = ""
    if raw[at] in "+±":
        extra, at = ("cộng " if raw[at] == "+" else "cộng trừ "), at + 1
    second, end = match_number(text, at)
    version = _VERSION.match(raw, at) if _VERSION.match(first) and "," not in second else None
    if version is not None and version.end() > end:  # IELTS 6.5-7.0
        return Edit(i, version.end(), f"{spoken}{tail} đến {dotted(version[0])}", "span")
    if _AFTER_SPAN_CODE.match(raw, end):
        return None
    second_tail, second_kind, second_end = counted(text, end)
    falls = numbers.value(first) > numbers.value(second)
    if falls and second_kind == "percent" and not tail and _CHANGE.search(raw[at - 3 : at]):
        return None  # S&P 500 -0,12%
    if falls and kind == second_kind == "percent":  # kiểm soát bóng 61%-39%
        return Edit(i, second_end, f"{spoken}{tail} {single(text, at, second)}{second_tail}", "pair")
    if falls and not (tail or second_tail or extra):
        return Edit(i, end, f"{spoken} {single(text, at, second)}", "pair")  # Boeing 787-9
    # 3 tháng - 5 năm: each with its own; "2 người - 500 m" are two things
    if tail and second_kind and second_kind != kind and "big" not in (kind, second_kind):
        return None
    # 220V-50Hz: two properties of one thing
    if kind == second_kind == "physical" and not {tail.split()[-1], second_tail.split()[-1]} <= _measured_alike(tail):
        return None
    if tail and not second_tail and kind != "percent":
        return None
    joined = f"{spoken}{tail} đến {extra}{single(text, at, second)}{second_tail}"
    return Edit(i, second_end, joined, "span")
