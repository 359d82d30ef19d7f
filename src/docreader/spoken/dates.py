"""Days, months, quarters, years and their spans: 20/10/2021, từ 3 - 5/6, tháng 9/2022, 2016 - 2020."""

import re

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.wholes import whole

DASH = r"\s?[-–—−‐‒―]\s?"
_D = r"(0?[1-9]|[12]\d|3[01])"
MONTH = r"(0?[1-9]|1[0-2])"
YEAR = r"([12]\d{3})"
_END = r"(?![\d]|[/.-]\d)"

_FULL = lazy(
    rf"{_D}\s?([/.–-])\s?{MONTH}\s?\2\s?{YEAR}(?![\d]|[/.]\d(?!\d?[-.]\d\d?[-.]\d{{4}})|-\d{{3}}|-\d\d?(?![\d/.-]))"
)
_SHORT_YEAR = lazy(rf"{_D}([/-]){MONTH}\2(\d\d){_END}")
_ISO = lazy(rf"{YEAR}([-/])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?![\d/-])(?:T(?=\d\d:))?")
_DAY = lazy(rf"{_D}\s?([/-])\s?{MONTH}(?![\d]|\s?/\s?\d|\s?-\s?\d(?!\d?\s?(?:h|g|giờ))|[.,]\d|%)")
_DAY_DOT = lazy(rf"{_D}\.{MONTH}(?![\d]|[.,]\d)")
# ngày 05 - 07 tháng 9
_NAMED_SPAN = lazy(rf"{_D}{DASH}{_D}(?=\s+tháng\s)")
_EACH_MONTH = lazy(rf"{_D}{DASH}{_D}(?=\s(?:hằng tháng|hàng tháng|mỗi tháng|của tháng|âm lịch hằng tháng))")
_DOT_SPAN = lazy(rf"{_D}{DASH}{_D}\.{MONTH}(?:\.{YEAR})?(?![\d]|[.,]\d)")
_MONTH = lazy(rf"{MONTH}\s?([/.-])\s?{YEAR}{_END}(?![/-][A-ZĐ])")
_DAY_SPAN = lazy(rf"{_D}(?:{DASH}| đến (?:ngày )?| và (?:ngày )?){_D}\s?([/-])\s?{MONTH}(?:\s?\3\s?{YEAR})?{_END}")
# 28/2 - 3/3, 1/6-30/8/2024: two days, whatever stands before
_TWO_DAYS = lazy(rf"({_D}/{MONTH}){DASH}(?={_D}/{MONTH}(?!\d))")
_MONTH_SPAN = lazy(rf"{MONTH}{DASH}{MONTH}\s?/\s?{YEAR}{_END}")
_YEARS = lazy(rf"{YEAR}(\s?(?:[-–—−‐~]|÷)\s?){YEAR}(?![\d]|[.,/-]\d)")
_YEARS_SHORT = lazy(r"((?:19|20)\d\d)(\s?[-–/]\s?)(\d\d)(?![\d.,/-]|\s?%)")
_TERM_BEFORE = lazy(r"(?:giai đoạn|nhiệm kỳ|thời kỳ|những năm|các năm|từ năm|niên khóa|năm học|trong|khóa)\s*$")
# 1945-1954, 1954-75
_SPAN_BEFORE = lazy(r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)?\d\d,\s$")
_QUARTERS = lazy(rf"([1-4]){DASH}([1-4])(?:\s?/\s?{YEAR})?(?![\d/.,])")
_SAID_QUARTER = lazy(r"quý\s*$")
_SEASON = lazy(r"(\d)\s?[-–]\s?(20\d\d)[/-](\d\d)(?![\d.,/-])")
_YEAR_SLASH = lazy(rf"{YEAR}/{YEAR}(?!\d)")

_NAMED_MONTH = lazy(rf"{_D}\s?/\s?([Gg]iêng|[Cc]hạp)(?!\w)")
_MONTH_NAMES = ("", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")

# Behind these a day is meant, whatever follows.
_DAY_BEFORE = lazy(
    r"(?:(?:ngày|lễ) \d{1,2}(?:[/-]\d{1,2})?(?:,\s?\d{1,2}(?:[/-]\d{1,2})?)*(?:,| và| hoặc)|ngày|sớm|sáng sớm|nửa đêm|rạng sáng|sáng|trưa|chiều|tối|đêm|khuya|hôm|hôm nay|hôm qua|mai|mùng|mồng|rằm|lễ|từ|đến|tới|trước|sau|kể từ|chậm nhất|muộn nhất|sớm nhất|vào|hết|nay|qua|lúc|"
    r"đường|phố|đại lộ|quảng trường|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|dịp|tết|kỷ niệm|quốc khánh|sinh nhật|phụ nữ|\(tức|nhằm|giờ|phút|\d+h\d*|\d+g\d*|\d:\d\d|hạn|và|âm lịch|giỗ tổ|khởi nghĩa|chiến thắng|tháng lợi|bế mạc|khai mạc|năm)\s*[,(:]?\s*\(?$"
)
# Đến nay 5/7 xã có trạm y tế: so many out of so many
_UP_TO_NOW = lazy(r"(?:đến nay|hiện nay|nay|đã có|có|và|qua|trước|sau|hết)\s*,?\s*$")
_SAID_DAY = lazy(r"(?:ngày|mùng|mồng|mùng|rằm|hôm rằm)\s*:?\s*$")
SAID_MONTH = lazy(r"(?:tháng|các tháng)\s*:?\s*$")
_SAID_YEAR = lazy(r"năm\s*$")
_HOLIDAYS = frozenset(
    [
        "1/1",
        "3/2",
        "27/2",
        "8/3",
        "26/3",
        "30/4",
        "1/5",
        "7/5",
        "15/5",
        "19/5",
        "1/6",
        "5/6",
        "21/6",
        "28/6",
        "27/7",
        "19/8",
        "2/9",
        "10/10",
        "13/10",
        "20/10",
        "9/11",
        "18/11",
        "20/11",
        "22/12",
        "25/12",
        "10/3",
        "30/4",
    ]
)
_DATE_AFTER = lazy(
    r"\s*(?:\)|âm lịch|ÂL|âl|AL(?!\w)|nhuận|dương lịch|hàng năm|hằng năm|năm\s+(?:\d{4}|nay|ngoái|sau)|tới|vừa qua|tại|đến|\()"
)
# quý 2/2021, đợt 2/2024: the number of one of several in that year, not a month
_QUARTER_BEFORE = lazy(
    r"(?:quý(?: [1-4](?:,\s?| và ))*|đợt|kỳ|kì|học kỳ|học kì|lần|vòng|phiên|khóa|khoá|tuần|đề thi|giai đoạn|(?:tạp chí|bản tin|tập san|nội san|đặc san|nguyệt san|báo)(?: [^\W\d_]+){0,5} số|số báo)\s*$"
)


def month(text: str) -> str:
    """The name of a month: 4 → tư, 01 → một."""
    return _MONTH_NAMES[int(text)]


def year(text: str) -> str:
    return numbers.cardinal(int(text))


def _day(d: str, m: str, y: str = "") -> str:
    spoken = f"{numbers.cardinal(int(d))} tháng {month(m)}"
    return f"{spoken} năm {year(y)}" if y else spoken


def _with_day(text: Text, i: int, spoken: str) -> str:
    before = text.before(i)
    return (
        spoken if _SAID_DAY.search(before) or _LISTED_DAY.search(before) or _STREET.search(before) else "ngày " + spoken
    )


# Thứ 6 - 05/09/2025
_WEEKDAY_OF = lazy(r"([2-7])(?=\s?[-–,]\s?\d{1,2}[/.-]\d{1,2}(?!\d))")


def date(text: Text, i: int) -> Edit | None:
    """A date, a span or a list of dates that begins at i."""
    raw = text.raw
    m = _WEEKDAY_OF.match(raw, i)
    if m is not None and text.before(i).endswith("thứ "):
        return Edit(i, m.end(), numbers.ordinal(int(m[1])), "weekday")
    return _spans(text, i) or _one(text, i, raw)


_BETWEEN = lazy(rf"(?:{DASH}|(?<=\d{{4}})/)(?=\d)")
_MONTHS = lazy(rf"{MONTH}{DASH}{MONTH}(?!\d|[/.,-]\d)")


def _spans(text: Text, i: int) -> Edit | None:
    raw = text.raw
    before = text.before(i)
    m = _DAY_SPAN.match(raw, i)
    if m is not None and (
        _is_day(text, i, m.end(), m[1], m[4], m[5])
        # khoảng 20-25/9: days in their order; 1-2/3 diện tích: a part
        or ("/" in m[3] and int(m[1]) < int(m[2]) > 9 and not _no_day(text.after(m.end())))
    ):
        joint = "và" if " và" in raw[m.end(1) : m.start(2)] else "đến"
        second = "" if joint == "và" and "ngày" not in raw[m.end(1) : m.start(2)] else "ngày "
        spoken = f"{numbers.cardinal(int(m[1]))} {joint} {second}{_day(m[2], m[4], m[5] or '')}"
        return Edit(i, m.end(), _with_day(text, i, spoken), "date")
    m = _EACH_MONTH.match(raw, i)
    if m is not None and _SAID_DAY.search(before):
        spoken = f"{numbers.cardinal(int(m[1]))} đến ngày {numbers.cardinal(int(m[2]))}"
        return Edit(i, m.end(), spoken, "date")
    m = _NAMED_SPAN.match(raw, i)
    if m is not None and re.search(r"ngày\s*$", before):
        return Edit(i, m.end(), f"{numbers.cardinal(int(m[1]))} đến ngày {numbers.cardinal(int(m[2]))}", "date")
    m = _DOT_SPAN.match(raw, i)
    if m is not None and (_DAY_PART.search(before) or m[4]) and int(m[1]) < int(m[2]):
        spoken = f"{numbers.cardinal(int(m[1]))} đến ngày {_day(m[2], m[3], m[4] or '')}"
        return Edit(i, m.end(), _with_day(text, i, spoken), "date")
    m = _TWO_DAYS.match(raw, i)
    if m is not None and _shares(text, i):
        return None
    first = Edit(i, m.end(1), _with_day(text, i, _day(m[2], m[3])), "date") if m is not None else _one(text, i, raw)
    if first is not None:
        dash = _BETWEEN.match(raw, first.end)
        if dash is not None:
            second_edit = _one(text, dash.end(), raw, True)
            if second_edit is not None and second_edit.rule == first.rule:
                second_words = second_edit.spoken
                if first.rule == "month" and not second_words.startswith("tháng"):
                    second_words = "tháng " + second_words
                return Edit(i, second_edit.end, f"{first.spoken} đến {second_words}", first.rule)
    m = _MONTH_SPAN.match(raw, i)
    if m is not None and (SAID_MONTH.search(before) or re.search(r"(?:^|\W)(?:từ|trong)\s*$", before)):
        head = "" if SAID_MONTH.search(before) else "tháng "
        return Edit(i, m.end(), f"{head}{month(m[1])} đến tháng {month(m[2])} năm {year(m[3])}", "month")
    if SAID_MONTH.search(before):
        m = _MONTHS.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), f"{month(m[1])} đến tháng {month(m[2])}", "month")
    m = _QUARTERS.match(raw, i)
    if m is not None and _SAID_QUARTER.search(before):
        of = f" năm {year(m[3])}" if m[3] else ""
        return Edit(i, m.end(), f"{numbers.integer(m[1])} đến quý {numbers.integer(m[2])}{of}", "quarter")
    m = _SEASON.match(raw, i)
    if m is not None and int(m[3]) == (int(m[2]) + 1) % 100:
        # V.League 1-2024/25: the name of the league, then its season
        return Edit(i, m.end(), f"{numbers.integer(m[1])}, {year(m[2])} đến {year(m[2][:2] + m[3])}", "years")
    m = _YEARS.match(raw, i)
    if m is not None and (int(m[1]) < int(m[3]) or _SAID_YEAR.search(before)) and int(m[3]) < 2200:
        return Edit(i, m.end(), f"{year(m[1])} đến {year(m[3])}", "years")
    m = _YEAR_SLASH.match(raw, i)
    if m is not None and int(m[2]) == int(m[1]) + 1:
        return Edit(i, m.end(), f"{year(m[1])} đến {year(m[2])}", "years")
    m = _YEARS_SHORT.match(raw, i)
    if m is not None and (
        int(m[3]) == (int(m[1]) + 1) % 100
        or ("/" not in m[2] and int(m[3]) > int(m[1]) % 100 and _TERM_BEFORE.search(before))
        or (_SPAN_BEFORE.search(before) and int(m[3]) > int(m[1]) % 100)
    ):
        return Edit(i, m.end(), f"{year(m[1])} đến {year(m[1][:2] + m[3])}", "years")
    return None


# từ 30.8 đến 2.9
_DOTTED_PAIR = lazy(
    rf"{_D}\.{MONTH}\s(?:đến|tới|và)\s{_D}\.{MONTH}(?![\d.,]*\d)(?!\s?(?:%|triệu|tỷ|tỉ|nghìn|điểm|lần|k?m|kg|tấn|độ|giờ|giây|usd|đồng|ha)(?!\w))"
)
_SECOND_DOTTED = lazy(r"\d{1,2}\.\d{1,2}\s(?:đến|tới|và)\s$")


def _is_dotted_day(text: Text, start: int, end: int, before: str) -> bool:
    """Sáng 5.9, từ 30.8 đến 2.9, 15.4 âm lịch: the point is no decimal."""
    behind = text.after(end)
    if re.match(r"\s\(?âm lịch", behind):
        return True
    if _DAY_PART.search(before) and re.match(r"\.?(?:\s|[,;)]|$)", behind):
        return True
    if _HOLIDAY_BEFORE.search(before) and text.raw[start:end].replace(".", "/") in _HOLIDAYS:
        return True
    first = _SECOND_DOTTED.search(before)
    begin = start - len(first[0]) if first is not None else start
    return _FROM.search(text.before(begin)) is not None and _DOTTED_PAIR.match(text.low, begin) is not None


# nghỉ lễ 30.4 - 1.5
_HOLIDAY_BEFORE = lazy(
    r"(?<!\w)(?:lễ|dịp|tết|kỷ niệm|mừng|chào mừng|hướng tới|nghỉ)(?: lễ)?\s(?:ngày\s)?(?:\d{1,2}\.\d{1,2}(?:\s?[-–,]\s?|\svà\s|\sđến\s))?$"
)
_FROM = lazy(r"(?<!\w)(?:từ|sáng|chiều|tối|đêm|ngày|trong)\s$")
_TWO_SHARES = lazy(rf"{_D}/{MONTH}(?:{DASH}|\s(?:đến|tới)\s){_D}/{MONTH}(?!\d)")
_SHARE_TO = lazy(r"\d\d?/\d\d?\s(?:đến|tới)\s$")


def _shares(text: Text, i: int) -> bool:
    """1/3-1/2 diện tích, từ 1/3 đến 1/2: two small parts, the second the greater, which as days would go backwards."""
    first = _SHARE_TO.search(text.before(i))
    m = _TWO_SHARES.match(text.raw, i - len(first[0]) if first is not None else i)
    if m is None:
        return False
    a, b, c, d = (int(part) for part in m.groups())
    return a < b < 6 and c < d < 6 and a * d < c * b and ((d, c) < (b, a) or whole(text.after(m.end())) != "")


def _is_day(text: Text, start: int, end: int, d: str, m: str, y: str | None) -> bool:
    """Whether d/m is a day and not a fraction or a score."""
    if y:
        return True
    before = text.before(start)
    behind = text.after(end)
    if _SAID_DAY.search(before) and _HOUR_AHEAD.match(behind):
        return True
    kind = whole(behind)
    if (
        kind == "share"
        or (kind == "time" and int(d) <= int(m))
        or (kind in ("count", "part") and _UP_TO_NOW.search(before))
    ):
        return False
    if _MEASURED.search(before):
        return False
    if (_HALF_BEFORE.search(before) and int(d) < int(m)) or _shares(text, start):
        return False
    if _DAY_BEFORE.search(before):
        return True
    if _DATE_AFTER.match(behind) and before[-1:] in ("(", "", " "):
        return before[-1:] == "(" or behind.lstrip()[:1] != ")"
    if _no_day(behind):
        return False
    if f"{int(d)}/{int(m)}" in _HOLIDAYS:
        return True
    # An improper fraction is none, and no part begins with a naught: 30/06, 05/9.
    if "/" not in text.raw[start:end]:
        return False
    improper = int(d) > max(12, int(m)) or "0" in (d[0], m[0])
    return improper and (d, m) != ("24", "7") and not _NOT_DATED.search(before)


_HOUR_AHEAD = lazy(r"\s?[-–]\s?\d{1,2}\s?(?:h|g|giờ)")  # ngày 1/7 - 24h ngày 5/7
_MEASURED = lazy(r"(?:thị lực|huyết áp|tỷ lệ|tỉ lệ)\s*:?\s*$")
# một nửa (1/2)
_HALF_BEFORE = lazy(r"(?:nửa|phần (?:hai|ba|tư|năm|mười)|tứ kết|bán kết|vòng|chung kết)\s*\($")


# huyết áp 15/9, tỷ lệ 20/1: two numbers
_NOT_DATED = lazy(
    r"(?:tỷ lệ|tỉ lệ|tỷ số|tỉ số|huyết áp|thị lực|điểm|đạt|số|số nhà|nhà|ngõ|hẻm|ngách|kiệt|lô|ô|thửa|mốc|hạng|thứ|xếp|đứng|là)(?: [^\W\d_]+){0,2}\s*:?\s*$"
)


def _no_day(behind: str) -> bool:
    """Whether what follows d/m is counted or shared out: 5/7 xã, 1/2 ngày, 20/9%."""
    return whole(behind) in ("count", "part", "time", "share") or _PERCENT_OR_TIMES.match(behind) is not None


_PERCENT_OR_TIMES = lazy(r"\s*(?:%|[x×]\s?\d)")
_FIRST_MONTH = lazy(r"(0?[1-9]|1[0-2])(?![\d/.,:-]*\d|\s?[%‰])")
_BARE_MONTH = lazy(r"(0?[1-9]|1[0-2])(?![\d.,:-]*\d|\s?[%‰]|\stháng)")
_WITH_NOUGHT = lazy(r"0([1-9])(?![\d/.,:-]*\d)")
_MONTH_YEAR = lazy(rf"(\d\d?)\s?[/.-]\s?{YEAR}(?![\d/]|-[A-ZĐ])")


def _one(text: Text, i: int, raw: str, second: bool = False) -> Edit | None:
    m = _FULL.match(raw, i)
    if m is not None:
        spoken = _day(m[1], m[3], m[4])
        return Edit(i, m.end(), _with_day(text, i, spoken) if not second else "ngày " + spoken, "date")
    m = _NAMED_MONTH.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), _with_day(text, i, f"{numbers.cardinal(int(m[1]))} tháng {m[2].lower()}"), "date")
    m = _ISO.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), _with_day(text, i, _day(m[4], m[3], m[1])), "date")
    before = text.before(i)
    m = _MONTH.match(raw, i)
    if (
        m is not None
        and not _QUARTER_BEFORE.search(before)
        and not _NUMBER_BEFORE.search(before)
        and not (m[1] == "1" and m[3].endswith("000") and _SCALE_BEFORE.search(before))
    ):
        head = "" if SAID_MONTH.search(before) and not second else "tháng "
        if head and (_SAID_DAY.search(before) or m[2] == "."):
            return None
        return Edit(i, m.end(), f"{head}{month(m[1])} năm {year(m[3])}", "month")
    m = _SHORT_YEAR.match(raw, i)
    if (
        m is not None
        and (_DAY_BEFORE.search(before) or int(m[4]) < 40 or f"{int(m[1])}/{int(m[3])}" in _HOLIDAYS)
        and not _NUMBER_BEFORE.search(before)
    ):
        head = _with_day(text, i, _day(m[1], m[3]))
        return Edit(
            i, m.end(), f"{head} năm {year('20' + m[4]) if int(m[4]) < 40 else numbers.cardinal(int(m[4]))}", "date"
        )
    m = _DAY.match(raw, i)
    if m is not None and (second or _is_day(text, i, m.end(), m[1], m[3], None)):
        if (
            m[2] == "-"
            and not _UNTIL_DAY.match(text.after(m.end()))
            and not _SAID_DAY.search(before)
            and not _DAY_PART.search(before)
            and not (f"{int(m[1])}/{int(m[3])}" in _HOLIDAYS and _DAY_BEFORE.search(before))
            and not _DASHED_BEFORE.search(before)
            and not (int(m[1]) > max(12, int(m[3])) and _LIMIT.search(before) and not _no_day(text.after(m.end())))
            and not re.match(r"\s\(?âm lịch", text.after(m.end()))
        ):
            return None
        if _NUMBER_BEFORE.search(before) or (m[2] == "-" and re.match(r"\s*tháng", text.after(m.end()))):
            return None  # mùng 9 - 12 tháng Giêng
        spoken = _day(m[1], m[3])
        return Edit(i, m.end(), _with_day(text, i, spoken) if not second else "ngày " + spoken, "date")
    m = _DAY_DOT.match(raw, i)
    if m is not None and _is_dotted_day(text, i, m.end(), before):
        return Edit(i, m.end(), _with_day(text, i, _day(m[1], m[2])), "date")
    if SAID_MONTH.search(before):
        m = _FIRST_MONTH.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), month(m[1]), "month-name")
        m = _MONTH.match(raw, i)
    if _SAID_MONTH_LIST.search(before):
        m = _BARE_MONTH.match(raw, i)
        if m is not None and raw[m.end() : m.end() + 1] != "/":
            return Edit(i, m.end(), month(m[1]), "month-name")
    if _SAID_DAY.search(before):
        m = _WITH_NOUGHT.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), numbers.cardinal(int(m[1])), "day")
    m = _MONTH_YEAR.match(raw, i)
    if m is not None and _QUARTER_BEFORE.search(before):
        counted = m[1][0] != "0" or before.rstrip().endswith("quý")  # else its naught is a part of its name
        number = numbers.cardinal(int(m[1])) if counted else numbers.named(m[1])
        return Edit(i, m.end(), f"{number} năm {year(m[2])}", "quarter")
    return None


# từ 14-2 đến 22-2-2026
_UNTIL_DAY = lazy(r"\s+(?:đến|tới)\s+(?:ngày\s+)?\d{1,2}-\d{1,2}(?:-\d{4})?(?![\d.,])")
# quy hoạch phân khu 1/2000
_SCALE_BEFORE = lazy(r"(?:tỷ lệ|tỉ lệ|quy hoạch|phân khu|bản đồ|chi tiết|đồ án)(?: [^\W\d_]+){0,4}\s$")
# trước 31-12: falling numbers behind such a word are a day, where nobody wins by them
_LIMIT = lazy(
    r"(?<!\w)(?<!thắng )(?:trước|hết|đến|từ|sau|vào|hạn|hạn chót|hạn cuối|kể từ|tính đến|chậm nhất|muộn nhất|sớm nhất)\s$"
)
# ngày 20-11, 22-12
_DASHED_BEFORE = lazy(r"(?:ngày|lễ) (?:\d{1,2}-\d{1,2}(?:,\s?| và | hoặc ))+$")
_DAY_PART = lazy(r"(?:sáng|trưa|chiều|tối|đêm|hôm|ngày|mùng|mồng)\s*\(?$")
_NUMBER_BEFORE = lazy(
    r"(?:điều|khoản|số|nhà|ngõ|hẻm|luật|nghị quyết|nghị định|thông tư|quyết định|chỉ thị)\s*(?:số\s*)?$"
)
# đường 3/2, trường 20/10: the name of a day is a name here
_STREET = lazy(r"(?:đường|phố|đại lộ|quảng trường|công viên|bệnh viện|nhà máy|hợp tác xã|cầu|chợ|phường)\s*$")
_LISTED_DAY = lazy(r"ngày \d{1,2}(?:[/-]\d{1,2})?(?:,\s?\d{1,2}(?:[/-]\d{1,2})?)*(?: và |,\s?| hoặc )$")
_SAID_MONTH_LIST = lazy(r"(?:tháng|các tháng) \d{1,2}(?:, \d{1,2})*(?: và|,) $")
