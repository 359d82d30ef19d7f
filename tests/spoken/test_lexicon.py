"""The bundled lexicon: rows that say what their letters stand for, contexts that can be reached."""

import re
import unicodedata
from functools import cache
from importlib.resources import as_file, files

import pytest

from docreader.spoken.letters import LOWER, UPPER
from docreader.spoken.lexicon import _ABBREVIATIONS, _WORDS, Entry, _bundled, read

# Words that an abbreviation passes over.
LINKS = frozenset(
    [
        "và",
        "của",
        "về",
        "các",
        "cho",
        "trong",
        "với",
        "ở",
        "đối",
        "những",
        "từ",
        "bằng",
        "theo",
        "có",
        "cấp",
        "là",
        "không",
        "để",
        "đến",
        "số",
        "trên",
        "tại",
        "do",
        "vì",
        "hoặc",
    ]
)
DIGITS = {"0": "không", "1": "một", "2": "hai", "3": "ba", "4": "bốn", "5": "năm", "6": "sáu", "7": "bảy", "8": "tám", "9": "chín"}  # fmt: skip
# What digits and roman numerals are called inside a number.
NUMERALS = frozenset(["mười", "mươi", "mốt", "tư", "lăm", "linh", "nhất", "nhì", "chấm", "hai", "ba"])


def first_letter(c: str) -> str:
    """Without tone and hat; đ is a letter of its own."""
    return "đ" if c.lower() == "đ" else unicodedata.normalize("NFD", c.lower())[0]


def pieces(written: str, words: list[str], spoken: str) -> list[str]:
    """The letters of an abbreviation, each with the small letters behind it; words that are written out stay whole."""
    found: list[str] = []
    for token in re.findall(r"[^\W_]+", written):
        if len(token) > 1 and token.lower() in words and (not token.isupper() or token in spoken):
            found.append(token.lower())
        else:
            found += re.findall(rf"[{UPPER}][{LOWER}]*|.", token)
    return found


def agree(written: str, spoken: str) -> bool:
    """Whether the letters are the initials of the words, in their order; linking words may be passed over."""
    words = re.findall(r"[^\W_]+", spoken.lower())
    letters = pieces(written, words, spoken)

    @cache
    def rest(i: int, j: int) -> bool:
        if i == len(letters):
            return all(w in LINKS for w in words[j:])
        if j == len(words):
            return False
        piece, word = letters[i], words[j]
        if one(piece, word) and rest(i + 1, j + 1):
            return True
        return word in LINKS and rest(i, j + 1)

    def one(piece: str, word: str) -> bool:
        if piece.isdecimal() or (piece in "IVX" and word in NUMERALS):
            return word == DIGITS.get(piece) or word in NUMERALS
        return (
            piece == word
            or first_letter(piece[0]) == first_letter(word[0])
            or (piece == "V" and word == "và")
            or (piece.lower() == "w" and word == "ương")
        )

    return rest(0, 0)


@pytest.mark.parametrize("name", ["prose", "organisations"])
def test_letters_are_the_initials_of_the_words(name: str) -> None:
    wrong = [
        f"{e.written}: {e.spoken}"
        for e, note in noted(name)
        if not note and e.spoken not in ("=", "*") and not agree(e.written, e.spoken)
    ]
    assert not wrong, "a row whose letters are others says why in its note:\n" + "\n".join(wrong)


def noted(name: str) -> list[tuple[Entry, str]]:
    """The rows of a file with their notes."""
    lines = (files("docreader.spoken") / "lexicon" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith(("#", "written\t"))]
    return [(Entry(*row[:5]), row[5] if len(row) > 5 else "") for row in rows]


@pytest.mark.parametrize("name", ["ambiguous", *_ABBREVIATIONS, *_WORDS])
def test_our_files_are_as_strict_as_an_editors(name: str) -> None:
    with as_file(files("docreader.spoken") / "lexicon" / f"{name}.tsv") as path:
        assert list(read(path)) == list(_bundled(name))


def test_the_check_of_initials_can_fail() -> None:
    assert agree("PCCC&CNCH", "phòng cháy, chữa cháy và cứu nạn, cứu hộ")
    assert agree("NSTW", "ngân sách Trung ương")
    assert agree("BCĐ389", "ban chỉ đạo ba tám chín")
    assert not agree("KDTLSVH", "khu di tích")
    assert not agree("ĐKKD", "giấy phép kinh doanh")
