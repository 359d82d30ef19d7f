"""An expansion does not repeat the words beside it."""

import pytest

from docreader.spoken.lexicon import default
from docreader.spoken.repetition import unrepeated
from docreader.spoken.text import Text


@pytest.mark.parametrize(
    ("written", "short", "expansion", "said"),
    [
        ("Chỉ số CPI tăng", "CPI", "chỉ số giá tiêu dùng", "giá tiêu dùng"),
        ("Chính phủ nêu CPI tăng", "CPI", "chỉ số giá tiêu dùng", "chỉ số giá tiêu dùng"),
        ("cán bộ BĐBP tỉnh", "BĐBP", "bộ đội biên phòng", "bộ đội biên phòng"),  # bộ belongs to cán bộ
        ("Bộ BĐBP tỉnh", "BĐBP", "bộ đội biên phòng", "đội biên phòng"),
        ("Đội PCCC", "PCCC", "phòng cháy, chữa cháy", "phòng cháy, chữa cháy"),
        ("Phòng PCCC", "PCCC", "phòng cháy, chữa cháy", "phòng cháy, chữa cháy"),
        ("ông TTg Chính phủ ký", "TTg", "Thủ tướng Chính phủ", "Thủ tướng"),
        ("ông TTg Chính phủng ký", "TTg", "Thủ tướng Chính phủ", "Thủ tướng Chính phủ"),
        ("ủy ban UB", "UB", "ủy ban", "ủy ban"),  # something must be left to say
    ],
)
def test_what_stands_beside_it_is_not_said_twice(written: str, short: str, expansion: str, said: str) -> None:
    start = written.index(short)
    assert unrepeated(Text(written, default()), start, start + len(short), expansion) == said
