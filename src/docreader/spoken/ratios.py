"""Two numbers that belong together: fractions, x/y xã, scales, scores, formations."""

import re

from docreader.spoken import numbers
from docreader.spoken.amounts import counted, dotted
from docreader.spoken.letters import UPPER
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.wholes import whole

_SCORE = lazy(
    r"tỷ số|tỉ số|tỷ-số|thắng|thua|hòa|hoà|dẫn|hạ |đánh bại|vượt qua|cầm chân|cầm hòa|chung cuộc|chung kết|bán kết|hiệp|bàn thắng|gỡ|luân lưu|trận|vòng loại|đè bẹp|quật ngã"
    r"|kết quả|đội tuyển|nâng tỷ|rút ngắn|ấn định|set|ván"
)
# Tỷ số các set 25/21, 25/18
_SET_BEFORE = lazy(
    r"(?:tỷ số|tỉ số|set|séc|ván|game|(?:thắng|thua)(?: [^\W\d_]+){0,3} \d-\d)(?: [^\W\d_]+){0,3}\s*[:(]?\s*(?:\d\d?\s?[-/]\s?\d\d?(?:,| và|;)\s*){0,4}$"
)
# 1:25.000, 1/25.000
_SCALE = lazy(r"(\d{1,3})(?:[:/]|\s[:/]\s)(\d{1,3}(?:\.\d{3})+)(?![\d,/])")
_LOOSE = lazy(r"(\d{1,3}):\s(\d{1,3}(?:\.\d{3})*)(?![\d,/.])")  # tỷ lệ 1: 500
_FRACTION = lazy(r"(\d{1,15}(?:[.,]\d{1,15}){0,5})\s?[/⁄∕]\s?(\d{1,15}(?:[.,]\d{1,15}){0,5})(?![\d/])")
_OUTCOME = lazy(
    r"(?<!\w)(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn(?! chứng|đến| đến| đầu)|đánh bại|cầm chân|hiệp(?: phụ| một| hai| [12])?|luân lưu|loạt sút|hạ(?! tầng| du| lưu| long| giá| hòa)|gỡ|rút ngắn|chung cuộc)(?!\w)"
)
_SCORE_FORM = lazy(r"(\d{1,3})(?:\s?[-–]\s?|:|\s:\s)(\d{1,3})(?![\d/,.]*\d|\s?[%‰]|[hg](?!\w))")
FORMATION = lazy(r"\d(?:-\d){2,4}(?![\d-])")
_RATIO_BEFORE = lazy(r"(?:tỷ lệ|tỉ lệ|tỷ xích|tỉ xích)(?: là)?\s$")
_PROPORTION = lazy(r"tỷ lệ|tỉ lệ|tỷ xích|bản đồ|hệ số|xác suất|tỷ số nén|pha loãng|quy hoạch")
_COUNT_NOUN = lazy(
    r"\s+(?:người|ngày|tháng|năm|giờ|phút|lần|cái|con|bàn(?! thắng)|điểm|hộ|xã|suất|học|cán|vị|đội|tuần|triệu|tỷ|nghìn|tuổi|bậc|cấp)(?!\w)"
)


# hơn 2/3 thành viên, ít nhất 3/4 đại biểu: a share, whatever is counted
_SHARE_BEFORE = lazy(r"(?:hơn|gần|quá|ít nhất|tối thiểu|khoảng|chừng|ngót|chiếm|bằng|non)\s$")


# 1/3-1/2 diện tích
_SECOND_SHARE = lazy(r"\s?[-–]\s?(\d)/(\d)(?![\d/])")


def fraction(text: Text, i: int) -> Edit | None:
    """x/y that no date claims: 3/5 số hộ, 18/20 xã, 1/500, 24/7, 4,5/5 sao."""
    m = _SCALE.match(text.raw, i) or (_LOOSE.match(text.raw, i) if _RATIO_BEFORE.search(text.before(i)) else None)
    if m is not None:
        return Edit(i, m.end(), f"{numbers.integer(m[1])} trên {numbers.spoken(m[2])}", "scale")
    m = _FRACTION.match(text.raw, i)
    if m is None:
        return None
    top, bottom = m[1], m[2]
    behind = text.after(m.end())
    if _SET_BEFORE.search(text.before(i)) or _is_set(text, i, m):
        return Edit(i, m.end(), f"{numbers.integer(top)} {numbers.integer(bottom)}", "score")
    between = _between(text, i, m.end(), top, bottom, behind)
    # một phần tư, ba phần tư; but bốn trên bốn xã
    spoken = f"{_part(top)} {between} {'tư' if between == 'phần' and bottom == '4' else _part(bottom)}"
    end = m.end()
    second = _SECOND_SHARE.match(text.raw, end) if between == "phần" else None
    if second is not None and int(top) * int(second[2]) < int(second[1]) * int(bottom):
        fourth = "tư" if second[2] == "4" else numbers.integer(second[2])
        spoken, end = f"{spoken} đến {numbers.integer(second[1])} phần {fourth}", second.end()
    tail, kind, stop = counted(text, end)
    if kind in ("physical", "money", "percent"):
        spoken, end = spoken + tail, stop
    elif re.match(r"h(?!\w)", behind):
        spoken, end = spoken + " giờ", end + 1
    return Edit(i, end, spoken, "fraction")


# thua 4/6, 6/7, 3/6
_SETS_BEFORE = lazy(r"(?<!\w)(?:thua|thắng)(?: [^\W\d_]+){0,3}(?: [0-7]/[0-7],){0,4} $")


def _is_set(text: Text, i: int, m: re.Match[str]) -> bool:
    if len(m[1]) + len(m[2]) > 2 or _SETS_BEFORE.search(text.before(i)) is None:
        return False
    return re.match(r", [0-7]/[0-7]", text.after(m.end())) is not None or text.before(i).endswith(", ")


def _part(match: str) -> str:
    return numbers.spoken(match) if "." not in match or numbers.NUMBER.fullmatch(match) else dotted(match)


_LOTTERY = lazy(r"(?:vietlott|mega|power|max)\s$")


def _between(text: Text, start: int, end: int, top: str, bottom: str, behind: str) -> str:
    before = text.before(start)
    if "," in top or "." in top or _LOTTERY.search(before) or (top, bottom) in (("24", "7"), ("24", "24"), ("7", "7")):
        return "trên"
    if len(top) > 1 or len(bottom) > 2:
        return "trên"
    if re.search(
        r"(?:hạng|thứ|vị trí|xếp|đứng|nhà|số|ngõ|hẻm|ngách|kiệt|ấp|tổ|thửa|điểm|huyết áp|đường|thị lực|nhịp)\s*(?:số)?\s*$",
        before,
    ):
        return "trên"
    small = int(top) < int(bottom) and int(top) < 10
    kind = whole(behind)
    if kind in ("part", "of") or (small and (kind in ("time", "share") or _SHARE_BEFORE.search(before))):
        return "phần"
    return "phần" if small and kind != "count" else "trên"


_SET_JUST_SAID = lazy(r"(?<![\d,.])([0-7])-([0-7])(?:,|;| và)\s$")  # 6-4, 3-6, 7-6
# Hà Nội 1-1 Nam Định: between two names
_NOT_A_TEAM = "Điều|Khoản|Điểm|Mục|Chương|Quận|Phường|Tổ|Khu|Khối|Lớp|Khóa|Khoá|Tháng|Quý|Cấp|Bảng|Nhóm|Vòng|Thứ|Từ|Ngày|Năm|Số|Đợt|Lô|Tầng|Nhà|Đường|Bậc|Hạng|Loại|Vùng|Tuần|Kỳ|Bài|Phần|Tập|Trang|Thôn|Bản|Ấp|Xã|Đội|Ca|Có|Trong|Khoảng|Độ|Tuổi|Gió|Mưa|Sóng|Trẻ|Cả|Hơn|Được|Đến|Trên|Dưới|Tại|Với|QL|TL|ĐT|ĐH|Km|KM|km"
_TEAM_BEFORE = lazy(rf"(?:^|[\s(.])(?!(?:{_NOT_A_TEAM})\s$)[{UPPER}][^\W\d_]{{1,11}}\s$")
# Vòng 5 giải vô địch quốc gia: HAGL - SLNA 1-1, Hải Phòng - Hà Nội FC 0-2.
_MATCH = lazy(
    r"(?<!\w)(?:giải|vòng|trận|lượt|bảng|kết quả|chung kết|bán kết|tứ kết|cúp|league)(?!\w)[^.;]*[-–][^.;]*[^\W\d_]\s$"
)
_CLOSED = lazy(r"\s*(?:[,.;)]|$)")
_TEAM_AFTER = lazy(rf"\s[{UPPER}][^\W\d_]")


def score(text: Text, i: int) -> Edit | None:
    m = _SCORE_FORM.match(text.raw, i)
    if m is None or (i > 1 and text.raw[i - 1] in "-–:" and text.raw[i - 2].isdecimal()):
        return None
    before, behind = text.before(i), text.after(m.end())
    if behind.lstrip()[:1] == "=":  # 10 - 3 = 7
        operation = "chia" if ":" in m[0] else "trừ"
        return Edit(i, m.end(), f"{numbers.integer(m[1])} {operation} {numbers.integer(m[2])}", "sum")
    first, second = numbers.integer(m[1]), numbers.integer(m[2])
    if ":" in m[0]:
        if not _PROPORTION.search(before) and _SCORE.search(before + " " + behind):
            return Edit(i, m.end(), f"{first} {second}", "score")
        return Edit(i, m.end(), f"{first} trên {second}", "proportion")
    if counted(text, m.end())[0] or behind[:1].isalpha():
        return None
    if first == second:
        return Edit(i, m.end(), f"{first} {second}", "score")  # no span goes nowhere
    return Edit(i, m.end(), f"{first} {second}", "score") if _is_score(text, i, m, before, behind) else None


def _is_score(text: Text, i: int, m: re.Match[str], before: str, behind: str) -> bool:
    """Whether two numbers with a dash between are a score and not a span."""
    a, b = int(m[1]), int(m[2])
    if a < 60 and b < 60 and _OUTCOME.search(before) and not _COUNT_NOUN.match(behind):
        return True
    last_set = _SET_JUST_SAID.search(before)
    if last_set is not None and last_set[1] > last_set[2] and a < 8 and b < 8:
        return True
    if a < 20 and b < 20:
        if _TEAM_BEFORE.search(text.raw[max(0, i - 16) : i]) and _TEAM_AFTER.match(text.raw, m.end()):
            return True
        if _MATCH.search(before) and _CLOSED.match(behind[:2]):
            return True
    # Falling numbers are no span.
    return (
        31 > a > b
        and len(m[1]) < 3
        and not m[2].startswith("0")
        and not re.search(r"(?:từ|khoảng|số|tuổi|ngày|tháng|hàng)\s*$", before)
    )
