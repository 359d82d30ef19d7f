"""Quantities: a number or a span of numbers with what it counts: percent, money, units, rates, fractions, scores."""

import re
from functools import cache

from docreader.spoken import numbers
from docreader.spoken.letters import is_syllable, new_placement
from docreader.spoken.lexicon import table
from docreader.spoken.text import Edit, Text

_DASH = r"[-–—−‐‒―]"
_N = numbers.NUMBER.pattern
_BIG = r"nghìn tỷ|ngàn tỷ|nghìn tỉ|ngàn tỉ|triệu tỷ|trăm triệu|trăm nghìn|chục triệu|nghìn|ngàn|triệu|tỷ|tỉ|trăm|chục|vạn|tr(?=\.?\s?đ)"
_BIG_WORDS = re.compile(rf"\s?(?:{_BIG})(?!\w)")

# number, and what may join it to a second one
_SPAN = re.compile(rf"\s?(?:{_DASH}{{1,2}}|÷|→|~)\s?(?=[+±]?\d)", re.X)
_RANGE_SECOND = re.compile(rf"(?P<n>{_N})", re.X)
_NUMBER = numbers.NUMBER
_PERCENT = {"%": "phần trăm", "‰": "phần nghìn", "％": "phần trăm"}
_SCALED = re.compile(r"(\d{1,3}(?:\.\d{3})*)\.(\d{1,2})(?=\s?(?:triệu|tỷ|tỉ|nghìn|ngàn|%|USD|tỷ USD))")

_SCORE = re.compile(
    r"tỷ số|tỉ số|tỷ-số|thắng|thua|hòa|hoà|dẫn|hạ |đánh bại|vượt qua|cầm chân|cầm hòa|chung cuộc|chung kết|bán kết|hiệp|bàn thắng|gỡ|luân lưu|trận|vòng loại|đè bẹp|quật ngã"
    r"|kết quả|đội tuyển|nâng tỷ|rút ngắn|ấn định|set|ván"
)
_MONEY_OR_PEOPLE = (
    "đồng",
    "đô la",
    "ơ rô",
    "tệ",
    "yên",
    "bảng",
    "triệu",
    "tỷ",
    "tỉ",
    "nghìn",
    "ngàn",
    "rúp",
    "bạt",
    "uôn",
    "kíp",
)
# What is counted out of a whole: 18/20 xã, 3/5 đại biểu.
COUNTED = frozenset(
    [
        "xã",
        "phường",
        "huyện",
        "tỉnh",
        "thành",
        "thị",
        "thôn",
        "bản",
        "ấp",
        "tổ",
        "khu",
        "khối",
        "hộ",
        "người",
        "đại",
        "đảng",
        "đồng",
        "phiếu",
        "trường",
        "lớp",
        "cơ",
        "chỉ",
        "tiêu",
        "dự",
        "công",
        "doanh",
        "hợp",
        "bộ",
        "sở",
        "ngành",
        "đơn",
        "cấp",
        "quận",
        "học",
        "cán",
        "giáo",
        "điểm",
        "câu",
        "bài",
        "ngày",
        "tháng",
        "năm",
        "tuần",
        "đội",
        "đoàn",
        "ban",
        "chi",
        "cuộc",
        "vụ",
        "tuyến",
        "cầu",
        "nhà",
        "trạm",
        "bệnh",
        "ca",
        "mẫu",
        "lần",
        "ý",
        "kiến",
        "nhiệm",
        "mục",
        "nội",
        "tiêu",
        "thủ",
        "hồ",
        "đề",
        "sản",
        "nước",
        "quốc",
        "thành",
        "viên",
        "bàn",
        "trận",
        "hạng",
        "cây",
        "con",
        "chiếc",
        "xe",
        "tàu",
        "máy",
        "tập",
        "sao",
        "phòng",
        "bến",
        "chợ",
        "hội",
        "nhóm",
        "đợt",
        "phần",
        "trang",
        "chương",
        "điều",
        "khoản",
    ]
)
_PARTS_OF = re.compile(
    r"\s*(?:số|tổng|diện tích|dân số|chiều|quãng|thời gian|trong|của|kích thước|sân|cốc|thìa|muỗng|quả|chặng|giá|lượng|khối|trọng|thế giới|đất|cả|nhu cầu|mức|sản lượng|vốn|kinh phí|nguồn|đoạn|hành trình|số lượng|thành viên là)"
)


@cache
def _units() -> dict[str, tuple[str, str]]:
    return {written: (row[0], row[1]) for written, row in table("units").items()}


@cache
def _unit() -> re.Pattern[str]:
    names = sorted(_units(), key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, names)) + r")(?![^\W_])")


# Units of one letter or of an ordinary word's shape are units only where nothing else is more likely.
_GLUED_ONLY = frozenset(
    ["A", "K", "V", "W", "N", "J", "M", "CV", "MP", "GT", "L", "IU", "in", "ct", "s", "k", "K", "tr", "Tr", "Đ", "PB"]
)
# A unit of these is never a unit after a year or a bare name number: "năm 2020 V"
_NOUN_DENOMINATOR = re.compile(r"[^\W\d_]+(?: (?:đêm|công|dân|khẩu|sinh|viên|nhân|bệnh|động))?")


def number_words(text: Text, start: int, match: str) -> str:
    """How a bare number is said at this place: by value, or with its leading zero as a name."""
    if len(match) > 1 and match[0] == "0" and match.isdecimal():
        return numbers.named(match) if is_name(text, start, start + len(match)) else numbers.integer(match)
    return numbers.spoken(match)


_NAMING = re.compile(
    r"(?:số|nghị quyết|chỉ thị|quyết định|thông tư|nghị định|kế hoạch|công văn|đề án|dự án|phòng|tổ|mã|tuyến|kết luận|hướng dẫn|thông báo|tờ trình|báo cáo|quy định|"
    r"chương trình|cổng|cửa|lô|ô|bảng|mẫu|biểu|phụ lục|chuyên án|đội|hầm|cầu|hotline|đài|kênh|khóa|lớp|đường|tỉnh lộ|huyện lộ|gói thầu|công điện|pháp lệnh|luật|vụ án|"
    r"trại|xưởng|ca|chốt|trạm|nhóm|bến|quầy|bàn|giường|căn|tầng|nhà|biển số|áo|chuyến bay|tàu|toa|máy|bài|đề|thửa|tờ|ngõ|hẻm|ngách|kiệt|khu|khu phố|khối|thôn|ấp|xóm|đội|zone|quy chuẩn|tiêu chuẩn)\s*(?:số\s*)?[:.]?\s*$"
)
_COUNT_AFTER = re.compile(
    r"\s+(?!(?:của|ngày|về|và|là|do|được|đã|tại|trong|có|năm|thuộc|ở|theo|với|cho|quy|trên|này|nói|khóa|tháng|mà|hay|hoặc|ra|sẽ|phải|để|khi|từ|đến|vào|bị)(?!\w))[^\W\d_]+"
)


def is_name(text: Text, start: int, end: int) -> bool:
    """Whether a number with a leading zero names something (Nghị quyết 08) and does not count (08 người)."""
    if _NAMING.search(text.before(start)):
        return True
    return not _COUNT_AFTER.match(text.after(end)) and not re.match(r"\s*[-–/%,]", text.after(end))


def signed(text: Text, i: int) -> tuple[str, int]:
    """A sign before a number at i and where the number starts: ('âm ', i + 1)."""
    c = text.raw[i]
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


def unit_at(text: Text, i: int, apart: bool = True) -> tuple[str, str, int] | None:
    """(spoken, kind, end) of a unit at i, at most one space on."""
    raw = text.raw
    gap = 1 if apart and i < len(raw) and raw[i] == " " else 0
    m = _unit().match(raw, i + gap)
    if m is None or (gap and m[0] in _GLUED_ONLY):
        return None
    if m[0] in ("m", "g", "l", "h") and gap and raw[m.end() : m.end() + 1] == ".":
        return None
    spoken, kind = _units()[m[0]]
    return spoken, kind, m.end()


def rate(text: Text, i: int, spoken: str, kind: str) -> tuple[str, int]:
    """What follows a unit after slashes: /kg, /người/tháng. Money and people are shared out (một), the rest is divided (trên)."""
    raw = text.raw
    shared = kind == "money"
    for _ in range(3):
        m = _SLASH.match(raw, i)
        if m is None:
            break
        at = m.end()
        number = _DENOMINATOR_NUMBER.match(raw, at)
        if number is not None:
            words = numbers.spoken(number[0].rstrip())
            at = number.end()
            unit = unit_at(text, at, apart=False)
            spoken += f" trên {words}" + (f" {unit[0]}" if unit else "")
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


_SLASH = re.compile(r"\s?/\s?(?=[^\W_]|°|€|\$)")
_DENOMINATOR_NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?!\d*[/.-]\d)\s?(?=[^\W\d_])")
_MULTIPLY = re.compile(r"\s?[x×*X]\s?(?=\d)")


def _tail(text: Text, end: int) -> tuple[str, str, int]:
    """What stands behind a number: big words, percent, unit with its rates. (spoken, kind, end)."""
    raw = text.raw
    big = _BIG_WORDS.match(raw, end)
    words = ""
    glued_money = _MONEY_TAIL.match(raw, end)
    if glued_money is not None:
        unit = _units()[re.sub(r"\s", " ", glued_money[0].strip())]
        spoken, end = rate(text, glued_money.end(), unit[0], "money")
        return " " + spoken, "money", end
    if big is not None:
        words, end = " " + big[0].strip().replace("tr", "triệu" if big[0].strip() == "tr" else "tr"), big.end()
    at = end + (raw[end : end + 1] == " ")
    c = raw[at : at + 1]
    if c in _PERCENT and c:
        m = re.compile(r"\s?/\s?(?=năm|tháng|quý|ngày|tuần|kỳ)").match(raw, at + 1)
        if m:
            spoken, stop = rate(text, at + 1, _PERCENT[c], "money")
            return f"{words} {spoken}", "percent", stop
        return f"{words} {_PERCENT[c]}", "percent", at + 1
    unit2 = unit_at(text, end)
    if unit2 is not None and not (
        unit2[1] == "time" and unit2[0] in raw[end : unit2[2]] and not _SLASH.match(raw, unit2[2])
    ):
        spoken, kind, end = unit2
        spoken, end = rate(text, end, spoken, kind)
        return f"{words} {spoken}", kind, end
    if words and raw[end : end + 1] == "/":
        spoken, stop = rate(text, end, words.strip(), "money")
        return " " + spoken, "money", stop
    return words, "big" if words else "", end


_MONEY_TAIL = re.compile(r"\s?(?:tr\.đồng|trđồng|tr\.đ|trđ|Tr\.đ|Trđ|tr đ|ngđ|ng\.đ)(?![^\W_])")


def _single(text: Text, start: int, match: str) -> str:
    scaled = _SCALED.match(text.raw, start)
    if scaled is not None and "," not in match:
        return numbers.spoken(scaled[1] + "," + scaled[2])
    return number_words(text, start, match)


def match_number(text: Text, i: int) -> tuple[str, int]:
    """The number written at i and where it ends; a point before one or two digits counts as a decimal where a big word follows."""
    scaled = _SCALED.match(text.raw, i)
    if scaled is not None:
        return scaled[0], scaled.end()
    m = _NUMBER.match(text.raw, i)
    assert m is not None
    return m[0], m.end()


_VERSION = re.compile(r"\d+(?:\.\d+)+(?![\d,])")
_FRACTION = re.compile(r"(\d+(?:[.,]\d+)*)\s?[/⁄∕]\s?(\d+(?:[.,]\d+)*)(?![\d/])")
_SCORE_FORM = re.compile(r"(\d{1,3})\s?[-–:]\s?(\d{1,3})(?![\d/,.]*\d|\s?[%‰])")
_FORMATION = re.compile(r"\d(?:-\d){2,4}(?![\d-])")
_SCALE = re.compile(r"(\d{1,3})\s?[:/]\s?(\d{1,3}(?:\.\d{3})+|\d{1,6})(?![\d/])")
_PROPORTION = re.compile(r"tỷ lệ|tỉ lệ|tỷ xích|bản đồ|hệ số|xác suất|tỷ số nén|pha loãng|quy hoạch")


def fraction(text: Text, i: int) -> Edit | None:
    """x/y that no date claims: 3/5 số hộ, 18/20 xã, 1/500, 24/7, 4,5/5 sao."""
    m = _FRACTION.match(text.raw, i)
    if m is None:
        return None
    top, bottom = m[1], m[2]
    behind = text.after(m.end())
    words = re.findall(r"[^\W\d_]+", behind[:24])[:2]
    between = _between(text, i, m.end(), top, bottom, behind, words)
    spoken = f"{numbers.spoken(top) if '.' not in top or numbers.NUMBER.fullmatch(top) else dotted(top)} {between} {numbers.spoken(bottom)}"
    end = m.end()
    tail, kind, stop = _tail(text, end)
    if kind in ("physical", "money", "percent"):
        spoken, end = spoken + tail, stop
    elif re.match(r"h(?!\w)", behind):
        spoken, end = spoken + " giờ", end + 1
    return Edit(i, end, spoken, "fraction")


def _between(text: Text, start: int, end: int, top: str, bottom: str, behind: str, words: list[str]) -> str:
    before = text.before(start)
    if "," in top or "." in top or (top, bottom) in (("24", "7"), ("24", "24")):
        return "trên"
    if len(top) > 1 or len(bottom) > 2:
        return "trên"
    if re.search(r"(?:nhà|số|ngõ|hẻm|ngách|kiệt|ấp|tổ|thửa|điểm|huyết áp|đường|thị lực|nhịp)\s*(?:số)?\s*$", before):
        return "trên"
    if _PARTS_OF.match(behind) and not re.match(r"\s*(?:trong tổng số)", behind):
        return "phần"
    if (
        words
        and behind[:1].isspace()
        and words[0] in COUNTED
        and not re.match(r"\s*(?:thành phố|đồng|năm nay|năm qua)", behind)
    ):
        return "trên"
    return "phần" if int(top) < int(bottom) and int(top) < 10 else "trên"


def dotted(match: str) -> str:
    """A version: 2.1 → hai chấm một."""
    return " chấm ".join(numbers.named(p) if len(p) < 4 else numbers.digits(p) for p in match.split("."))


def quantity(text: Text, i: int) -> Edit | None:
    """The general case: (sign) number (span) (big word) (unit, percent, money) (rates)."""
    raw = text.raw
    sign, at = signed(text, i)
    if at >= len(raw) or not raw[at].isdecimal() or not raw[at].isascii():
        return None
    formation = _FORMATION.match(raw, at)
    if formation is not None and not sign:
        return Edit(i, formation.end(), numbers.digits(formation[0]), "formation")
    score = _score(text, at)
    if score is not None and not sign:
        return score
    first, end = match_number(text, at)
    version = _VERSION.match(raw, at)
    if version is not None and version.end() > end and "," not in first:
        first, end = version[0], version.end()
        spoken = dotted(first)
    else:
        spoken = _single(text, at, first)
    spoken = sign + spoken
    # 5 x 7 m, 4x100m
    product = _MULTIPLY.match(raw, end)
    times = 0
    while product is not None and times < 4:
        next_number, end = match_number(text, product.end())
        spoken += " nhân " + _single(text, product.end(), next_number)
        product = _MULTIPLY.match(raw, end)
        times += 1
    tail, kind, tail_end = _tail(text, end)
    span = _SPAN.match(raw, tail_end) or (None if tail else _SPAN.match(raw, end))
    if span is not None and times == 0:
        edit = _span(text, i, spoken, tail, kind, span.end(), first)
        if edit is not None:
            return edit
    return Edit(i, tail_end, spoken + tail, kind or "number")


def _span(text: Text, i: int, spoken: str, tail: str, kind: str, at: int, first: str) -> Edit | None:
    raw = text.raw
    extra = ""
    if raw[at] in "+±":
        extra, at = ("cộng " if raw[at] == "+" else "cộng trừ "), at + 1
    second, end = match_number(text, at)
    if _AFTER_SPAN_CODE.match(raw, end):
        return None
    second_tail, second_kind, second_end = _tail(text, end)
    # 3 tháng - 5 năm: each with its own; "2 người - 500 m" are two things
    if tail and second_kind and second_kind != kind and "big" not in (kind, second_kind):
        return None
    if tail and not second_tail and kind != "percent":
        return None
    joined = f"{spoken}{tail} đến {extra}{_single(text, at, second)}{second_tail}"
    return Edit(i, second_end, joined, "span")


_AFTER_SPAN_CODE = re.compile(r"[/.]?[A-ZĐ]{2}|-\d")


def _score(text: Text, i: int) -> Edit | None:
    m = _SCORE_FORM.match(text.raw, i)
    if m is None or (i > 1 and text.raw[i - 1] in "-–:" and text.raw[i - 2].isdecimal()):
        return None
    a, b = int(m[1]), int(m[2])
    raw = text.raw
    before = text.before(i)
    around = before + " " + text.after(m.end())
    if ":" in m[0]:
        if _PROPORTION.search(before):
            return Edit(i, m.end(), f"{numbers.integer(m[1])} trên {numbers.integer(m[2])}", "proportion")
        if _SCORE.search(around):
            return Edit(i, m.end(), f"{numbers.integer(m[1])} {numbers.integer(m[2])}", "score")
        return Edit(i, m.end(), f"{numbers.integer(m[1])} trên {numbers.integer(m[2])}", "proportion")
    tail = _tail(text, m.end())[0]
    if tail or (raw[m.end() : m.end() + 1].isalpha()):
        return None
    if re.search(r"tỷ số|tỉ số|thắng|thua|hòa|dẫn|đánh bại|cầm chân|hạ|gỡ|rút ngắn|chung cuộc", before) and (
        a < 60 and b < 60
    ):
        followed = _COUNT_NOUN.match(text.after(m.end()))
        if not followed:
            return Edit(i, m.end(), f"{numbers.integer(m[1])} {numbers.integer(m[2])}", "score")
    if (
        a > b
        and a < 31
        and len(m[1]) < 3
        and not m[2].startswith("0")
        and not re.search(r"(?:từ|khoảng|số|tuổi|ngày|tháng|hàng)\s*$", before)
    ):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} {numbers.integer(m[2])}", "score")
    return None


_COUNT_NOUN = re.compile(
    r"\s+(?:người|ngày|tháng|năm|giờ|phút|lần|cái|con|bàn(?! thắng)|điểm|hộ|xã|suất|học|cán|vị|đội|tuần|triệu|tỷ|nghìn|tuổi|bậc|cấp)(?!\w)"
)


def money_before(text: Text, i: int) -> Edit | None:
    """A sign of money before its number: $1,5 triệu, US$ 20, €30, £5."""
    m = _MONEY_SIGN.match(text.raw, i)
    if m is None:
        return None
    first, end = match_number(text, m.end())
    spoken = numbers.spoken(first) if not _ENGLISH.fullmatch(first) else numbers.spoken(first.replace(",", "."))
    english = _ENGLISH_DECIMAL.match(text.raw, m.end())
    if english is not None:
        spoken, end = numbers.spoken(english[0].replace(",", "").replace(".", ",")), english.end()
    span = _SPAN.match(text.raw, end)
    if span is not None:
        at = span.end()
        second, end = match_number(text, at)
        spoken += " đến " + numbers.spoken(second)
    big = _BIG_WORDS.match(text.raw, end)
    if big is not None:
        spoken, end = f"{spoken} {big[0].strip()}", big.end()
    else:
        short = re.compile(r"[mMbBkK](?!\w)").match(text.raw, end)
        if short is not None:
            spoken, end = f"{spoken} {_SHORT_BIG[short[0].lower()]}", short.end()
    code = _units()[m[1].strip()][0]
    named = re.compile(r"\s?USD").match(text.raw, end)
    if named is not None:
        code, end = "đô la Mỹ", named.end()
    spoken, end = rate(text, end, f"{spoken} {code}", "money")
    return Edit(i, end, spoken, "money")


def bare_unit(text: Text, i: int) -> Edit | None:
    """A unit that stands without its number: km/h, m², "tính bằng kWh"."""
    if i and text.raw[i - 1].isalnum():
        return None
    m = _BARE_UNIT.match(text.raw, i)
    if m is None:
        return None
    spoken, kind = _units()[m[0]]
    if len(m[0]) < 3 and not any(c in "²³23" for c in m[0]) and _SLASH.match(text.raw, m.end()) is None:
        return None
    spoken, end = rate(text, m.end(), spoken, kind)
    return Edit(i, end, spoken, "unit")


_BARE_UNIT = re.compile(
    r"(?:[cdmk]?m[²³23]|kWh|kWp|MWp|MWh|GWh|kVA|MVA|mmHg|kcal|Mbps|Gbps|kW|MW|GW|GB|MB|MHz|GHz|kHz)(?<!/)(?![^\W_])"
    r"|(?:[mk]?g|km|m|tấn|tạ|lít|m[²³23]|đồng|USD|µg|ml|cm|kW)(?=/[^\W\d_])"
)
_SHORT_BIG = {"m": "triệu", "b": "tỷ", "k": "nghìn"}
_MONEY_SIGN = re.compile(r"(US\$|A\$|S\$|HK\$|USD|EUR|VND|VNĐ|[$€£¥₫₩₽₹])\s?(?=\d)")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+")
_ENGLISH_DECIMAL = re.compile(r"\d+\.\d{1,2}(?![\d.])")
