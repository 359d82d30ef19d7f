"""Numbers in a row whose spaces were left out: ngày 12,13,14/9, khoản 1,2 Điều 5, thứ 2,4,6."""

import re

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.units import unit_at

_ROW = lazy(r"(?!0,)\d{1,3}(?:,\s?\d{1,3})*,\d{1,3}(?:,\s?\d{1,3})*(?!\d|[.,]\d|\s?[%‰])")
# 05 - 12 - 23 - 34: more than a span
_APART = lazy(r"\d{1,3}(?:\s[-–]\s\d{1,3}){3,}(?![\d/.,])")
# NPK 16-16-8
_MIXTURE = lazy(r"\d{1,2}(?:-\d{1,2}){2,3}(?![\d/])")
_ITEM = lazy(r"\d{1,3}")
# 1,234,567
_THOUSANDS = lazy(r"\d{1,3}(?:,\d{3})+")
# What is numbered, so that "khoản 1,2" is no decimal.
_NUMBERED = lazy(
    r"(?<!\w)(?:ngày|tháng|quý|thứ|điều|khoản|mục|chương|phần|lớp|khối|tổ|thôn|ấp|xóm|bản|khu|khu phố|kp|phường|quận|p\.|q\.|câu|bài|trang|tập|vòng|bảng|nhóm|khóa|kỳ|đợt|tiết|ca|phòng|đội|số|lô|ô|thửa|nhà|ngõ|cửa|nghị quyết)\s?$"
)
_AMOUNT = lazy(r"\s?(?:điểm|lần|triệu|tỷ|tỉ|nghìn|ngàn|vạn|giờ|độ|người|tuổi)(?!\w)")


def row(text: Text, i: int) -> Edit | None:
    """A row of numbers; the last is left to the rules where a slash follows it (14/9, 2/2025)."""
    raw = text.raw
    apart = _APART.match(raw, i) or (_MIXTURE.match(raw, i) if text.before(i).endswith("npk ") else None)
    if apart is not None:
        return Edit(i, apart.end(), ", ".join(numbers.named(n) for n in re.findall(r"\d+", apart[0])), "row")
    m = _ROW.match(raw, i)
    if m is None or _THOUSANDS.fullmatch(m[0]) or (i > 1 and raw[i - 1] in ",." and raw[i - 2].isdecimal()):
        return None
    before = text.before(i)
    numbered = _NUMBERED.search(before)
    items = list(_ITEM.finditer(raw, i, m.end()))
    if not numbered and len(items) < 3:
        return None
    if _AMOUNT.match(text.after(m.end())) or (unit_at(text, m.end()) and len(items) < 3):
        return None
    end = m.end()
    if raw[end : end + 1] in ("/", "-") and raw[end + 1 : end + 2].isdecimal():
        end = items.pop().start()
    dated = numbered is not None and numbered[0].strip() in ("ngày", "tháng", "thứ", "quý")
    tuned = numbered is not None and numbered[0].strip() in ("tháng", "thứ")
    spoken = [
        "tư" if tuned and item[0].lstrip("0") == "4" else (numbers.integer if dated else numbers.named)(item[0])
        for item in items
    ]
    return Edit(i, end, ", ".join(spoken) + ("," if end < m.end() else ""), "row")
