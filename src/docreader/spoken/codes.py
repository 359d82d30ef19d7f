"""Numbers that are names of things and not amounts: telephones, accounts, plates, houses, roads, chainage, coordinates."""

import re

from docreader.spoken import numbers
from docreader.spoken.letters import spell
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text
from docreader.spoken.units import units

_PHONE_WORD = r"(?:điện thoại|đt|đtdđ|sđt|số đt|tel|hotline|đường dây nóng|fax|di động|liên hệ|gọi|zalo|tổng đài|số máy|mobile|alo|viber|whatsapp|cđ|đd)\s*(?:số|qua số|là|theo số|:|theo)?\s*[:.(]*\s*$"
_PHONE_BEFORE = lazy(_PHONE_WORD)
_SHORT_PHONE_WORD = lazy(r"(?:^|\W)(?:đt|cđ|đd|fax|đ/c)\s*[.:]?\s*$")
_CODE_BEFORE = lazy(
    r"(?:isbn|issn|mã đề|mã ngạch|ngạch|mã số ngạch|vé số|số seri|số khung|bưu cục|mã hợp đồng|mã đơn vị [^\d.,;]{1,30}|mã số|mã số thuế|mst|mã|mã hồ sơ|cmnd|cccd|căn cước công dân|căn cước|chứng minh nhân dân|hộ chiếu|tài khoản|stk|tk|số tk|số seri|seri|sê-ri|số hiệu|imei|mã vạch|số khung|số máy|"
    r"mã bưu chính|mã bưu điện|zip|mã otp|mã sinh viên|mssv|mã định danh|định danh|số định danh|sbd|số báo danh|biển số|bks|biển kiểm soát|số thẻ|thẻ bhyt|bảo hiểm|số thuê bao|mã số doanh nghiệp|mã đơn|mã vùng|đầu số|cú pháp|gửi|tới số|số cccd|số cmnd|số hộ chiếu)"
    r"\s*(?:công dân|số|nhân dân|thuế|doanh nghiệp|cá nhân|là|hồ sơ|của [^\d]{0,30})?\s*[:.]?\s*(?:[a-zđ]{1,4}\s)?$"
)
_INTERNATIONAL = lazy(r"\(?\+\s?(\d{1,3})\)?[\s.-]?\(?(\d[\d\s.()-]{5,16}\d)")
_PHONE = lazy(
    r"""\((?:0\d{1,3}|84[\s.-]?\d{1,3})\)[\s.-]?\d[\d\s.-]{4,10}\d(?!\d)
      | 0\d{1,3}[.\s-]\d{3,4}[.\s-]?\d{3,4}(?:[.\s-]\d{2,4})?(?!\d|[.,]\d)
      | 0\d{1,3}[.\s-]\d{6,8}(?!\d|[.,]\d)
      | 0\d{2,3}[.]\d[.]\d{3}[.]\d{3}(?!\d)
      | 0[235789]\d{8,9}(?!\d|,\d)
      | 1[89]00(?:[\s.-]\d{2}){3}(?!\d)
      | 1[89]00[\s.-]?\d{6}(?!\d)
      | 1[89]00[\s.-]?\d{4}(?!\d)(?:[\s.-]\d{2}(?!\d))?|1[89]00[\s.-]?\d{2}[\s.-]?\d{2}(?!\d)""",
    re.X,
)
_GROUPED = lazy(r"\d{1,40}(?:[\s.-]\d{1,20}){0,6}(?!\d|,\d)")
_LONG_CODE = lazy(r"\d{9,}(?![\d.,])|0\d{3,}(?![.,]\d)")
_PLATE = lazy(r"(\d{2})\s?[-]?\s?([A-ZĐ]{1,2}\d?)\s?[-–. ]\s?(\d{3}\.\d{2}|\d{4,5})(?![\d])")
_FOREIGN_BEFORE = lazy(r"(?:đầu số|mã vùng|mã nước|mã quốc gia)[^.;]{0,40}$")  # đầu số lạ +224
_EMERGENCY = lazy(r"(?:11[1-9]|10[0-9]{2}|19\d{3}|1[0-9]{3}|1[89]\d{2,4})(?![\d]|[.,]\d)")
_EMERGENCY_BEFORE = lazy(
    r"(?:(?:công an|cứu hỏa|cứu hoả|cứu thương|cấp cứu|cứu nạn|tìm kiếm cứu nạn|bảo vệ trẻ em):|gọi|gọi ngay|gọi số|cảnh sát|cấp cứu|xe cấp cứu|tổng đài|đầu số|cú pháp|gửi|gửi đến|gửi tới|khẩn cấp|số khẩn cấp|cứu hỏa|chữa cháy|hotline|nhắn tin|tổng đài [^\d.,;]{1,40}|(?:khẩn cấp|gọi|số|đường dây nóng|tổng đài) 11[1-5](?:, 11[1-5])*(?:,|/| và| hoặc))\s*(?:số\s*)?$|^\s*11[1-5](?:\s?[,/]\s?11[1-5])*\s?[,/]\s?$"
)
_THOUSANDS = lazy(r"[1-9]\d{0,2}(?:\.\d{3})+")
_IP = lazy(r"\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)")
_HOUSE = lazy(r"(\d{1,4}[A-Za-z]?(?:\s?/\s?\d{1,4}[A-Za-z]?){1,4})(?![\d/])")
_HOUSE_BEFORE = lazy(
    r"(?:số|số nhà|nhà số|nhà|ngõ|hẻm|ngách|kiệt|tại|địa chỉ|ở|kiốt|lô|căn hộ|căn|phòng|đ/c|địa chỉ)\s*(?:số)?\s*:?\s*$"
)
_CHAINAGE = lazy(r"[Kk][Mm]\s?(\d{1,4})(?:\s?\+\s?(\d{1,4})(?:[.,](\d+))?)?(?!\d)")
_COORDINATES = lazy(
    r"(?:(\d{1,3}(?:[.,]\d+)?)\s?[°º]?\s?[-–]\s?)?(\d{1,3}(?:[.,]\d+)?)\s?[°º]\s?(?:(\d{1,2}(?:[.,]\d+)?)\s?['’′]\s?)?(?:(\d{1,2}(?:[.,]\d+)?)\s?(?:\"|”|″|'')\s?)?(?:(độ\s)?([NSEWBĐTU]|vĩ|kinh)(?!\w)|(?=\s?(?:vĩ|kinh|Bắc|Nam|Đông|Tây)))"
)
_BEARING = {
    "N": "bắc",
    "S": "nam",
    "E": "đông",
    "W": "tây",
    "B": "bắc",
    "Đ": "đông",
    "T": "tây",
    "vĩ": "vĩ",
    "kinh": "kinh",
}


_PLUS = lazy(r"\+(\d{1,3})(?!\d)")
_MESSAGED = lazy(r"\d{3,5}(?![\d.,/])")
_CODE = lazy(r"[\dA-Z]{1,40}(?:[\s.-]?\d{1,20}|[.-][A-Z]{1,3}\d{1,20}){0,8}(?![\d,/]\d)")
_POINTED_CODE = lazy(r"0\d?\.\d{3}(?![\d,%]|\.\d)")
_NINES = lazy(r"9999(?!\d|[.,]\d)")
_TICKET = lazy(r"\d{5,6}(?![\d.,])")
_ANY_LONG = lazy(r"\d{5,}(?![\d.,/])")


def code(text: Text, i: int) -> Edit | None:
    """Digits that are said one by one, in the groups that are written."""
    raw = text.raw
    before = text.before(i)
    m = _INTERNATIONAL.match(raw, i)
    if m is not None and len(re.sub(r"\D", "", m[2])) >= 7:
        return Edit(i, m.end(), f"cộng {numbers.digits(m[1])}, {numbers.grouped_digits(m[2])}", "phone")
    m = _PHONE.match(raw, i)
    if (
        m is not None
        and (_PHONE_BEFORE.search(before) or 8 <= len(re.sub(r"\D", "", m[0])) <= 12)
        and not re.fullmatch(r"0\d[.\s-]\d{3}[.\s-]\d{3}", m[0])
    ):
        return Edit(i, m.end(), numbers.grouped_digits(m[0]), "phone")
    if not raw[i].isdecimal():
        m = _PLUS.match(raw, i)
        if m is not None and (m[1] == "84" or _FOREIGN_BEFORE.search(before)):
            return Edit(i, m.end(), f"cộng {numbers.digits(m[1])}", "phone")
        return None
    m = _IP.match(raw, i)
    if m is not None and (
        not _THOUSANDS.fullmatch(m[0])
        or re.search(r"(?:ip|địa chỉ|máy chủ)\s*(?:ip|mạng|có địa chỉ|là)?\s*:?\s*$", before)
    ):
        return Edit(i, m.end(), " chấm ".join(numbers.digits(p) for p in m[0].split(".")), "address")
    m = _EMERGENCY.match(raw, i)
    if m is not None and (
        _EMERGENCY_BEFORE.search(before)
        or (
            re.match(r"\s*(?:,|/|và|hoặc)\s*11[1-5](?!\d)", raw[m.end() : m.end() + 10])
            and not re.search(r"\d,?\s*$", before)
        )
    ):
        return Edit(i, m.end(), numbers.digits(m[0]), "phone")
    m = _PLATE.match(raw, i)
    if m is not None and (_PLATE_BEFORE.search(before) or "." in m[3] or len(m[3]) == 5 or "biển số" in before):
        letters = re.match(r"([A-ZĐ]+)(\d?)", m[2])
        assert letters is not None
        series = spell(letters[1]) + (f" {numbers.digits(letters[2])}" if letters[2] else "")
        return Edit(i, m.end(), f"{numbers.digits(m[1])} {series} {numbers.digits(m[3])}", "plate")
    if _PHONE_BEFORE.search(before):
        m = _GROUPED.match(raw, i)
        if (
            m is not None
            and len(re.sub(r"\D", "", m[0])) >= (6 if _SHORT_PHONE_WORD.search(before) else 3)
            and not re.match(r"\s?(?:người|lần|giờ|phút|%|đồng|triệu|h\b|/)", raw[m.end() : m.end() + 8])
        ):
            return Edit(i, m.end(), numbers.grouped_digits(m[0]), "phone")
    m = _MESSAGED.match(raw, i)
    if m is not None and _MESSAGE.search(before):
        return Edit(i, m.end(), numbers.digits(m[0]), "phone")
    if _CODE_BEFORE.search(before):
        m = _CODE.match(raw, i)
        if (
            m is not None
            and len(re.sub(r"\D", "", m[0])) >= (4 if not re.search(r"(?:gửi|bảo hiểm|mã|tới số)\s*$", before) else 5)
            and "/" not in raw[m.end() : m.end() + 1]
            and not (_THOUSANDS.fullmatch(m[0]) and raw[m.end() : m.end() + 2].strip().isalpha())  # cho 1.250 hộ
        ):
            return Edit(i, m.end(), _mixed_code(m[0]), "code")
    m = _POINTED_CODE.match(raw, i)
    if m is not None:  # mã số 01.003: a quantity does not begin with a naught
        return Edit(i, m.end(), " ".join(numbers.digits(p) for p in m[0].split(".")), "code")
    m = _NINES.match(raw, i)
    if m is not None and re.search(r"(?:vàng|nhẫn)(?: [^\W\d_]+){0,3}\s$", before):
        return Edit(i, m.end(), numbers.digits(m[0]), "code")
    m = _MASKED.match(raw, i)
    if m is not None and re.search(r"[xX*]", m[0]):
        groups = re.findall(r"\d+|[xX]+", m[0])
        return Edit(i, m.end(), ", ".join(numbers.digits(g) if g.isdecimal() else spell(g) for g in groups), "phone")
    m = _TICKET.match(raw, i)
    if m is not None and _PRIZE.search(before):
        return Edit(i, m.end(), numbers.digits(m[0]), "code")
    m = _ANY_LONG.match(raw, i)
    if m is not None and _ANY_CODE.search(before):
        return Edit(i, m.end(), numbers.digits(m[0]), "code")
    m = _LONG_CODE.match(raw, i)
    if m is not None and not re.match(r"\s?(?:đồng|đ|VN|USD|%|người)", raw[m.end() : m.end() + 8]):
        return Edit(i, m.end(), numbers.digits(m[0]), "code")
    return _house(text, i, before)


# 0912.345.xxx, 1800 xxxx, 0912***678
_MASKED = lazy(r"(?:1[89]00|0\d{2,3})(?:[\s.]?(?:\d{2,4}|[xX]{2,7}|\*{2,7})){1,3}(?!\w)")
_PRIZE = lazy(r"giải (?:đặc biệt|nhất|nhì|ba|tư|năm|sáu|bảy|tám)\s*:?\s*$")
_ANY_CODE = lazy(r"(?<!\w)mã(?: [^\W\d_]+){0,3}\s*:?\s*$")
_PLATE_BEFORE = lazy(
    r"(?:biển số|bks|bs|biển kiểm soát|biển (?:xanh|đỏ|vàng|trắng)|bsx|xe|ô tô|mô tô|số|biển|container|tải|khách|biển đăng ký|biển kiểm soát số)\s*:?\s*$"
)


# nhắn tin cú pháp TD gửi 8099
_MESSAGE = lazy(
    r"(?:cú pháp|soạn tin|soạn|nhắn tin|tin nhắn)[^.;]{0,60}(?:gửi|tới|đến|gửi về)(?: số| đầu số| tổng đài| tới| đến){0,3}\s$"
)
_STANDARD_BEFORE = lazy(r"(?:tcvn|qcvn|tcxdvn|tcxd|iso|iec|iso/iec|tcn|qtđđ|haccp|astm|ieee)\s*(?:số\s*)?[:-]?\s*$")
_STANDARD = lazy(r"\d{1,6}(?:[-.]\d{1,4}){0,2}(?:\s?:\s?\d{4})?(?![\d])")


def standard(text: Text, i: int) -> Edit | None:
    """The number of a standard: TCVN 9696-1:2013, ISO 9001:2015. Number, part and year, with a breath between."""
    if not _STANDARD_BEFORE.search(text.before(i)):
        return None
    m = _STANDARD.match(text.raw, i)
    if m is None:
        return None
    return Edit(i, m.end(), ", ".join(numbers.named(p) for p in re.findall(r"\d+", m[0])), "standard")


def _mixed_code(match: str) -> str:
    return ", ".join(
        " ".join(numbers.digits(p) if p.isdecimal() else spell(p) for p in re.findall(r"\d+|[^\W\d_]+", group))
        for group in re.split(r"[\s.-]+", match)
    )


def _house(text: Text, i: int, before: str) -> Edit | None:
    """12/3B Trần Phú: each part a number, trên between, letters by their names."""
    m = _HOUSE.match(text.raw, i)
    if m is None:
        return None
    behind = text.raw[m.end() : m.end() + 12]
    parts = re.split(r"\s?/\s?", m[1])
    if len(parts) > 2 and re.fullmatch(r"(?:19|20)\d\d", parts[-1]) and len(parts) == 3:
        return None
    lettered = any(p[-1].isalpha() for p in parts)
    if not (
        _HOUSE_BEFORE.search(before)
        and (lettered or len(parts) > 2 or re.match(r"\s+(?:đường|phố|ngõ|hẻm|[A-ZĐ])", behind))
    ):
        return None
    if re.search(r"(?:nghị quyết|luật|quyết định|nghị định|thông tư) số\s*$", before):
        return None
    return Edit(i, m.end(), " trên ".join(_house_part(p) for p in parts), "house")


def _house_part(part: str) -> str:
    m = re.match(r"(\d+)([A-Za-z]?)", part)
    assert m is not None
    return numbers.named(m[1]) + (f" {spell(m[2])}" if m[2] else "")


_LETTERED = lazy(r"[A-ZĐ]{1,8}[-. ]?\d[\dA-Z]{0,23}(?:[-./]\d[\dA-Z]{0,23}){0,3}(?![^\W_])")
# The series of a certificate, a note, a passport: BK 123456, CH00123456
# What any of them begins with; most words are none.
_CODED = lazy(r"[A-ZĐ]{1,8}g?[-. ]?[A-Z]?\d")
_SERIES = lazy(r"([A-ZĐ]{1,2})\s?(\d{5,9})(?![\w.,]*\d)")
_SERIES_BEFORE = lazy(r"(?:gcn|giấy chứng nhận|qsdđ|seri|series|số hiệu|hóa đơn)\s*(?:số)?\s*:?\s*$")
# QNg 90123 TS, NA-90123-TS: fishing boats
_VESSEL = lazy(r"([A-ZĐ]{1,2}g?)[\s-]?(\d{4,5})[\s-]?TS(?![^\W_])")
# VN-A123
_AIRCRAFT = lazy(r"(VN-[A-Z])(\d{3})(?![^\W_])")
_LOT = lazy(r"[A-ZĐ]{1,4}[-.]?\d{1,3}(?:[-.]\d{1,3})?(?![^\W_])")
_LOT_BEFORE = lazy(r"(?:lô|lô đất|ô đất|ô|căn|căn hộ|liền kề|block|tòa|gói thầu)\s(?:số\s)?$")
# K12/5 Điện Biên Phủ
_ALLEY = lazy(r"K(\d{1,4}(?:/\d{1,3}){1,3})(?![\w/])")
# D10-D25, A1 - A5
_ROW_OF_MIXED = lazy(r"([A-ZĐ]{1,3})(\d{1,3})\s?[-–]\s?\1(\d{1,3})(?![\w.,/]*\d|[^\W_])")
_LETTERED_BEFORE = lazy(
    r"(?:chuyến bay|chuyến|số khung|mã hồ sơ|hồ sơ mã số|mã số|mã hợp đồng|số máy|số hiệu|tàu cá số hiệu|thẻ bhyt số|thẻ số|số thẻ|mã|mã đơn hàng|mã đơn|seri|số seri|hộ chiếu|hộ chiếu số|mã sản phẩm|biển số|biển kiểm soát|bks|tàu cá|tàu)\s*(?:số|mang số hiệu|là|:)?\s*$"
)


def lettered(text: Text, i: int) -> Edit | None:
    """A code of letters and digits where a code is spoken of: chuyến bay VN213, mã hồ sơ HS0456."""
    if _CODED.match(text.raw, i) is None or (i and text.raw[i - 1].isalnum()):
        return None
    before = text.before(i)
    m = _SERIES.match(text.raw, i)
    if (
        m is not None
        and m[1] not in units()
        and m[1] not in ("TK", "ĐT")
        and (len(m[2]) > 5 or _SERIES_BEFORE.search(before))
    ):
        return Edit(i, m.end(), _mixed_code(m[0]), "code")
    m = _VESSEL.match(text.raw, i)
    if m is not None:
        return Edit(i, m.end(), f"{spell(m[1])}, {numbers.digits(m[2])}, tê ét", "code")
    m = _AIRCRAFT.match(text.raw, i)
    if m is not None:
        return Edit(i, m.end(), f"{spell(m[1])} {numbers.digits(m[2])}", "code")
    m = _LOT.match(text.raw, i)
    if m is not None and _LOT_BEFORE.search(before):
        return Edit(i, m.end(), _parts(m[0]), "code")
    m = _ALLEY.match(text.raw, i)
    if m is not None:
        return Edit(i, m.end(), "kiệt " + " trên ".join(numbers.named(p) for p in m[1].split("/")), "house")
    m = _ROW_OF_MIXED.match(text.raw, i)
    if m is not None and int(m[2]) < int(m[3]):
        return Edit(i, m.end(), f"{_parts(m[1] + m[2])} đến {_parts(m[1] + m[3])}", "span")
    m = _LETTERED.match(text.raw, i)
    if (
        m is None
        or not _LETTERED_BEFORE.search(before)
        or (" " in m[0] and m[0].split()[0] in text.lexicon.forms and not before.endswith(("chuyến bay ", "chuyến ")))
    ):
        return None
    return Edit(i, m.end(), _mixed_code(m[0]), "code")


def _parts(match: str) -> str:
    """CN-05 → xê nờ không năm."""
    return " ".join(numbers.named(p) if p.isdecimal() else spell(p) for p in re.findall(r"\d+|[^\W\d_]+", match))


_KILOMETRES_TO = lazy(r"\s?[-–÷~→]\s?(?=[Kk][Mm]\s?\d)")


def chainage(text: Text, i: int) -> Edit | None:
    """km15+200 → ki lô mét mười lăm cộng hai trăm."""
    m = _CHAINAGE.match(text.raw, i)
    if (
        m is None
        or (i and (text.raw[i - 1].isdecimal() or text.raw[i - 1] == "/"))
        or re.match(r"\d\s?$", text.raw[max(0, i - 2) : i])
    ):
        return None
    spoken = "ki lô mét " + numbers.integer(m[1])
    if m[2]:
        spoken += f" cộng {_metres(m[2])}" + (f" phẩy {numbers.named(m[3])}" if m[3] else "")
    span = _KILOMETRES_TO.match(text.raw, m.end())
    second = chainage(text, span.end()) if span is not None else None
    if second is not None:
        return Edit(i, second.end, f"{spoken} đến {second.spoken}", "chainage")
    return Edit(i, m.end(), spoken, "chainage")


def _metres(written: str) -> str:
    """200 → hai trăm; 050 → không trăm năm mươi; 00, 005 → digit by digit."""
    if written[0] != "0":
        return numbers.integer(written)
    value = int(written)
    return f"không trăm {numbers.integer(str(value))}" if len(written) == 3 and value > 9 else numbers.digits(written)


def coordinates(text: Text, i: int) -> Edit | None:
    """21°51'30"N → hai mươi mốt độ năm mươi mốt phút ba mươi giây bắc."""
    plain = _PLAIN_DEGREES.match(text.raw, i)
    if plain is not None and (_PLACE_BEFORE.search(text.before(i)) or _POINT_OF_TWO.match(text.raw, i)):
        first, side, last, bearing = plain.groups()
        if side and side != bearing:  # 18,5N-110,2E: a point, not a span
            first, last, bearing, end = None, first, side, plain.end(2)
        else:
            end = plain.end()
        spoken = f"{_angle(first)} đến {_angle(last)}" if first else _angle(last)
        said = re.search(r"(?:vĩ|kinh) (?:độ|tuyến)(?: \d[\d.,]*(?:,| và| đến))*\s*$", text.before(i))
        return Edit(i, end, f"{spoken} độ {'' if said else _CIRCLE[bearing]}{_BEARING[bearing]}", "coordinates")
    point = _POINT.match(text.raw, i)
    if point is not None and _POINT_BEFORE.search(text.before(i)):
        return Edit(i, point.end(), f"{numbers.integer(point[1])} chấm {numbers.digits(point[2])}", "coordinates")
    angle = _ANGLE.match(text.raw, i)
    if angle is not None and not _BEARING_AHEAD.match(text.raw, angle.end()):
        minutes = f" {_angle(angle[2])} phút" if angle[3] or angle[2].strip("0") else ""
        seconds = f" {_angle(angle[3])} giây" if angle[3] else ""
        return Edit(i, angle.end(), f"{_angle(angle[1])} độ{minutes}{seconds}", "coordinates")
    m = _COORDINATES.match(text.raw, i)
    if m is None or not (m[3] or m[6] or re.match(r"\s?(?:vĩ|kinh|Bắc|Nam|Đông|Tây)", text.raw[m.end() :][:8])):
        return None
    spoken = f"{_angle(m[1])} đến {_angle(m[2])} độ" if m[1] else f"{_angle(m[2])} độ"
    if m[3]:
        spoken += f" {_angle(m[3])} phút"
    if m[4]:
        spoken += f" {_angle(m[4])} giây"
    if m[6]:
        # Degrees alone are those of a weather report: mười hai độ vĩ bắc.
        circle = "" if m[3] or re.search(r"(?:vĩ|kinh) (?:độ|tuyến)\s*$", text.before(i)) else _CIRCLE.get(m[6], "")
        spoken += f" {circle}{_BEARING.get(m[6], spell(m[6]))}"
    return Edit(i, m.end(), spoken, "coordinates")


# 111°00' và 112°20' kinh Đông
_ANGLE = lazy(r"(\d{1,3})\s?[°º]\s?(\d{1,2}(?:[.,]\d+)?)\s?['’′](?!['’′])\s?(?:(\d{1,2}(?:[.,]\d+)?)\s?(?:\"|”|″|''))?")
_BEARING_AHEAD = lazy(r"\s?(?:[NSEWBĐTU](?!\w)|vĩ|kinh|độ|Bắc|Nam|Đông|Tây|\d)")
# vĩ tuyến 17-22N, 18,5N-110,2E
_PLAIN_DEGREES = lazy(
    r"(?:(\d{1,3}(?:[.,]\d{1,4})?)\s?([NSEW])?\s?[-–]\s?)?(\d{1,3}(?:[.,]\d{1,4})?)\s?([NSEW])(?![^\W_])"
)
_POINT_OF_TWO = lazy(r"\d{1,2}[.,]\d{1,4}\s?[NS]\s?[-–;,]\s?\d{2,3}[.,]\d{1,4}\s?[EW](?![^\W_])")
_POINT = lazy(r"(\d{1,3})\.(\d{3,8})(?![\d.])")
_PLACE_BEFORE = lazy(
    r"(?<!\w)(?:(?:vĩ|kinh) (?:độ|tuyến)|tọa độ|toạ độ|tâm bão|tâm áp thấp|áp thấp nhiệt đới|atnđ|vùng nguy hiểm|vị trí)(?:[^.;]|\.\d){0,60}$"
)
_POINT_BEFORE = lazy(r"(?:(?:vĩ|kinh) độ|tọa độ|toạ độ|gps)(?: là)?[\s:(]*[\d.,;\s]*$")
_CIRCLE = {"N": "vĩ ", "S": "vĩ ", "B": "vĩ ", "E": "kinh ", "W": "kinh ", "Đ": "kinh "}


def _angle(match: str) -> str:
    return numbers.spoken(match.replace(".", ",")) if "." in match else numbers.spoken(match)
