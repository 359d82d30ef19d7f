"""Numbers with letters in them that are read in a way of their own: cao 1m55, vàng 24K, tour 4N3Đ, Windows 24H2, gấp 10x."""

from docreader.spoken import numbers
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_METRES = lazy(r"(\d{1,3})m(\d\d?)(?!\w|[.,/]\d)")
_KILOMETRES = lazy(r"(\d{1,3})km([14-9]|\d{3})(?!\w|[.,/]\d)")  # 2km5, 1km200; but 5km2
_AGE = lazy(r"(\d{1,3})t(?=[,)]|$)")  # (45t); nam, 67t, vào viện
_AGED_BEFORE = lazy(r"(?<!\w)(?:nam|nữ|anh|chị|ông|bà|cháu|bé|em|bn|bệnh nhân)(?: [^\W\d_]+){0,4},?\s\(?$")
_POINTS = lazy(r"(\d{1,2}(?:,\d{1,2})?)đ(?![\w/])")  # điểm chuẩn 24,5đ
_POINTS_BEFORE = lazy(r"(?<!\w)(?:điểm|môn)(?!\w)[^.;\d]{0,40}(?:\d{1,2}(?:,\d{1,2})?đ[^.;\d]{0,25})?$")
_MONTHS = lazy(r"(\d{1,2})th(?!\w)")  # bảo hành 24th
_MONTHS_BEFORE = lazy(r"(?<!\w)(?:bảo hành|kỳ hạn|thời hạn|trả góp|vay|trong|sau|gói|hạn)\s$")
_HEIGHT_BEFORE = lazy(r"(?<!\w)(?:cao|ngập|ngập sâu|sâu|trẻ|trẻ em|trẻ nhỏ|em bé)(?!\w)[^.;!?m²]{0,30}$")
_GIRTHS = lazy(r"(\d{2,3})-(\d{2,3})-(\d{2,3})(?![\d-])")
_GIRTHS_BEFORE = lazy(r"số đo(?: [^\W\d_]+){0,3}:?\s$")
_KARATS = lazy(r"(8|9|10|14|15|16|18|20|22|24)[Kk](?!\w)")
_GOLD_BEFORE = lazy(r"(?<!\w)(?:vàng|nhẫn|trang sức|nữ trang|bạc|kim hoàn)(?!\w)[^.;!?]{0,40}$")
_DAYS_AND_NIGHTS = lazy(r"(\d{1,2})N\s?-?\s?(\d{1,2})[ĐD](?!\w)")
_HALF_YEAR = lazy(r"(1[5-9]|2\d)H([12])(?!\w)")
_TIMES = lazy(r"(\d{1,4}(?:,\d{1,2})?)[xX](?!\w)")
_TIMES_BEFORE = lazy(
    r"(?<!\w)(?:gấp|tăng|nhân|nhanh|lãi|lợi nhuận|sinh lời|tốc độ|đòn bẩy|thưởng)(?: [^\W\d_]+){0,2}\s$"
)
_FRACTION_OF_SERIES = lazy(r"(\d{1,2})/(\d{1,2})(?=[):]|$)")
_SERIES_BEFORE = lazy(
    r"(?:^|(?<!\w)(?:bài|bài viết|kỳ|phần|trang|ảnh|hình|tập|video|tiếp theo)\s?)\($|(?:^|\()(?:bài|kỳ|phần|tập)\s$"
)


def glued(text: Text, i: int) -> Edit | None:
    """A number at i with letters stuck in it."""
    raw = text.raw
    m = _METRES.match(raw, i)
    # 5m2, 5m3: square and cubic metres; but ngập 1m2
    if m is not None and (m[2] not in ("2", "3") or (len(m[1]) == 1 and _HEIGHT_BEFORE.search(text.before(i)))):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} mét {numbers.named(m[2])}", "quantity")
    m = _KILOMETRES.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), f"{numbers.integer(m[1])} ki lô mét {numbers.named(m[2])}", "quantity")
    m = _AGE.match(raw, i)
    if m is not None and (raw[i - 1 : i] == "(" or _AGED_BEFORE.search(text.before(i))):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} tuổi", "quantity")
    m = _POINTS.match(raw, i)
    if m is not None and _POINTS_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), f"{numbers.spoken(m[1])} điểm", "quantity")
    m = _MONTHS.match(raw, i)
    if m is not None and _MONTHS_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} tháng", "duration")
    m = _KARATS.match(raw, i)
    if m is not None and _GOLD_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} ca", "quantity")
    m = _DAYS_AND_NIGHTS.match(raw, i)
    if m is not None and abs(int(m[1]) - int(m[2])) < 2:
        return Edit(i, m.end(), f"{numbers.integer(m[1])} ngày {numbers.integer(m[2])} đêm", "duration")
    m = _HALF_YEAR.match(raw, i)
    if m is not None:
        return Edit(i, m.end(), f"{numbers.integer(m[1])} hát {numbers.integer(m[2])}", "mixed")
    m = _TIMES.match(raw, i)
    if m is not None and _TIMES_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), f"{numbers.spoken(m[1])} lần", "quantity")
    m = _GIRTHS.match(raw, i)
    if m is not None and _GIRTHS_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), ", ".join(numbers.integer(girth) for girth in m.groups()), "quantity")
    m = _FRACTION_OF_SERIES.match(raw, i)
    if m is not None and int(m[1]) <= int(m[2]) and _SERIES_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), f"{numbers.integer(m[1])} trên {numbers.integer(m[2])}", "fraction")
    return None
