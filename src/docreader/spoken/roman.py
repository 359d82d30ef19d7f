"""Roman numerals, where they are numbers: khóa XII, quý IV, thế kỷ XXI, XI, XII, Louis XVI."""

import re

from docreader.spoken import numbers
from docreader.spoken.letters import UPPER, spell
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_TOKEN = lazy(r"[IVXLCDM]{1,8}(?![^\W_])")
# A numeral stands behind these, even a lone I, V, X, C, D, L, M.
_NOUN = lazy(
    r"(?:khóa|khoá|kỳ|đại hội|thế kỷ|thế kỉ|tk|quý|chương|hạng|loại|vùng|phần|mục|phụ lục|cấp|bậc|tập|quyển|kì|kỳ họp|lần thứ|thứ|nhóm|bảng|giai đoạn|khu|khu vực|đô thị loại|"
    r"học kỳ|học kì|lớp|mức|tiểu mục|biểu|điều|hồi|pha|đợt|quân khu|quân đoàn|thế chiến|chiến tranh thế giới|chiến tranh thế giới lần thứ|vua|giáo hoàng|nữ hoàng|hoàng đế|sa hoàng|"
    r"tổ|độ|diện|kênh|vòng|phân khu|nguyên tố|quyết toán quý|ngạch|ck|chuyên khoa|huân chương|hạng|kỳ thi|nghị quyết|điểm|trung ương|hội nghị|dạng|kiểu|type|ngày hội|đại hội đảng|cuộc thi|festival|liên hoan|giải|hội thi|hội thao|hội khỏe|mùa|phiên họp|phiên|phong trào|ô|lô|phân kỳ|phân loại|cảng|trụ|khối|tuyến|sư đoàn|dự án|toà|tòa|nhiệm kỳ|việt nam|toàn quốc|báo động)"
    r"(?:\s+(?:thứ|số|lần thứ|lần|đảng|đảng bộ tỉnh|đảng bộ|tỉnh|toàn quốc|học|thi))*\s*[:\"“(]?\s*$"
)
_STRICT_SINGLE = lazy(
    r"(?:điểm|nghị quyết|việt nam|toàn quốc|hội nghị|trường|lớp|tổ|dự án|nhà máy|trung ương|tuyến|giải|ô|bảng|nhóm|diện|khối|khu|lô|tòa|toà|điều)\s*$"
)
_GO_ON = lazy(r"\s?(?:,|và|-|–|—|/|đến|hoặc|hay|&|;)\s?$")
_SAFE = lazy(r"[IVX]{2,6}")
# X. Yên Khoái, H. Lộc Bình: xã
_ADDRESS_AHEAD = lazy(
    rf"\.\s?[{UPPER}][^,;]{{1,30}}[,-]\s?(?:H\.|T[PX]?\.|Q\.|[Hh]uyện|[Tt]ỉnh|[Tt]hành phố|[Tt]hị xã)"
)
_CAPITALS_AHEAD = lazy(rf"\s[{UPPER}]{{2}}")
_KING = lazy(
    r"(?:rama|louis|charles|henry|elizabeth|george|edward|william|philip|felipe|piô|phaolô|bênêđictô|biển đức|gioan|lêô|napoléon|napoleon|nicholas|nikolai|alexander|juan carlos|carl gustaf|margrethe|harald|abdullah)\s$"
)
_WORDS = frozenset(("VI", "XI", "DI", "LI", "MI", "CI"))
_LETTERED = lazy(r"([IVX]{1,4})([a-dA-D])(?![^\W_])")
_BELOW = lazy(r"\.\d{1,2}(?:\.\d{1,2}){0,2}(?:\.[a-zđ])?(?![\w/])")
_QUARTER = lazy(r"quý\s$")
_SPAN_AHEAD = lazy(r"\s?[-–—]\s?(?=[IVXLC]+(?![^\W_]))")
_NO_NUMERAL = lazy(r"[./][^\W\d_]|-[A-Z]?[a-z]|\s?=")
_YEAR_AFTER = lazy(r"\s?[/-]\s?([12]\d{3})(?![\d/])")


def roman(text: Text, i: int, headline: bool) -> Edit | None:
    m = _TOKEN.match(text.raw, i)
    if m is None:
        lettered = _LETTERED.match(text.raw, i)  # Phụ lục IIa, nhóm IIB
        value = numbers.roman(lettered[1]) if lettered is not None else 0
        if lettered is None or not value or not _NOUN.search(text.before(i)):
            return None
        return Edit(i, lettered.end(), f"{numbers.cardinal(value)} {spell(lettered[2])}", "roman")
    value = numbers.roman(m[0])
    if not value:
        return None
    if len(m[0]) == 1 and _NO_NUMERAL.match(text.raw, m.end()):
        return None  # V.I. Lênin, C.Mác, V/v, X-quang
    before = text.before(i)
    noun = _NOUN.search(before) is not None or _KING.search(before) is not None
    if not noun and _follows_numeral(text, i):
        noun = True
    if (
        len(m[0]) == 1
        and noun
        and m[0] in "LCDM"
        and not re.search(r"(?:thế kỷ|chương|khóa|mục|phần|phụ lục)\s*$", before)
    ):
        noun = False
    if len(m[0]) == 1 and m[0] in "VX" and _STRICT_SINGLE.search(before) and not _follows_numeral(text, i):
        noun = m[0] != "X" and not re.search(r"(?:điểm|tòa|toà|lô|ô)\s*$", before)
    if re.search(r"(?:điểm)\s*$", before):
        noun = False
    at_start = not text.raw[:i].strip(" -–\t") if i < 200 else False
    if not noun:
        listed = at_start and m[0][0] in "IVX" and re.match(r"\s?[.)/-]", text.raw[m.end() :][:3]) is not None
        if m[0] == "X" and _ADDRESS_AHEAD.match(text.raw, m.end()):
            return None
        if not listed and not (_SAFE.fullmatch(m[0]) and value < 40):
            return None
        if (
            m[0] in _WORDS
            and not listed
            and (headline or re.match(r"\s+[A-ZĐ]", text.raw[m.end() :][:3]))
            and not before.rstrip()[-1:].isalpha()
        ):
            return None
        if m[0] in _WORDS and not listed and (headline or _CAPITALS_AHEAD.match(text.raw, m.end())):
            return None
    spoken = (numbers.ordinal if re.search(r"thứ\s*$", before) else numbers.cardinal)(value)
    end = m.end()
    below = _BELOW.match(text.raw, end)
    if below is not None:  # mục II.1.a
        parts = below[0][1:].split(".")
        said = (numbers.integer(part) if part.isdecimal() else spell(part) for part in parts)
        return Edit(i, below.end(), " chấm ".join((spoken, *said)), "roman")
    span = _SPAN_AHEAD.match(text.raw, end)
    if span is not None:
        second = _TOKEN.match(text.raw, span.end())
        if second is not None and numbers.roman(second[0]) > value:
            quarter = "quý " if _QUARTER.search(before) else ""
            spoken, end = f"{spoken} đến {quarter}{numbers.cardinal(numbers.roman(second[0]))}", second.end()
    year = _YEAR_AFTER.match(text.raw, end)
    if year is not None and re.search(r"quý|học kỳ|học kì|và|-|,|kỳ|đợt", before[-12:]):
        return Edit(i, year.end(), f"{spoken} năm {numbers.cardinal(int(year[1]))}", "roman")
    return Edit(i, end, spoken, "roman")


def _follows_numeral(text: Text, i: int) -> bool:
    """XI, XII: after a comma or và behind another numeral that itself follows a noun."""
    for _ in range(6):
        base = max(0, i - 24)
        m = _NUMERAL_BEFORE.search(text.raw[base:i])
        if m is None:
            return False
        i = base + m.start(1)
        if len(m[1]) > 1 or _NOUN.search(text.before(i)) is not None:
            return True
    return False


_NUMERAL_BEFORE = lazy(r"(?<![^\W_])([IVXLC]{1,6})(?:\s?/\s?\d{4})?\s?(?:,|và|-|–|/|đến|hoặc|hay|&)\s?$")
_BRACKETED = lazy(r"\((i{1,3}|iv|vi{0,3}|ix|x)\)")
_HALF_BRACKETED = lazy(r"(i{2,3}|iv|vi{1,3}|ix)\)")


def bracketed(text: Text, i: int) -> Edit | None:
    """(i), (ii), (iv): numbers of an enumeration."""
    m = _BRACKETED.match(text.raw, i)
    return None if m is None else Edit(i, m.end(), f"{numbers.cardinal(numbers.roman(m[1].upper()))},", "roman")


def half_bracketed(text: Text, i: int) -> Edit | None:
    """ii), iv): the same with one bracket."""
    m = _HALF_BRACKETED.match(text.raw, i) if text.raw[i] in "iv" else None
    if m is None or (i and not text.raw[i - 1].isspace()):
        return None
    return Edit(i, m.end(), f"{numbers.cardinal(numbers.roman(m[1].upper()))},", "roman")
