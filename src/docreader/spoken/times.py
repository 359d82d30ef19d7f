"""Times of day, spans and durations: 8h15, 14:30:15, 8 giờ 15, 7h30-11h30, 45', 9'58"."""

import re

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.units import rate

_DASH = r"\s?(?:[-–—−‐]|đến|tới)\s?"
_CLOCK = r"(\d{1,2})\s?(?:[hHg](?![^\W\d_])(?:\s?(\d{1,2}))?(?:'|’|′|ph|p|phút)?(?:(\d{1,2})(?:s|giây|\"|”|″)?)?|:([0-5]\d)(?::([0-5]\d))?(?!\d|:\d|\.\d{3}))(?![^\W_])"
_TIME = lazy(_CLOCK)
_HOUR_SPAN = lazy(r"(\d{1,2})\s?[-–]\s?(\d{1,2})\s?[hg](?:([0-5]\d)(?:'|ph|p)?)?(?![^\W_])(?!\s?\d)")
_WORDS = lazy(
    r"(\d{1,2})(\s?giờ\s)(\d{1,2})(\s?phút)?(?![\d/]|[.,]\d|\s?(?:ngày(?! \d)|tháng(?! \d)|giờ|%|người|km|m\b))"
)
# 10"15 of a sprint
_SECONDS = lazy(r"(\d{1,2})[\"”″](\d{2})(?!\d)")
_MINUTES = lazy(r"(\d{1,3})\s?['’′](?:\s?(\d{1,2})(?:[.,\"”″](\d{1,2}))?(?:\s?(?:\"|”|″|''|’’|s))?)?(?![^\W_])")
# Quang Hải (45+1')
_ADDED = lazy(r"(45|90|105|120)\s?\+\s?(\d{1,2})\s?['’′](?!\w)")
_MINUTE_BEFORE = lazy(r"phút(?: thứ)?\s$")
# 1:45.32 of a race
_LAP = lazy(r"(?:(\d{1,2}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})(?!\d)")
# ướp 30p
_SHORT_MINUTES = lazy(r"(\d{1,3})p(?![^\W_])")
_VIDEO = lazy(r"(?:video|phân giải|hd|trang|tr\.)\s(?:[^\W\d_]+\s){0,2}$")
_DURATION = lazy(r"kỷ lục|thành tích|thời gian|về đích|cán đích|hoàn thành|dài|thời lượng|chạy")
_RATIO = lazy(r"tỷ lệ|tỉ lệ|tỷ số|tỉ số|thắng|thua|tỷ xích|hòa|dẫn|bản đồ")


def _said(hour: str, minute: str | None, second: str | None) -> str:
    spoken = f"{numbers.cardinal(int(hour))} giờ"
    if (minute and int(minute)) or second:
        spoken += f" {numbers.cardinal(int(minute or 0))} phút"
    if second:
        spoken += f" {numbers.cardinal(int(second))} giây"
    return spoken


_TO_NEXT = lazy(_DASH + r"(?=\d)")


def time(text: Text, i: int) -> Edit | None:
    """A time or a span of times that begins at i."""
    raw = text.raw
    m = _HOUR_SPAN.match(raw, i)
    if m is not None and int(m[1]) <= 24 and int(m[2]) <= 24:
        return Edit(
            i, m.end(), f"{numbers.cardinal(int(m[1]))}{' giờ' if m[3] else ''} đến {_said(m[2], m[3], None)}", "time"
        )
    added = _ADDED.match(raw, i)
    if added is not None and not _MINUTE_BEFORE.search(text.before(i)):
        spoken = f"{numbers.integer(added[1])} cộng {numbers.integer(added[2])} phút"
        return Edit(i, added.end(), spoken, "time")
    lap = _LAP.match(raw, i)
    if lap is not None and _DURATION.search(text.before(i)):
        hours, minutes, seconds = lap[1], lap[2], lap[3]
        spoken = f"{numbers.integer(minutes)} phút {numbers.integer(seconds)} giây {numbers.named(lap[4])}"
        return Edit(i, lap.end(), f"{numbers.integer(hours)} giờ {spoken}" if hours else spoken, "time")
    first = _clock(text, i) or _minutes(text, i)
    if first is None:
        return None
    day = _OF_DAY.match(raw, first.end)
    if day is not None and _clock_alone(raw[i : first.end]):  # 19h/27 đến 07h/28/9
        return Edit(i, day.end(), f"{first.spoken} ngày {numbers.cardinal(int(day[1]))}", "time")
    if raw.startswith("/", first.end):
        spoken, end = rate(text, first.end, first.spoken, "money")
        return Edit(i, end, spoken, "time")
    dash = _TO_NEXT.match(raw, first.end)
    if dash is not None:
        second = _clock(text, dash.end())
        if second is not None:
            return Edit(i, second.end, f"{first.spoken} đến {second.spoken}", "time")
    return first


def _clock(text: Text, i: int) -> Edit | None:
    raw = text.raw
    m = _WORDS.match(raw, i)
    if m is not None and int(m[1]) <= 24 and int(m[3]) < 60:
        return Edit(i, m.end(), _said(m[1], m[3], None), "time")
    m = _TIME.match(raw, i)
    if m is None:
        return None
    hour, minute, second = m[1], m[2] or m[4], m[3] or m[5]
    if m[4] and (_RATIO.search(text.before(i)[-25:]) or (int(hour) > 24 and not second)):
        if int(hour) > 24 and not _RATIO.search(text.before(i)[-25:]) and _DURATION.search(text.before(i)):
            return Edit(i, m.end(), f"{numbers.cardinal(int(hour))} phút {numbers.cardinal(int(minute))} giây", "time")
        return None
    if minute and int(minute) > 59:
        return None
    if (
        not minute
        and raw[m.start(1) + len(m[1]) :][:2].strip()[:1] in ("g", "H")
        and not (_AT.search(text.before(i)) or re.match(r"\s*(?:ngày|sáng|chiều|tối|đêm|[-–])", text.after(m.end())))
    ):
        return None  # 5g of gold, 4H
    if not minute and int(hour) > 24 and m[0].endswith(("g", "G")):
        return None
    end = m.end()
    trailing = re.compile(r"\s?(?:phút|giờ)(?!\w)" if m[4] else r"\s?phút(?!\w)").match(raw, end)
    if trailing is not None and minute:
        end = trailing.end()
    if raw[end : end + 1] == " " and raw[i:end].endswith(":"):
        end -= 1
    return Edit(i, end, _said(hour, minute, second), "time")


_OF_DAY = lazy(r"/(0?[1-9]|[12]\d|3[01])(?=\s(?:đến|tới|-|–)\s\d{1,2}\s?(?:h|g|giờ))")


def _clock_alone(written: str) -> bool:
    return re.fullmatch(r"\d{1,2}\s?[hHg](?:\d\d)?", written) is not None


_AT = lazy(r"(?:lúc|từ|đến|tới|vào|khoảng|trước|sau|hồi|sáng|chiều|tối|đêm|trưa|,)\s*$")


def _minutes(text: Text, i: int) -> Edit | None:
    seconds = _SECONDS.match(text.raw, i)
    if seconds is not None:
        return Edit(i, seconds.end(), f"{numbers.cardinal(int(seconds[1]))} giây {numbers.named(seconds[2])}", "time")
    short = _SHORT_MINUTES.match(text.raw, i)
    if short is not None and int(short[1]) <= 120 and not _VIDEO.search(text.before(i)):
        return Edit(i, short.end(), f"{numbers.integer(short[1])} phút", "time")
    m = _MINUTES.match(text.raw, i)
    if m is None or (m[2] is None and text.before(i)[-1:] in ("'", "°", "‘")):
        return None
    if text.raw[i - 1 : i] in ("‘", "“", '"', "'"):
        return None
    spoken = f"{numbers.cardinal(int(m[1]))} phút"
    if m[2]:
        whole, part = f" {numbers.cardinal(int(m[2]))}", m[3] and numbers.named(m[3])
        if part and text.raw[m.start(3) - 1] in ".,":
            spoken += f"{whole} phẩy {part} giây"
        else:
            spoken += f"{whole} giây" + (f" {part}" if part else "")
    return Edit(i, m.end(), spoken, "time")
