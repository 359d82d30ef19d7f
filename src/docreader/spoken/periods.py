"""Months, quarters and days of the week by their letters, and spans of what is numbered alike: T10/2023, Q3, T2 - T6, quý I - quý III."""

import re

from docreader.spoken import numbers
from docreader.spoken.dates import DASH, MONTH, SAID_MONTH, YEAR, month, year
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_LETTERED_MONTHS = lazy(rf"T\.?{MONTH}{DASH}(?:T\.?)?{MONTH}(?:\s?/\s?{YEAR})?(?![\w/])")
_QUARTER_LETTER = lazy(rf"Q\.?([1-4]|IV|I{{1,3}})\s?[/-]\s?{YEAR}(?!\d)")
_MONTHS_LETTER = lazy(r"T(?![^\W_])|T(?=20\d\d(?!\d))")
_MONTHS_BEFORE = lazy(
    r"(?:kỳ hạn|xuất khẩu|nhập khẩu|xk|nk|lũy kế|luỹ kế|doanh thu|thực hiện|trả góp|bảo hành|vay|trong|sau|kh|ước)\s\d{1,2}$"
)


_OF_YEAR = lazy(rf"\s?/?\s?{YEAR}(?!\d)")
_MONTH_OF_YEAR = lazy(rf"T\.?{MONTH}/{YEAR}(?!\d)")
_MONTH_ALONE = lazy(rf"T{MONTH}(?![\w/])")
_TO_MONTH = lazy(rf"\s?[-–]\s?T\.?{MONTH}/{YEAR}(?!\d)")


def month_letter(text: Text, i: int) -> Edit | None:
    """T10/2023, T.3/2024: tháng; Q3/2024: quý; 9T đầu năm, kỳ hạn 12T: so many months."""
    if text.raw[i] not in "QT":
        return None
    q = _QUARTER_LETTER.match(text.raw, i)
    if q is not None and not (i and text.raw[i - 1].isalnum()):
        return Edit(i, q.end(), f"quý {numbers.cardinal(numbers.roman(q[1]) or int(q[1]))} năm {year(q[2])}", "quarter")
    t = _MONTHS_LETTER.match(text.raw, i)
    if t is not None and re.search(r"(?<!\d)\d{1,2}$", text.raw[max(0, i - 3) : i]):
        of = _OF_YEAR.match(text.raw, i + 1)
        if of is not None:
            return Edit(i, of.end(), f"tháng năm {year(of[1])}", "month")
        if _MONTHS_BEFORE.search(text.before(i)) or re.match(r"\s?(?:đầu năm|cuối năm)", text.raw[i + 1 : i + 11]):
            return Edit(i, i + 1, "tháng", "month")
        if re.search(r"(?:xe|tải|tải trọng|trọng tải|cẩu|container)\s\d{1,2}$", text.before(i)):
            return Edit(i, i + 1, "tấn", "quantity")
    if i and text.raw[i - 1].isalnum():
        return None
    span = _LETTERED_MONTHS.match(text.raw, i)
    if span is not None and (span[3] or int(span[2]) > 7):
        of_year = f" năm {year(span[3])}" if span[3] else ""
        head = "" if SAID_MONTH.search(text.before(i)) else "tháng "
        return Edit(i, span.end(), f"{head}{month(span[1])} đến tháng {month(span[2])}{of_year}", "month")
    m = _MONTH_OF_YEAR.match(text.raw, i)
    if m is None:
        alone = _MONTH_ALONE.match(text.raw, i)
        if alone is not None and _REPORTED.search(text.before(i)):  # sản lượng T10
            return Edit(i, alone.end(), f"tháng {month(alone[1])}", "month")
        return None
    head = "" if SAID_MONTH.search(text.before(i)) else "tháng "
    spoken, end = f"{head}{month(m[1])} năm {year(m[2])}", m.end()
    until = _TO_MONTH.match(text.raw, end)
    if until is not None:
        spoken, end = f"{spoken} đến tháng {month(until[1])} năm {year(until[2])}", until.end()
    return Edit(i, end, spoken, "month")


_REPORTED = lazy(
    r"(?<!\w)(?:sản lượng|doanh thu|lợi nhuận|chỉ số|cpi|iip|báo cáo|lương|kế hoạch|tiền điện|tiền nước|cước|hóa đơn|kỳ|cuối|đầu|giữa|trong|so với|lịch|thu|chi|số liệu|kết quả) $"
)
_FROM_HOUR = lazy(r"(?<!\w)(?:từ|lúc|hồi) \d{1,2}(?:h|g| giờ)\S{0,4} (?:ngày )?\d{1,2}/\d{1,2}(?:/\d{4})? $")
_UNTIL = lazy(
    r"(quý|tháng|khóa|lớp|điều|khoản|thứ|năm|ngày|chương|kỳ|tổ|thôn|km|tuần|số|bảng|nhóm|đại hội|vòng|báo động)\s(?:\d{1,4}|[ivxlc]+|một|hai|ba|tư|năm|sáu|bảy)(?:/\d{4})?\s?$"
)


_SLASH_YEAR = lazy(rf"/{YEAR}(?!\d)")


def until(text: Text, i: int) -> Edit | None:
    """A dash between two that are counted alike: quý I - quý III/2022, tháng 3 - tháng 5; and tháng Tư/2024."""
    raw = text.raw
    if raw[i] in "-–—":
        if re.match(r"\s?nay(?!\w)", text.after(i + 1)) and re.search(r"(?<!\d)(?:1[5-9]|20)\d\d\s?$", text.before(i)):
            return Edit(i, i + 1, "đến", "span")
        if _FROM_HOUR.search(text.before(i)) and re.match(r"\s?\d{1,2}(?:h|g| giờ)\d{0,2}\s", text.after(i + 1)):
            return Edit(i, i + 1, "đến", "span")  # từ 0h ngày 1/7 - 24h ngày 5/7
        m = _UNTIL.search(text.before(i))
        if m is not None and re.match(
            rf"\s?{m[1]}\s(?:\d|[ivxlc]+(?!\w)|một|hai|ba|tư|năm|sáu|bảy)", text.after(i + 1)
        ):
            return Edit(i, i + 1, "đến", "span")
    if raw[i] == "/" and re.search(
        r"\d tháng$|tháng (?:giêng|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|mười một|mười hai|chạp)$", text.before(i)
    ):
        m = _SLASH_YEAR.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), f"năm {year(m[1])}", "month")
    return None


_WEEKDAY = lazy(r"T\.?([2-7])(?![^\W_])")
_WEEK = lazy(r"(?:cn|chủ nhật|tuần|lịch|làm việc|nghỉ|sáng|chiều|tối|thứ)(?!\w)|(?<!\w)t[2-7]\s?[-–,]|[-–,]\s?$")
_TO_WEEKDAY = lazy(r"(?:\s?[-–]\s?|\sđến\s)" + _WEEKDAY.pattern)


def weekday(text: Text, i: int) -> Edit | None:
    """T2 - T6, T7: days of the week, where one is spoken of."""
    m = _WEEKDAY.match(text.raw, i)
    if (
        m is None
        or (i and text.raw[i - 1].isalnum())
        or re.search(r"(?:ga|đốt sống|terminal|xe tăng|khối)\s*$", text.before(i))
    ):
        return None
    if not (
        _WEEK.search(text.before(i)[-24:])
        or re.match(r"\s?[,(-]?\s?(?:ngày\s)?\d{1,2}[/-]\d{1,2}(?!\d)", text.after(m.end()))
        or re.match(
            r"(?:\s?[-–,]\s?|\s(?:đến|và)\s)(?:t[2-7]|cn)(?!\w)|\s(?:(?:hàng|hằng|mỗi) tuần|này|tuần|tới|vừa qua)(?!\w)",
            text.after(m.end()),
        )
    ):
        return None
    span = _TO_WEEKDAY.match(text.raw, m.end())
    if span is not None:
        return Edit(i, span.end(), f"{_day_name(m[1])} đến {_day_name(span[1])}", "weekday")
    return Edit(i, m.end(), _day_name(m[1]), "weekday")


def _day_name(match: str) -> str:
    return "thứ tư" if match == "4" else f"thứ {numbers.cardinal(int(match))}"
