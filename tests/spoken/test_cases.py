"""The readings, one a line, in tests/cases/*.tsv: written, spoken, further right readings apart by ``|``.

A class passes when at least as many of its cases as FLOOR are read right; what is compared are the words, not case and marks.
"""

import re
import unicodedata
from pathlib import Path

import pytest

from docreader.spoken.normalise import normalise

CASES = Path(__file__).parent.parent / "cases"
FLOOR = 0.95


def words(text: str) -> str:
    """Case, marks and spaces do not count."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def cases(path: Path) -> list[tuple[str, list[str]]]:
    rows = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        assert len(cells) in (2, 3), f"{path.name}: {line!r}"
        also = cells[2].split(" | ") if len(cells) == 3 and cells[2] else []
        rows.append((cells[0], [words(r) for r in (cells[1], *also)]))
    return rows


@pytest.mark.parametrize("path", sorted(CASES.glob("*.tsv")), ids=lambda p: p.stem)
def test_class(path: Path) -> None:
    rows = cases(path)
    wrong = [(w, normalise(w), right[0]) for w, right in rows if words(normalise(w)) not in right]
    report = "\n".join(f"  {w!r}\n    said  {s}\n    right {r}" for w, s, r in wrong)
    assert len(wrong) <= (1 - FLOOR) * len(rows), f"{len(wrong)} of {len(rows)} wrong:\n{report}"
