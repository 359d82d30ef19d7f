"""What must hold for every text, hostile ones too."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docreader.spoken.model import Utterance
from docreader.spoken.normalise import normalise
from docreader.spoken.script import script

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ  ..,,--//::;()%°²\"'“”&+@#0123456789ABCĐIVXLHUQTPWZ\n\t\u0301\u0323\u200b\u00a0…→½№①Ⅻ😀文дΩ"
PIECES = st.sampled_from(
    [
        "UBND",
        "HĐND",
        "17/11/2020",
        "3/4",
        "10.820",
        "0,05",
        "5-7%",
        "-",
        "–",
        "/",
        "NĐ-CP",
        "99/2019/NĐ-CP",
        "11-NQ/TU",
        "khóa",
        "XII",
        "TP.HCM",
        "P.5",
        "8h30",
        "35°C",
        "m²",
        "km/h",
        "$50",
        "a@b.vn",
        "www.x.vn/a",
        "(HĐND)",
        "ngày",
        "tháng",
        "từ",
        "đến",
        "số",
        "tỷ",
        "triệu",
        "đồng",
        "%",
        "",
        "2016-2020",
        "1:",
        "0912345678",
        "29A-123.45",
        "H5N1",
        "Covid-19",
        "và",
        "Ủy",
        "hoà",
        "“",
        "”",
        "…",
        "QĐ-TTg",
        "./.",
        "v.v.",
        "TS.",
        "Nam",
    ]
)
TEXTS = st.one_of(
    st.text(ALPHABET, max_size=80),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
    st.text(max_size=60),
)
SPOKEN_MARKS = ",.;:!?"


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_nothing_is_left_unspoken(text: str) -> None:
    said = normalise(text)
    assert unicodedata.is_normalized("NFC", said)
    for c in said:
        assert c.isalpha() or c in SPOKEN_MARKS or c in " \n\r" or unicodedata.combining(c), (c, said)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_what_is_said_is_said_again_unchanged(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_line_out_for_each_line_in(text: str) -> None:
    assert normalise(text).count("\n") == text.count("\n")


def check_alignment(text: str, utterances: tuple[Utterance, ...]) -> None:
    at = 0
    last = (-1, -1)
    covered = bytearray(len(text))
    for u in utterances:
        assert at <= u.start < u.end <= len(text)
        at = u.end
        assert text[u.start : u.end] == u.written
        assert [w.spoken for w in u.words] == re.findall(r"[^\W\d_]+", u.spoken)
        for w in u.words:
            span = (w.start, w.end)
            assert u.start <= w.start < w.end <= u.end
            assert span == last or w.start >= last[1]
            last = span
            covered[w.start : w.end] = b"\x01" * (w.end - w.start)
    return


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_alignment(text: str) -> None:
    for line in text.splitlines():
        check_alignment(line, script(line).utterances)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES.filter(lambda p: any(c.isalnum() for c in p)), min_size=1, max_size=12).map(" ".join))
def test_every_written_word_is_covered(text: str) -> None:
    """Only a bracket that repeats what it follows, and marks, may stand outside the spans."""
    words = [w for u in script(text).utterances for w in u.words]
    for m in re.finditer(r"[^\W_]+", text):
        inside = any(
            (w.start <= m.start() and m.end() <= w.end) or (m.start() <= w.start and w.end <= m.end()) for w in words
        )
        assert inside or "(" in text, (m[0], [(w.spoken, text[w.start : w.end]) for w in words])


HOSTILE = ["." * 10_000, "(" * 10_000, ")" * 10_000, "/" * 10_000, "1" * 20_000, "1." * 10_000, "1/" * 10_000, "1-" * 10_000, "- " * 10_000, "a" * 50_000, "A" * 50_000, "Đ" * 20_000,
           "a\u0301" * 10_000, "\u0301" * 10_000, "\ud800" * 5_000, "a." * 10_000, "a@" * 10_000, "#a" * 10_000, "1 " * 10_000, "HĐND" * 5_000, "HĐND " * 5_000, "HĐND-" * 5_000, "I, " * 10_000,
           "XX, " * 10_000, "0912 " * 8_000, "3/4 - " * 8_000, "%" * 10_000, "“" * 10_000, "-" * 20_000, "x" * 10_000 + "@", "www." * 5_000, "1,1" * 8_000, "+1" * 10_000, "A1" * 10_000, "A-" * 10_000,
           "(A) " * 8_000, "1h" * 10_000, "12:" * 8_000, "km/" * 8_000, "5 kg/" * 6_000, "ngày 1, " * 6_000, "số " * 10_000 + "1/1/1", "Ⅻ" * 9_000, "①" * 9_000, "\t" * 20_000, "\u200b" * 20_000, "e\u0302\u0301" * 9_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: repr(t[:8]))
def test_hostile_texts_are_linear(text: str) -> None:
    """Twice the text takes no more than about twice the time: bounded by a generous ceiling, not by the clock of this machine."""
    began = time.process_time()
    said = normalise(text)
    script(text)
    assert time.process_time() - began < 10
    assert not re.search(r"\d", said)
