"""What keeps the expansion of an abbreviation from repeating the words that stand beside it."""

from docreader.spoken.letters import LETTER
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Text

# Their second word is not the expansion's first: cán bộ BĐBP, thi công CT.
_WHOLE = lazy(
    r"(?<!\w)(?:(?:cán|nội|toàn|chi|đảng|tiến|đi|đường|cục|bản) bộ|(?:thi|khởi|gia|nhân|tiến|tấn|đình|phân|thành|thủ|phi|bãi|ngày|hoàn) công|"
    r"(?:thông|cảnh|dự|tình|tờ|nhà) báo|(?:tài|hành|bưu) chính|(?:phòng|giao|các) ban|quân đội|(?:vật|hóa|tính|bản|phẩm) chất|(?:cơ|văn|xuất|thôn) bản|"
    r"(?:xã|đại|chi|lễ|quốc) hội|(?:nông|nhân|người|công|cư) dân|(?:ngân|khách) hàng|(?:kinh|thực|quốc|y) tế|(?:tham|chuyên) gia|ngành y|trụ sở|"
    r"(?:học|vệ) sinh|văn hóa|hàng hóa)$"
)

_WORDS_BEFORE = lazy(LETTER + r"+(?: " + LETTER + r"+)*(?= $)")


def unrepeated(text: Text, start: int, end: int, spoken: str) -> str:
    """An expansion without the words that stand beside it already: Chỉ số CPI, Trung tâm CDC, VPTW Đảng."""
    words = spoken.split()
    if len(words) < 2 or words[0].lower().rstrip(",") == "phòng":  # Phòng PCCC: the office and what it works against
        return spoken
    before = _WORDS_BEFORE.search(text.low[max(0, start - 40) : start])
    if before is not None:
        said = before[0].split()
        for n in range(min(len(said), len(words) - 1, 4), 0, -1):
            if said[-n:] == [w.lower().rstrip(",") for w in words[:n]] and not (
                n == 1 and _WHOLE.search(" ".join(said[-2:]))
            ):
                words = words[n:]
                break
    for n in (3, 2, 1):  # TTg Chính phủ, NNCĐDC da cam
        tail = " ".join(words[-n:])
        if len(words) > n and (n > 1 or tail[:1].isupper()) and _follows(text, end, tail):
            return " ".join(words[:-n])
    return " ".join(words)


def _follows(text: Text, end: int, words: str) -> bool:
    stop = end + 1 + len(words)
    return (
        text.raw[end : end + 1] == " " and text.raw[end + 1 : stop] == words and not text.raw[stop : stop + 1].isalnum()
    )
