"""An expansion is not repeated when the text gives it itself: "Hội đồng nhân dân (HĐND)" is read once."""

import re
import unicodedata

from docreader.spoken import numbers
from docreader.spoken.letters import LETTER, new_placement
from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy
from docreader.spoken.text import WINDOW, Edit, Text

_SHORT = lazy(r"\(\s?[“\"]?([^\W\d_][^()\s]{0,20}[^\W\d_])[”\"]?\s?\)")
_LONG = lazy(r"\(([^()]{6,90})\)")
_LONG_OR_SHORT = lazy(r"\(\s?([^()\d]{2,90})\)")
_WORD = lazy(LETTER + "+")


def once(text: Text, i: int) -> Edit | None:
    """The bracket at i, when it only repeats what stands before it."""
    if text.raw[i] != "(":
        return None
    amount = _in_words(text, i)
    if amount is not None:
        return amount
    m = _SHORT.match(text.raw, i)
    if m is not None and (m[1].isupper() or m[1] in table("full") or sum(c.isupper() for c in m[1]) > 1):
        before = [_plain(w) for w in _WORD.findall(text.raw[max(0, i - WINDOW) : i])]
        if _repeats(text, m[1], before):
            return Edit(i, m.end(), "", "once")
        return None
    m = _LONG.match(text.raw, i)
    if m is not None:
        short = re.search(r"([A-ZĐƯ][\w&.-]*[A-ZĐƯ])\s*$", text.raw[max(0, i - 24) : i])
        if short is not None:
            inside = [_plain(w) for w in _WORD.findall(m[1])]
            for entry in text.lexicon.find(short[1]):
                if [_plain(w) for w in entry.spoken.split()] == inside:
                    return Edit(i, m.end(), "", "once")
    return None


# 05 (năm) người, 15.000.000 (mười lăm triệu) đồng
_AMOUNT = lazy(r"(?<![\w.,/-])(\d[\d.,]*)\s?$")
_SAME = str.maketrans({",": None, ".": None})


def _in_words(text: Text, i: int) -> Edit | None:
    """A bracket that says in words the number before it."""
    m = _LONG_OR_SHORT.match(text.raw, i)
    written = _AMOUNT.search(text.raw[max(0, i - 30) : i]) if m is not None else None
    if m is None or written is None or not numbers.NUMBER.fullmatch(written[1]):
        return None
    inside = " ".join(m[1].lower().translate(_SAME).split()).replace("ngàn", "nghìn").replace("lẻ", "linh")
    same = inside.replace(" tỉ", " tỷ") == numbers.spoken(written[1].lstrip("0") or "0")
    return Edit(i, m.end(), "", "once") if same else None


def _plain(word: str) -> str:
    return new_placement(word.lower())


def _repeats(text: Text, short: str, before: list[str]) -> bool:
    """By the lexicon, or by the initials of the words before: Ban Quản lý dự án (BQLDA)."""
    for entry in text.lexicon.find(short):
        expansion = [_plain(w) for w in entry.spoken.split()]
        if len(expansion) > 1 and _within(expansion, before[-len(expansion) - 3 :]):
            return True
    money = table("units").get(short)
    if money is not None and money[-1] == "money" and _within(money[0].lower().split(), before[-4:]):
        return True  # 100 yên Nhật (JPY)
    full = table("full").get(short)
    if full is not None and any(
        _within(name.lower().split(), before[-len(name.split()) - 3 :]) for name in full[0].split(" | ")
    ):
        return True
    letters = [c for c in short.lower() if c.isalpha()]
    if len(letters) < 3:
        return False
    tail = list(before)
    for letter in reversed(letters):
        while (
            tail and tail[-1] in ("và", "của", "về", "các", "cho", "trong", "với") and not tail[-1].startswith(letter)
        ):
            tail.pop()
        if not tail or (tail[-1][0] != letter and _bare(tail[-1][0]) != letter):
            return False
        tail.pop()
    return True


def _within(expansion: list[str], before: list[str]) -> bool:
    """Whether the words stand there in their order, others may be between: tổng sản phẩm trên địa bàn tỉnh (GRDP)."""
    words = iter(before)
    return all(word.rstrip(",") in words for word in expansion)


def _bare(c: str) -> str:
    return unicodedata.normalize("NFD", c)[0]
