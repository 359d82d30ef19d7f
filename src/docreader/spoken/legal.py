"""Document numbers of the State (99/2019/NĐ-CP, 156/QĐ-UBND, 80/2015/QH13) and of the Party (11-NQ/TU).

Forms after Nghị định 30/2020/NĐ-CP, Phụ lục III, and Hướng dẫn 36-HD/VPTW (05-HD/VPTW).
"""

import re
from functools import cache

from docreader.spoken import numbers
from docreader.spoken.letters import UPPER, spell
from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_CODE = r"[A-ZĐƯÂÊÔ][A-Za-zĐđƯưÂÊÔ&.]*\d{0,2}"
_NO = r"(\d{1,3}\.\d{3}(?=/)|\d{1,6}[a-zA-Z]?)"
_HY = r"\s?[-–—‐‒−]\s?"
_YEAR = r"(?:\s?/\s?((?:19|20)\d\d))"
# 99/2019/NĐ-CP, 156/QĐ-UBND, 51/2015/TTLT-BYT-BNV, 1234/BGDĐT-VP
_STATE = lazy(rf"{_NO}{_YEAR}?\s?/\s?({_CODE})((?:{_HY}{_CODE}){{1,6}})(?![^\W_]|/[a-zđ])")
# 80/2015/QH13, 55/2019/UBTVQH14, 05/2024/L-CTN
_LAW = lazy(rf"{_NO}{_YEAR}?\s?/\s?(NQ{_HY})?(QH|UBTVQH)\s?(\d{{1,2}}|[IVX]{{1,5}}|K\d{{1,2}})(?![^\W_])")
# 11-NQ/TU, 132-QĐ/TW
_PARTY = lazy(rf"{_NO}{_HY}({_CODE})\s?/\s?({_CODE}(?:[-/]{_CODE})?)(?![^\W_])")
# 1234/UBND, 15/TB
_BARE = lazy(rf"{_NO}{_YEAR}?\s?/\s?({_CODE})(?![^\W_]|/\d)")
_NQ_DASH = lazy(rf"(\d{{1,5}})({_HY})(SL|NQ|CT|KL|QĐ|QĐi|QyĐ|TB|HD|KH|CTr|BC|TTr|CV|ĐA|QC)(?![^\W_]|/)")
# QĐ-UBND without a number, NĐ-CP
_PAIR = lazy(rf"({_CODE})[-–]({_CODE})(?![^\W_])")
_NUMBERED = lazy(r"(?:số|№)\s*:?\s*$")


@cache
def _types() -> dict[str, tuple[str, str]]:
    """Code → (State's name of the type, the Party's)."""
    return {code: (row[0], row[1] if len(row) > 1 and row[1] else row[0]) for code, row in table("documents").items()}


@cache
def _issuers() -> dict[str, tuple[str, str]]:
    return {code: (row[0], row[1] if len(row) > 1 else "state") for code, row in table("issuers").items()}


def _issuer(text: Text, code: str) -> str | None:
    """The body behind a code: from the table, from the abbreviations, or None."""
    code = code.strip()
    for form in (code, code.replace("&", ""), code.replace(".", "")):
        known = _issuers().get(form)
        if known:
            return known[0]
    for form in (code, code.replace("&", "")):
        for entry in text.lexicon.forms.get(form, ()):
            if entry.free and entry.spoken not in ("=", "*"):
                return entry.spoken
    return None


def _type_before(text: Text, i: int, names: tuple[str, str]) -> bool:
    """Whether the noun of the type stands before the number: Nghị quyết (số) 11-NQ/TU, also at the head of a list."""
    before = text.before(i)
    if _NOUN_BEFORE.search(before) or _SHORT_BEFORE.search(text.raw[max(0, i - 16) : i]):
        return True
    code = _CODE_BEFORE.search(text.raw[max(0, i - 16) : i])
    if code is not None and _types().get(code[1]) == names:
        return True
    return any(name and name in before and _LIST_BEFORE.search(before[before.rfind(name) :]) for name in names)


_NOUNS = (
    "nghị quyết|nghị định|quyết định|chỉ thị|thông tư liên tịch|thông tư|thông tri|luật|bộ luật|pháp lệnh|kế hoạch|công văn|báo cáo|tờ trình|hướng dẫn|"
    "thông báo|kết luận|quy định|quy chế|chương trình|đề án|phương án|dự án|công điện|lệnh|văn bản|hợp đồng|biên bản|giấy mời|thông cáo|công bố|văn bản hợp nhất|"
    "giấy phép|giấy chứng nhận|phiếu chuyển|sắc lệnh|hiến pháp|hướng dẫn liên ngành|kế hoạch liên tịch|chương trình hành động|nghị quyết liên tịch|bản án|quyết định thi hành án|cáo trạng|giấy giới thiệu|giấy ủy quyền"
)
_NOUN_BEFORE = lazy(
    rf"(?:{_NOUNS})(?:(?:\s+[^\W\d_]+){{1,3}}\s+(?=số)|\s+(?:thanh tra|kiểm tra|điều tra|làm việc|kiểm toán|liên tịch|chung|này|liên ngành|hành chính|phối hợp|hành động|cá biệt|sửa đổi))?\s*(?:số|mang số|có số)?\s*:?\s*[“\"(]?$"
)
# Nghị định 30/2020, NĐ 30/2020
_NUMBER_YEAR = lazy(r"(\d{1,5})\s?/\s?((?:19|20)\d\d)(?![\d/]|\s?/\s?[A-ZĐ]|-[A-ZĐ])")
_SHORT_BEFORE = lazy(r"(?:TTLT|VBHN|TT|NĐ|QĐ|NQ|CT|KH|CV|BC|TTr|HD|TB|KL|CTr|ĐA|CĐ)\.?\s*(?:số|SỐ|Số)?\s*:?\s*$")
_CODE_BEFORE = lazy(r"(?<![^\W_])([A-ZĐ][A-Za-zĐđ]{0,3})\.?\s*(?:số|Số|SỐ)?\s*:?\s*$")
# Điều 3.3.LQ.1 of the codified laws
_CODIFIED = lazy(r"\d{1,3}(?:\.\d{1,3}){1,3}\.[A-ZĐ]{1,4}(?:\.\d{1,3}){1,3}(?![\w]|\.\d)")
_LIST_BEFORE = lazy(r"^[^.!?()]*?\d[^.!?()]*(?:,|;|và|hoặc|đến|hay|-)\s*(?:số\s*:?\s*)?$")


def _number(match: str, leading_name: bool = True) -> str:
    if "." in match:
        return numbers.spoken(match)
    m = re.match(r"(\d+)([a-zA-Z]?)", match)
    assert m is not None
    said = numbers.named(m[1]) if leading_name else numbers.integer(m[1])
    return said + (f" {spell(m[2])}" if m[2] else "")


def document(text: Text, i: int) -> Edit | None:
    """A document number that begins at i; the type is said only where no noun says it before."""
    raw = text.raw
    m = _NUMBER_YEAR.match(raw, i)
    if m is not None and (_NOUN_BEFORE.search(text.before(i)) or _SHORT_BEFORE.search(raw[max(0, i - 16) : i])):
        return Edit(i, m.end(), f"{_number(m[1])} năm {numbers.cardinal(int(m[2]))}", "document")
    m = _CODIFIED.match(raw, i)
    if m is not None:
        parts = (numbers.integer(part) if part.isdecimal() else spell(part) for part in m[0].split("."))
        return Edit(i, m.end(), " chấm ".join(parts), "article")
    return _law(text, i, raw) or _state(text, i, raw) or _party(text, i, raw) or _bare(text, i, raw)


def _law(text: Text, i: int, raw: str) -> Edit | None:
    m = _LAW.match(raw, i)
    if m is None:
        return None
    term = m[5].lstrip("K")
    spoken_term = (
        numbers.cardinal(numbers.roman(term) or int(term)) if term.isdecimal() or numbers.roman(term) else spell(term)
    )
    body = "Quốc hội" if m[4] == "QH" else "Ủy ban Thường vụ Quốc hội"
    head = ""
    if m[3] and not _type_before(text, i, ("nghị quyết", "nghị quyết")):
        head = "nghị quyết "
    return Edit(
        i,
        m.end(),
        f"{head}{_number(m[1])}{_of_year(m[2])}{_by(text, m.end(), [f'{body} khóa {spoken_term}'])}",
        "document",
    )


def _of_year(match: str | None) -> str:
    return f" năm {numbers.cardinal(int(match))}" if match else ""


def _state(text: Text, i: int, raw: str) -> Edit | None:
    m = _STATE.match(raw, i)
    if m is None:
        return None
    number, year, first = m[1], m[2], m[3]
    rest = [c for c in re.split(_HY, m[4]) if c]
    types = _types().get(first)
    end = m.end()
    if types is None:
        court = _court(first, rest)
        if court:
            return Edit(i, end, f"{_number(number)}{_of_year(year)}, {court}", "document")
        # An official letter: 1234/BGDĐT-VP; its drafting unit is not said.
        issuer = _issuer(text, first)
        tail = (
            _by(text, end, [issuer])
            if issuer
            else " " + ", ".join([_spelled(text, first), *(_spelled(text, c) for c in rest)])
        )
        return Edit(i, end, f"{_number(number)}{_of_year(year)}{tail}", "document")
    law = re.fullmatch(r"(QH|UBTVQH)(\d{1,2})", rest[0])
    if law is not None:
        body = "Quốc hội" if law[1] == "QH" else "Ủy ban Thường vụ Quốc hội"
        issuers = [f"{body} khóa {numbers.cardinal(int(law[2]))}", *(_spelled(text, c) for c in rest[1:])]
    else:
        issuers = []
        joint = first in (
            "TTLT",
            "NQLT",
            "KHLT",
            "QCLT",
            "HDLT",
            "CTLT",
            "QCPH",
            "CTrPH",
            "CTPH",
            "KHPH",
            "TTLN",
            "HDLN",
            "TT",
            "NĐ",
        )
        for n, code in enumerate(rest):
            known = _issuer(text, code)
            kind = _issuers().get(code, ("", "state"))[1]
            if n and not joint and (kind == "unit" or known is None or first not in ("NQ",)):
                break  # 156/QĐ-UBND-NC: the unit that drafted it
            if kind == "unit":
                break
            issuers.append(known or _spelled(text, code))
    of = _by(text, end, issuers)
    if _type_before(text, i, types):
        return Edit(i, end, f"{_number(number)}{_of_year(year)}{of}", "document")
    if _NUMBERED.search(text.before(i)):
        return Edit(i, end, f"{_number(number)}{_of_year(year)}, {types[0]}{of}", "document")
    return Edit(i, end, f"{types[0]} {_number(number)}{_of_year(year)}{of}", "document")


_CASES = {"HS": "hình sự", "DS": "dân sự", "HC": "hành chính", "HNGĐ": "hôn nhân và gia đình", "HNGD": "hôn nhân và gia đình", "HN": "hôn nhân", "KDTM": "kinh doanh thương mại", "LĐ": "lao động"}  # fmt: skip
_INSTANCES = {"ST": "sơ thẩm", "PT": "phúc thẩm", "GĐT": "giám đốc thẩm", "TT": "tái thẩm", "QĐST": "sơ thẩm", "QĐPT": "phúc thẩm"}  # fmt: skip


def _court(first: str, rest: list[str]) -> str:
    """The kind of a judgment: 15/2024/HS-ST, 01/2024/QĐST-HNGĐ."""
    if first in _CASES and rest[-1] in _INSTANCES:
        return f"{_CASES[first]} {_INSTANCES[rest[-1]]}"
    return f"{_INSTANCES[first]} {_CASES[rest[0]]}" if first in ("QĐST", "QĐPT") and rest[0] in _CASES else ""


# … ngày 05/3/2020 của Bộ Nội vụ: the text itself says who issued it.
_BY_ISSUER = lazy(
    rf",?\s{{0,2}}(?:,?\s?(?:ký\s)?ngày\s{{0,2}}[\d/.-]{{1,12}}(?:\stháng\s\d{{1,2}})?(?:\snăm\s\d{{4}})?,?\s{{0,2}})?(?:của|CỦA)\s(?:[{UPPER}]|ủy ban|hội đồng|liên bộ|đảng ủy|huyện ủy|tỉnh ủy|ban)"
)


def _by(text: Text, end: int, issuers: list[str]) -> str:
    """Who issued it, unless the text goes on to say so: … TT-BTTTT của Bộ Thông tin và Truyền thông."""
    if not issuers or _BY_ISSUER.match(text.raw, end):
        return ""
    return " của " + ", ".join(issuers)


def _spelled(text: Text, code: str) -> str:
    return _issuer(text, code) or spell(code)


def _party(text: Text, i: int, raw: str) -> Edit | None:
    m = _PARTY.match(raw, i)
    if m is None:
        return None
    types = _types().get(m[2])
    issuer = _party_issuer(text, m[3])
    number = _number(m[1])
    if types is None:
        name = _issuer(text, m[2])
        return (
            Edit(i, m.end(), f"{number}, {name or spell(m[2])} {issuer}", "document") if name or len(m[2]) > 1 else None
        )
    if _type_before(text, i, types) or _NOUN_BEFORE.search(text.before(i)):
        return Edit(i, m.end(), number + _by(text, m.end(), [issuer]), "document")
    head = "" if _NUMBERED.search(text.before(i)) else "số "
    return Edit(i, m.end(), f"{head}{number}, {types[1]} {issuer}", "document")


def _party_issuer(text: Text, code: str) -> str:
    parts = re.split(r"[-/]", code)
    return " ".join(_issuer(text, p) or spell(p) for p in parts)


def _bare(text: Text, i: int, raw: str) -> Edit | None:
    """1234/UBND, 15/TB: one code behind the slash; only where a document is spoken of."""
    m = _BARE.match(raw, i)
    if m is None:
        m = _NQ_DASH.match(raw, i)
        if m is not None and m[3] in _types():
            types = _types()[m[3]]
            if _type_before(text, i, types):
                return Edit(i, m.end(), _number(m[1]), "document")
            return Edit(i, m.end(), f"{_number(m[1])}, {types[1]}", "document")
        return None
    before = text.before(i)
    if not (_NOUN_BEFORE.search(before) or _NUMBERED.search(before) or m[2]):
        return None
    types_or_none = _types().get(m[3])
    issuer = _issuer(text, m[3]) if types_or_none is None else _issuers().get(m[3], (None,))[0]
    if types_or_none and (
        issuer is None
        or m[3] in ("TB", "BC", "KH", "NQ", "QĐ", "CT", "TTr", "HD", "BB", "CV", "CTr", "ĐA", "NĐ", "TT", "GM", "VBHN")
    ):
        number = f"{_number(m[1])}{_of_year(m[2])}"
        if _type_before(text, i, types_or_none):
            return Edit(i, m.end(), number, "document")
        return Edit(i, m.end(), f"{number}, {types_or_none[0]}", "document")
    if issuer and issuer.startswith(("hợp đồng", "biên bản", "giấy", "quyết định")):
        # Hợp đồng số 05/2024/HĐKT: what kind of contract, where that does not stand before it
        kind = issuer.partition(" ")[2].partition(" ")[2] if issuer.startswith("hợp đồng ") else ""
        said = kind and kind not in before
        return Edit(i, m.end(), f"{_number(m[1])}{_of_year(m[2])}{f' {kind}' if said else ''}", "document")
    if issuer:
        return Edit(i, m.end(), f"{_number(m[1])}{_of_year(m[2])} của {issuer}", "document")
    if m[2] or _NOUN_BEFORE.search(before):
        return Edit(i, m.end(), f"{_number(m[1])}{_of_year(m[2])} {spell(m[3])}", "document")
    return None


_CODES = lazy(rf"({_CODE})([-–/])({_CODE})(?![^\W_]|[-/&.][^\W_])")


def pair(text: Text, i: int) -> Edit | None:
    """NĐ-CP, QĐ-UBND, NQ/TW without a number: the type and who issued it."""
    m = _CODES.match(text.raw, i)
    if m is None:
        return None
    types = _types().get(m[1])
    known = _issuers().get(m[3])
    if types is None or known is None or (m[2] == "/" and known[1] != "party"):
        return None
    name = types[1] if m[2] == "/" else types[0]
    if name not in (
        "nghị quyết",
        "nghị định",
        "quyết định",
        "chỉ thị",
        "thông tư",
        "kế hoạch",
        "kết luận",
        "hướng dẫn",
        "quy định",
        "thông báo",
        "báo cáo",
        "tờ trình",
    ):
        return None
    if m[1] in ("TT", "CT", "KH", "BC", "TB", "HD") and m[3] not in (
        "CP",
        "TTg",
        "TW",
        "TU",
        "UBND",
        "BTC",
        "BYT",
        "BCA",
    ):
        return None
    return Edit(i, m.end(), f"{name} {'của ' if m[2] != '/' else ''}{known[0]}", "document")
