import pytest
from hypothesis import given
from hypothesis import strategies as st

from docreader.speech.syllable import parse
from docreader.speech.wording import Pause, Word, readings, words

SENTENCE = "Ngày mười bảy, “Tỉnh ủy” (mở rộng) tổ chức hội nghị."


def test_words_and_pauses_in_their_order() -> None:
    found = words(SENTENCE)
    said = [SENTENCE[item.start : item.end] if isinstance(item, Word) else item.mark for item in found]
    expected = ["Ngày", "mười", "bảy", ",", "Tỉnh", "ủy", ",", "mở", "rộng", ",", "tổ", "chức", "hội", "nghị", "."]
    assert said == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Facebook", "phây búc"),
        ("online", "on lai"),
        ("Maria", "ma ri a"),
        ("Smith", "sờ mit"),
        ("Đak", "đac"),
        ("Krông", "cờ rông"),
        ("2", "hai"),
        ("A4", "a bốn"),
        ("%", "phần trăm"),
        ("你好", "chữ lạ"),
        ("”", ""),
    ],
)
def test_what_is_no_syllable_is_split_or_looked_up(written: str, said: str) -> None:
    assert " ".join(readings(written)) == said


@given(st.text(max_size=20))
def test_every_word_is_heard(text: str) -> None:
    found = [item for item in words(text) if isinstance(item, Word)]
    assert all(item.syllables for item in found)
    heard = {n for item in found for n in range(item.start, item.end)}
    assert all(n in heard for n, c in enumerate(text) if c.isalnum())


@given(st.text(max_size=20))
def test_readings_are_syllables(text: str) -> None:
    assert all(parse(syllable) is not None for syllable in readings(text.replace(" ", "")))


def test_pauses_stand_between_words_only() -> None:
    assert words("… , .") == []
    assert [item for item in words("một - hai") if isinstance(item, Pause)] == []
    assert [item.mark for item in words("một – hai") if isinstance(item, Pause)] == [","]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Sáng nay Bình Minh đến Huế.", "Bình Minh Huế"),
        ("Hà Nội có mưa, Hà Nội lạnh.", "Hà Nội"),
        ("Trời mưa.", ""),
        ("Có ba trăm năm mươi hộ, năm nay không tăng.", "ba trăm năm mươi"),
        ("Bà đến một cửa.", ""),
        ("Mười một xe. Mười một người.", "Mười một"),
        ("THÔNG BÁO MỚI", ""),
    ],
)
def test_numbers_and_names_that_are_new(text: str, new: str) -> None:
    found = [text[w.start : w.end] for w in words(text) if isinstance(w, Word) and w.new]
    assert " ".join(found) == new
