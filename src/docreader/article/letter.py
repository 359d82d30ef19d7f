"""The head of an official letter in the order in which Nghị định 30/2020/NĐ-CP numbers its parts, and its title."""

import re
from dataclasses import replace

from docreader.article.metadata import iso
from docreader.article.model import Block

_NATION = re.compile(r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN VIỆT NAM")
_MOTTO = re.compile(r"Độc lập\s*[-–—]\s*Tự do\s*[-–—]\s*Hạnh phúc", re.I)
_NUMBER = re.compile(r"Số\s*:?\s*[\d….]*\s*(?:/[\w.…/-]+|-[A-ZĐ][\w./-]+)")
_DATE = re.compile(r"[\w\s.]{2,40},\s*ngày\s*[\d….]*\s*tháng\s*[\d….]*\s*năm\s*\d{4}", re.I)
_SUBJECT = re.compile(r"V/v\b:?|Về việc\b")
_TYPE = re.compile(
    r"(?:NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|QUY CHẾ|QUY ĐỊNH|THÔNG CÁO|THÔNG BÁO|HƯỚNG DẪN|CHƯƠNG TRÌNH|KẾ HOẠCH|PHƯƠNG ÁN|ĐỀ ÁN|DỰ ÁN|BÁO CÁO|"
    r"BIÊN BẢN|TỜ TRÌNH|HỢP ĐỒNG|CÔNG ĐIỆN|GIẤY MỜI|THƯ MỜI|NGHỊ ĐỊNH|THÔNG TƯ|LUẬT|KẾT LUẬN|LỜI KÊU GỌI)\b"
)
_RULE = re.compile(r"[\W_]+")
# The head is in the first so many blocks, or this is no letter.
_HEAD = 14


def arranged(found: list[Block]) -> tuple[str, str, list[Block]]:
    """(title, date as ISO 8601, blocks) of a document whose head is one of an official letter; the title is empty for
    any other, whose blocks come back as they are."""
    head = found[:_HEAD]
    nation = next((block for block in head if _NATION.search(block.text)), None)
    number = next((block for block in head if _NUMBER.match(block.text)), None)
    if nation is None or number is None:
        return "", "", found
    motto = next((block for block in head if _MOTTO.search(block.text) and block is not nation), None)
    date = next((block for block in head if _DATE.fullmatch(block.text)), None)
    parts = [nation, motto, number, date]
    end = max(index for index, block in enumerate(head) if any(block is part for part in parts))
    issuers = [
        block
        for block in head[: end + 1]
        if block.text.isupper() and not any(block is part for part in parts) and not _TYPE.match(block.text)
    ]
    between = [
        block
        for block in head[: end + 1]
        if not any(block is part for part in [*parts, *issuers]) and not _RULE.fullmatch(block.text)
    ]
    rest = [*between, *found[end + 1 :]]
    title, rest = _title(rest)
    ordered = [block for block in (nation, motto, *issuers, number, date) if block is not None]
    kept = [replace(block, kind="paragraph", level=0) for block in ordered]
    return title, iso(date.text) if date else "", kept + rest


def _title(rest: list[Block]) -> tuple[str, list[Block]]:
    """The subject (V/v …) of a letter, or the kind of a document with what it is about below."""
    for index, block in enumerate(rest[:6]):
        if _SUBJECT.match(block.text):
            return block.text, rest[:index] + rest[index + 1 :]
        if _TYPE.match(block.text) and len(block.text) < 200:
            after = rest[index + 1] if index + 1 < len(rest) else None
            if after is not None and block.text.isupper() and len(after.text) < 300 and after.text[-1] not in ".;:,":
                return f"{block.text} {after.text}", rest[:index] + rest[index + 2 :]
            return block.text, rest[:index] + rest[index + 1 :]
    return "", rest
