"""Units and rates: km, m², kWh, °C; km/h, đồng/người/tháng, kg/ha.

The table is lexicon/units.tsv: written, spoken, kind (physical, time, money).
"""

import re
from functools import cache

from docreader.spoken import numbers
from docreader.spoken.letters import is_syllable, new_placement
from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

# Units of one letter or of an ordinary word's shape are units only where nothing else is more likely.
_GLUED_ONLY = frozenset(
    ["A", "K", "V", "W", "N", "J", "M", "CV", "MP", "GT", "L", "in", "ct", "s", "k", "K", "tr", "Tr", "Đ", "PB"]
)
# A unit of these is never a unit after a year or a bare name number: "năm 2020 V"
_NOUN_DENOMINATOR = lazy(r"[^\W\d_]+(?: (?:đêm|công|dân|khẩu|sinh|viên|nhân|bệnh|động))?")
SLASH = lazy(r"\s?/\s?(?=[^\W_]|°|€|\$)")
_DENOMINATOR_NUMBER = lazy(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?!\d*[/.-]\d)\s?(?=[^\W\d_])")
# USD/VND
_RATE_OF_EXCHANGE = lazy(r"([A-Z]{3})/([A-ZĐ]{3})(?![^\W_])")
_BARE_UNIT = lazy(
    r"(?:[cdmk]?m[²³23]|kWh|kWp|MWp|MWh|GWh|kVA|MVA|mmHg|kcal|Mbps|Gbps|kW|MW|GW|GB|MB|MHz|GHz|kHz)(?<!/)(?![^\W_])"
    r"|(?:[mk]?g|km|m|tấn|tạ|lít|m[²³23]|đồng|USD|µg|ml|cm|kW)(?=/[^\W\d_])"
)


@cache
def units() -> dict[str, tuple[str, str]]:
    return {written: (row[0], row[1]) for written, row in table("units").items()}


@cache
def _unit() -> re.Pattern[str]:
    names = sorted(units(), key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, names)) + r")(?![^\W_])")


_CELL_BEFORE = lazy(r"[|\t(]\s*$")
_CELL_AFTER = lazy(r"\s*(?:[|\t)]|$)")
_TWO_DIGITS = lazy(r"\d[.,]?\d$")


def unit_at(text: Text, i: int, apart: bool = True) -> tuple[str, str, int] | None:
    """(spoken, kind, end) of a unit at i, at most one space on."""
    raw = text.raw
    gap = 1 if apart and i < len(raw) and raw[i] == " " else 0
    m = _unit().match(raw, i + gap)
    if m is None or (gap and m[0] in _GLUED_ONLY):
        return None
    if m[0] in "đĐ" and _COMRADE.match(raw, m.end()):
        return None  # 120 đ/c
    if m[0] == "K" and not _TWO_DIGITS.search(raw[max(0, i - 3) : i]):
        return None  # 4K is a picture, 50K a price
    spoken, kind = units()[m[0]]
    return spoken, kind, m.end()


def rate(text: Text, i: int, spoken: str, kind: str) -> tuple[str, int]:
    """What follows a unit after slashes: /kg, /người/tháng. Money and people are shared out (một), the rest is divided (trên)."""
    raw = text.raw
    shared = kind == "money"
    for _ in range(3):
        m = SLASH.match(raw, i)
        if m is None:
            break
        at = m.end()
        number = _DENOMINATOR_NUMBER.match(raw, at)
        if number is not None:
            words = numbers.spoken(number[0].rstrip())
            at = number.end()
            unit = unit_at(text, at, apart=False)
            one = shared and words == "một" and unit is None  # 15 triệu đồng/01 nhà
            spoken += (" một" if one else f" trên {words}") + (f" {unit[0]}" if unit else "")
            i = unit[2] if unit else at - (1 if raw[at - 1] == " " else 0)
            continue
        unit = unit_at(text, at, apart=False)
        if unit is not None:
            one = shared or (unit[1] == "time" and unit[0] not in ("giờ", "phút", "giây", "mi li giây", "ngày đêm"))
            end = unit[2]
            if unit[0] == "ngày" and raw[end : end + 4] == " đêm":
                unit, end = ("ngày đêm", "time", end + 4), end + 4
                one = shared
            spoken += (" một " if one else " trên ") + unit[0]
            i = end
            continue
        noun = _NOUN_DENOMINATOR.match(raw, at)
        if noun is None:
            break
        if not (noun[0].islower() and all(is_syllable(w) and len(w) > 1 for w in noun[0].split())):
            # UBND, container: their own rules read them
            return f"{spoken} {'một' if shared else 'trên'}", at
        spoken += f" một {new_placement(noun[0])}"
        shared = True
        i = noun.end()
    return spoken, i


def bare_unit(text: Text, i: int) -> Edit | None:
    """A unit that stands without its number: km/h, m², "tính bằng kWh"."""
    if i and text.raw[i - 1].isalnum():
        return None
    m = _RATE_OF_EXCHANGE.match(text.raw, i)
    if m is not None and units().get(m[1], ("", ""))[1] == units().get(m[2], ("", ""))[1] == "money":
        return Edit(i, m.end(), f"{units()[m[1]][0]} trên {units()[m[2]][0]}", "unit")
    if _CELL_BEFORE.search(text.raw, max(0, i - 4), i):  # | kg |, Trọng lượng (kg)
        m = _unit().match(text.raw, i)
        if m is not None and m[0] not in _GLUED_ONLY and _CELL_AFTER.match(text.raw, m.end()):
            return Edit(i, m.end(), units()[m[0]][0], "unit")
    m = _BARE_UNIT.match(text.raw, i)
    if m is None:
        return None
    spoken, kind = units()[m[0]]
    if len(m[0]) < 3 and not any(c in "²³23" for c in m[0]) and SLASH.match(text.raw, m.end()) is None:
        return None
    spoken, end = rate(text, m.end(), spoken, kind)
    return Edit(i, end, spoken, "unit")


_SHARED_CAPITALS = lazy(
    r"(?:lượng|chỉ|kg|tấn|tạ|lít|tháng|năm|ngày|người|hộ|lần|giờ|suất|sào|gốc|cây|con|vụ|đợt|buổi|phút|lớp|trường|phòng|xe|phụ nữ|khóa|tổ|đội|đơn vị|hồ sơ|ca|bàn|buồng|giường)(?!\w)",
    re.I,
)
_CAPITALS_BEFORE = lazy(r"\d[\d.,]*\s?(?:\w+\s){0,3}\w+\s?$|(?:đ|đồng)/\w{1,6}$")


def _per_capitals(text: Text, i: int, at: int, unit: tuple[str, str, int] | None) -> Edit | None:
    """30.000đ/HS/ngày, 400 kg NPK/ha, 500.000 ĐỒNG/LƯỢNG: the slash behind capitals that are counted."""
    if not _CAPITALS_BEFORE.search(text.before(i)):
        return None
    if unit is not None and unit[1] == "physical" and len(text.raw[at : unit[2]]) > 1:
        return Edit(i, unit[2], f"trên {unit[0]}", "rate")
    return Edit(i, at, "một", "rate") if _SHARED_CAPITALS.match(text.raw, at) else None


_PER = lazy(r"\s?/\s?")
_COUNTED_BEFORE = lazy(r"\d[\d.,]*[%‰]?(?:[^\W\d_]{0,3})(?:\s[^\W\d_]+){1,4}\s?$")
_COMRADE = lazy(r"/[cC](?!\w)")
_PEOPLE = lazy(r"(?:(?:vạn |nghìn |triệu )?dân|người|trẻ|hộ|ca|con|nữ|nam|phụ nữ|lao động|học sinh)(?!\w)")
# số con/phụ nữ, sĩ số học sinh/lớp: a rate without its figure
_RATE_NAMED = lazy(
    r"(?<!\w)(?:tỷ lệ|tỉ lệ|tỷ số|bình quân|trung bình|số|mức|sĩ số|năng suất|mật độ|thu nhập|chi phí)(?: [^\W\d_]+){1,3}\s?$"
)
# What is shared out: 35 học sinh/lớp, một lớp.
_SHARED = frozenset(
    [
        "người",
        "khóm",
        "giao",
        "hợp",
        "đợt",
        "hồ",
        "chu",
        "dự",
        "thôn",
        "lao",
        "hộ",
        "tháng",
        "năm",
        "ngày",
        "giờ",
        "tuần",
        "quý",
        "lần",
        "lượt",
        "suất",
        "con",
        "vụ",
        "sào",
        "bình",
        "chai",
        "thùng",
        "bao",
        "em",
        "cháu",
        "lớp",
        "xã",
        "thôn",
        "đợt",
        "ca",
        "buổi",
        "phút",
        "giây",
        "học",
        "gia",
        "đơn",
        "chuyến",
        "xe",
        "bệnh",
        "công",
        "phòng",
        "lứa",
        "trường",
        "nhóm",
        "bàn",
        "mâm",
        "mùa",
        "giải",
        "trận",
        "hiệp",
        "khóa",
        "kỳ",
        "đội",
        "đoàn",
        "phiếu",
        "đĩa",
        "cốc",
        "chậu",
        "luống",
        "gốc",
        "cây",
        "khay",
        "hộp",
        "gói",
        "túi",
        "can",
        "lọ",
        "vỉ",
        "thẻ",
        "toa",
        "bản",
        "tổ",
        "ấp",
        "huyện",
        "tỉnh",
        "phường",
        "quận",
        "tour",
        "khách",
        "vé",
        "chỗ",
        "ghế",
        "giường",
        "sản",
        "mẫu",
        "thửa",
        "lô",
        "mũi",
        "liều",
        "viên",
        "đầu",
        "bát",
        "phần",
        "lượng",
        "cuốn",
        "quyển",
        "tờ",
        "số",
        "trang",
        "cụm",
        "phụ",
    ]
)


def per(text: Text, i: int) -> Edit | None:
    """A slash between what is counted and what it is counted by: 120 người/km², 35 học sinh/lớp, bác sĩ/vạn dân."""
    raw = text.raw
    if raw[i] != "/" or i == 0 or not (raw[i - 1].isalnum() or raw[i - 1] == " "):
        return None
    if raw[i - 1].isdecimal() and not re.search(r"[^\W\d_]\d{1,2}$", raw[max(0, i - 4) : i]):
        return None  # a number; CO2 is a word
    m = _PER.match(raw, i)
    assert m is not None
    unit = unit_at(text, m.end(), apart=False)
    if not raw[max(0, i - 3) : i].rstrip()[-1:].islower():
        return _per_capitals(text, i, m.end(), unit)
    if unit is not None and unit[1] == "physical" and len(raw[m.end() : unit[2]]) > 1:
        return Edit(i, unit[2], f"trên {unit[0]}", "rate")
    number = _DENOMINATOR_NUMBER.match(raw, m.end())
    if number is not None and (
        _PEOPLE.match(raw, number.end())
        or unit_at(text, number.end(), apart=False)
        or (raw[number.end() : number.end() + 1].islower() and _COUNTED_BEFORE.search(text.before(i)))
    ):
        return Edit(i, m.end(), "trên", "rate")
    word = _NOUN_DENOMINATOR.match(raw, m.end())
    if word is None or word[0].split()[0] not in _SHARED:
        return Edit(i, m.end(), "trên", "rate") if word is not None and word[0].startswith("vạn") else None
    if _COUNTED_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), "một", "rate")
    return Edit(i, m.end(), "trên", "rate") if _RATE_NAMED.search(text.before(i)) else None
