"""A number at its place: by value or by name, with its sign, and what stands behind it (big words, percent, unit, money)."""

import re

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Text
from docreader.spoken.units import SLASH, rate, unit_at, units

DASH = r"[-–—−‐‒―]"
_BIG = r"nghìn tỷ|ngàn tỷ|nghìn tỉ|ngàn tỉ|triệu tỷ|trăm triệu|trăm nghìn|chục triệu|nghìn|ngàn|triệu|tỷ|tỉ|trăm|chục|vạn|tr(?=\.?\s?đ)"
_BIG_CAPITALS = "NGHÌN TỶ|NGÀN TỶ|NGHÌN|NGÀN|TRIỆU|TỶ|TỈ|TRĂM|VẠN"
BIG_WORDS = lazy(rf"\s?(?:{_BIG}|{_BIG_CAPITALS})(?!\w)")
# What may join a number to a second one: 5 - 7, 5÷7.
SPAN = lazy(rf"\s?(?:{DASH}{{1,2}}|÷(?!\s)|→|~)\s?(?=[+±]?\d)", re.X)
_PERCENT = {"%": "phần trăm", "‰": "phần nghìn", "％": "phần trăm"}
_SCALED = lazy(r"(\d{1,3}(?:\.\d{3})*)\.(\d{1,2})(?![\d.,])")
# What follows an amount that is written with a point for the comma: 7.5 IELTS, 10.25 giây
_SCALED_BY = lazy(
    r"\s?(?:triệu|tỷ|tỉ|nghìn|ngàn|vạn|%|‰|lần|điểm|đ/|ielts|độ|giờ|giây|phút|lượt|người|bậc|tín chỉ|ngày)(?!\w)|\s?[%‰]"
)
_VERSION_BEFORE = lazy(
    r"(?:điều|khoản|mục|điểm|phiên bản|version|tiểu mục|tiêu chí|chương|phần|bảng|hình|biểu|phụ lục|nội dung|câu|bài|công nghiệp|cách mạng)\s*(?:số\s)?$"
)
_NAMING = lazy(
    r"(?<!\w)(?:số|nghị quyết|chỉ thị|quyết định|thông tư|nghị định|kế hoạch|công văn|đề án|dự án|phòng|tổ|mã|tuyến|kết luận|hướng dẫn|thông báo|tờ trình|báo cáo|quy định|"
    r"chương trình|cổng|cửa|lô|ô|bảng|mẫu|biểu|phụ lục|chuyên án|đội|hầm|cầu|hotline|đài|kênh|khóa|lớp|đường|tỉnh lộ|huyện lộ|gói thầu|công điện|pháp lệnh|(?<!kỷ )luật|vụ án|"
    r"trại|xưởng|ca|chốt|trạm|nhóm|bến|quầy|bàn|giường|căn|tầng|nhà|biển số|áo|chuyến bay|buýt|tuyến buýt|tàu|toa|máy|bài|đề|đề thi|mã đề|thửa|tờ|ngõ|hẻm|ngách|kiệt|khu|khu phố|khối|thôn|ấp|xóm|đội|zone|quy chuẩn|tiêu chuẩn)\s*(?:số\s*)?[:.]?\s*$"
)
_COUNT_AFTER = lazy(
    r"\s+(?!(?:ngày|tháng|năm)\s+\d)(?!(?:của|về|và|là|do|được|đã|tại|trong|có|thuộc|ở|theo|với|cho|quy|trên|này|nói|khóa|mà|hay|hoặc|ra|sẽ|phải|để|khi|từ|đến|vào|bị)(?!\w))[^\W\d_]+"
)
# khách sạn 5*, chuẩn 4*
_STARS = lazy(
    r"(?:khách sạn|resort|nghỉ dưỡng|tiêu chuẩn|chuẩn|hạng|homestay|nhà hàng|ocop|du thuyền|căn hộ|dịch vụ)\s(?:[^.;!?]{0,30}\s)?\d(?:\s?[-–]\s?\d)?$"
)
_MONEY_TAIL = lazy(r"\s?(?:tr\.đồng|trđồng|tr\.đ|trđ|Tr\.đ|Trđ|tr đ|ngđ|ng\.đ)(?![^\W_])")


def number_words(text: Text, start: int, match: str) -> str:
    """How a bare number is said at this place: by value, or with its leading zero as a name."""
    if len(match) < 4 and match.isdecimal() and text.before(start).endswith("thứ "):
        return numbers.ordinal(int(match))
    if len(match) > 1 and match[0] == "0" and match.isdecimal():
        return numbers.named(match) if is_name(text, start, start + len(match)) else numbers.integer(match)
    return numbers.spoken(match)


# tử vong 03, tổng số: 08: so many, though no noun follows
_COUNT_BEFORE = lazy(
    r"(?<!\w)(?:trong|suốt|kéo dài|tử vong|bị thương|chết|mất tích|nhập viện|ca mắc|mắc mới|tổng số|tổng cộng|cộng|gồm|thêm|tăng|giảm|còn|đạt|hơn|khoảng|trong đó|số lượng|sl|vắng|có mặt|đồng ý|không đồng ý|trúng tuyển|hỏng|sập|khiển trách|cảnh cáo|khai trừ|cách chức|kỷ luật|khởi tố|bắt|tạm giữ|xử phạt|phát hiện|bổ sung|cấp|tặng|trao|mở|xây|nam|nữ|đảng viên|đoàn viên|thường|nặng|nhẹ)\s*:?\s*$"
)


# 05 (năm) người
_IN_WORDS = lazy(r"\s?\((?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)[\s)]")


def is_name(text: Text, start: int, end: int) -> bool:
    """Whether a number with a leading zero names something (Nghị quyết 08) and does not count (08 người, tử vong 03)."""
    before = text.before(start)
    if _NAMING.search(before):
        return True
    if _COUNT_BEFORE.search(before):
        return False
    if _IN_WORDS.match(text.after(end)):
        return False
    return not _COUNT_AFTER.match(text.after(end)) and not re.match(r"\s*[-–/%,]", text.after(end))


# 68.120 con (-2,3%); but giảm sâu (-13,4%)
_CHANGE = lazy(r"[+−–-](?=\d{1,4}(?:[.,]\d{1,3})?\s?(?:%|usd|điểm|đồng|đ)\s?\))", re.I)
_CHANGE_SAID = lazy(r"(?<!\w)(?:tăng|giảm)(?!\w)[^.;]{0,40}$")


def signed(text: Text, i: int) -> tuple[str, int]:
    """A sign before a number at i and where the number starts: ('âm ', i + 1)."""
    c = text.raw[i]
    change = _CHANGE.match(text.raw, i) if text.raw[i - 1 : i] == "(" else None
    if change is not None and not _CHANGE_SAID.search(text.before(i)):
        return "tăng " if c == "+" else "giảm ", i + 1
    if (
        c in "-−–"
        and i + 1 < len(text.raw)
        and text.raw[i + 1].isdecimal()
        and (i == 0 or text.raw[i - 1] in " (:;,[=~≈<>≤≥±→\t")
    ):
        return "âm ", i + 1
    if c == "+" and i + 1 < len(text.raw) and text.raw[i + 1].isdecimal():
        return "cộng ", i + 1
    if c == "±":
        return "cộng trừ ", i + 1
    return "", i


def _scaled(text: Text, i: int) -> re.Match[str] | None:
    """A number whose decimals stand behind a point, as its unit shows: 1.5 triệu, 7.5 IELTS."""
    m = _SCALED.match(text.raw, i)
    if m is None or _VERSION_BEFORE.search(text.before(i)):
        return None
    if _SCALED_BY.match(text.after(m.end())):
        return m
    unit = unit_at(text, m.end())
    # 17.30h is a time
    return m if unit is not None and not (unit[0] == "giờ" and len(m[2]) > 1) else None


def match_number(text: Text, i: int) -> tuple[str, int]:
    """The number written at i and where it ends; a point before one or two digits counts as a decimal where a unit follows."""
    scaled = _scaled(text, i)
    if scaled is not None:
        return scaled[0], scaled.end()
    m = numbers.NUMBER.match(text.raw, i)
    assert m is not None
    return m[0], m.end()


def single(text: Text, start: int, match: str) -> str:
    scaled = _scaled(text, start)
    if scaled is not None and "," not in match:
        return numbers.spoken(scaled[1] + "," + scaled[2])
    if _ENGLISH.fullmatch(match) and _ENGLISH_COUNTED.match(text.after(start + len(match))):
        return numbers.spoken(match.replace(",", "."))
    return number_words(text, start, match)


# 1,500 người, 12,500 USD: a comma before three digits of what has no thousandth part
_ENGLISH = lazy(r"[1-9]\d{0,2},\d{3}")
_ENGLISH_COUNTED = lazy(
    r"\s?(?:đồng|đ|vnd|vnđ|usd|eur|người|lượt|hộ|con|cây|căn|xe|học sinh|sinh viên|công nhân|lao động|sản phẩm|hồ sơ|trường hợp|ca|bộ|chiếc|cái|suất|phần|tin|bài|doanh nghiệp|đại biểu|đảng viên|vé|khách|thí sinh|cổ phiếu|bản|cuốn|quyển|km/h)(?!\w)"
)


_PER = lazy(
    r"\s?/\s?(?=năm|tháng|quý|ngày|tuần|kỳ|giao dịch|hợp đồng|lượt|khoản|người|hộ|lô|vụ|ca|món|lần|đơn|tổng|suất)"
)


def counted(text: Text, end: int) -> tuple[str, str, int]:
    """What stands behind a number: big words, percent, unit with its rates. (spoken, kind, end)."""
    raw = text.raw
    big = BIG_WORDS.match(raw, end)
    words = ""
    glued_money = _MONEY_TAIL.match(raw, end)
    if glued_money is not None:
        unit = units()[re.sub(r"\s", " ", glued_money[0].strip())]
        spoken, end = rate(text, glued_money.end(), unit[0], "money")
        return " " + spoken, "money", end
    if big is not None:
        words, end = " " + big[0].strip().lower().replace("tr", "triệu" if big[0].strip() == "tr" else "tr"), big.end()
    at = end + (raw[end : end + 1] == " ")
    c = raw[at : at + 1]
    if c in _PERCENT and c:
        m = _PER.match(raw, at + 1)
        if m:
            spoken, stop = rate(text, at + 1, _PERCENT[c], "money")
            return f"{words} {spoken}", "percent", stop
        return f"{words} {_PERCENT[c]}", "percent", at + 1
    if c == "*" and _STARS.search(text.before(end)) and not raw[at + 1 : at + 2].isalnum():
        return words + " sao", "physical", at + 1
    unit2 = unit_at(text, end)
    if unit2 is not None and not (
        unit2[1] == "time" and unit2[0] in raw[end : unit2[2]] and not SLASH.match(raw, unit2[2])
    ):
        spoken, kind, end = unit2
        spoken, end = rate(text, end, spoken, kind)
        return f"{words} {spoken}", kind, end
    if words and raw[end : end + 1] == "/":
        spoken, stop = rate(text, end, words.strip(), "money")
        return " " + spoken, "money", stop
    return words, "big" if words else "", end


def dotted(match: str) -> str:
    """A version: 2.1 → hai chấm một."""
    return " chấm ".join(numbers.named(p) if len(p) < 4 else numbers.digits(p) for p in match.split("."))
