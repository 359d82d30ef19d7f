"""Words on a page of paper -> lines in reading order -> paragraphs."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:trang\s*|page\s*)?\d{1,4}(?:\s*(?:/|trên|of)\s*\d{1,4})?[-–—\s]*", re.I)
_STARTS = re.compile(
    r"[-–—•*+●▪◦]\s|\d{1,3}(?:\.\d{1,3})*[.)]\s|[a-zđ]\)\s|[IVX]{1,5}\.\s|(?:Điều|Chương|Mục|Phần|Khoản) [\dIVX]+|Kính gửi|Nơi nhận|"
    r"Căn cứ|Theo đề nghị|Xét |V/v|Số:|TM\.|KT\.|TL\.|TUQ\.|QUYẾT ĐỊNH|CỘNG HÒA|CỘNG HOÀ|Độc lập"
)
_ENDS = re.compile(r"[.!?:;…”\"]$")
_HYPHEN = re.compile(r"[^\W\d]+-$")
_LETTER = re.compile(r"CỘNG H(?:ÒA|OÀ) XÃ HỘI|ĐẢNG CỘNG SẢN|Nơi nhận|TM\.|KT\.|TL\.|TUQ\.")
# Points: the white between two columns is never narrower, the white between two cells of one row is wider.
_GUTTER = 6.0
_CELL = 14.0
# Columns of running text are this part of the page wide; what is narrower is a table.
_TEXT_WIDTH = 0.28
# The white between two columns lies between these parts of the page's width.
_MIDDLE = (0.2, 0.8)


@dataclass(frozen=True, slots=True)
class Line:
    """Words beside each other. Points; top and bottom grow upwards, as PDF has it."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    column: tuple[float, float] = (0.0, 0.0)
    """The left and right edge of the column that the line stands in."""
    cells: bool = False
    """Whether it is a row of a table, its cells parted by semicolons."""

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def short(self) -> bool:
        """Whether the line ends well before its column does."""
        left, right = self.column
        return self.right < right - 0.1 * (right - left)


_Row = list[Line]
_White = list[tuple[float, float]]


def in_order(words: list[Line], width: float) -> list[Line]:
    """The lines of a page ``width`` points wide, column by column where there are two. Each word is a Line."""
    ordered: list[Line] = []
    group: list[_Row] = []
    white: _White = []
    for row in _rows(words):
        here = _gaps(row, width)
        both = _shared(white, here)
        parted = any(_inside(gap, [row]) for gap in here)
        if group and not (any(_inside(gap, [row]) for gap in both) if parted else both):
            ordered += _lines(group, white, width)
            group, both = [], []
        group.append(row)
        white = both or here
    ordered += _lines(group, white, width)
    edges = min((line.left for line in ordered), default=0.0), max((line.right for line in ordered), default=0.0)
    return [line if line.column[1] else replace(line, column=edges) for line in ordered]


def _rows(words: list[Line]) -> list[_Row]:
    """Words that stand on one line, from left to right; rows from top to bottom."""
    rows: list[_Row] = []
    for word in sorted(words, key=lambda one: (-one.top - one.bottom, one.left)):
        middle = (word.top + word.bottom) / 2
        first = rows[-1][0] if rows else None
        if first and abs((first.top + first.bottom) / 2 - middle) < 0.3 * max(1.0, min(first.height, word.height)):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_once(sorted(row, key=lambda one: one.left)) for row in rows]


def _once(row: _Row) -> _Row:
    """Without what stands on top of a word that says it already."""
    kept = row[:1]
    for word in row[1:]:
        if word.right > kept[-1].right + 1 or word.text not in kept[-1].text:
            kept.append(word)
    return kept


def _gaps(row: _Row, width: float) -> _White:
    """Where a row is white and the white between two columns may be; none in a line that is centred on the page."""
    low, high = _MIDDLE[0] * width, _MIDDLE[1] * width
    edges = [0.0, *(edge for word in row for edge in (word.left, word.right)), width]
    pairs = [(max(left, low), min(right, high)) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    found = [(left, right) for left, right in pairs if right - left >= _GUTTER]
    centred = abs(row[0].left + row[-1].right - width) < 0.1 * width
    return [] if centred and not any(_inside(gap, [row]) for gap in found) else found


def _shared(one: _White, two: _White) -> _White:
    """What is white in both, wide enough to part columns."""
    found = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in two if a[0] < b[1] and b[0] < a[1])
    return [(left, right) for left, right in found if right - left >= _GUTTER]


def _inside(gap: tuple[float, float], rows: list[_Row]) -> bool:
    """Whether words stand on both sides."""
    middle = (gap[0] + gap[1]) / 2
    return any(row[0].left < middle for row in rows) and any(row[-1].left > middle for row in rows)


def _lines(rows: list[_Row], white: _White, width: float) -> list[Line]:
    """A group of rows, column by column if it is two columns of text, else row by row."""
    gutters = [gap for gap in white if _inside(gap, rows)]
    if gutters:
        gutter = max(gutters, key=lambda gap: gap[1] - gap[0])
        middle = sum(gutter) / 2
        letter = any(_LETTER.match(" ".join(part)) for row in rows for part in _words(row, middle))
        # What stands above one of the columns, before the other begins, belongs to neither.
        above = max(
            next(number for number, row in enumerate(rows) if row[0].left < middle),
            next(number for number, row in enumerate(rows) if row[-1].left > middle),
        )
        if above > (0 if letter or rows[0][0].left > middle else 1):
            return _lines(rows[:above], [], width) + _lines(rows[above:], white, width)
        left = [line for row in rows if (line := _line([word for word in row if word.left < middle]))]
        right = [line for row in rows if (line := _line([word for word in row if word.left > middle]))]
        if letter or (len(gutters) == 1 and _are_columns(left, right, gutter, width)):
            return _in_column(left) + _in_column(right)
    found = [_row(row) for row in rows]
    return _in_column(found) if len(found) > 3 else found


def _words(row: _Row, middle: float) -> tuple[list[str], list[str]]:
    """What stands left and right of ``middle``."""
    return [one.text for one in row if one.left < middle], [one.text for one in row if one.left > middle]


def _are_columns(left: list[Line], right: list[Line], gutter: tuple[float, float], width: float) -> bool:
    if max(len(left), len(right)) < 3:
        return gutter[1] - gutter[0] > _CELL
    return min(max(line.right - line.left for line in side) for side in (left, right)) > _TEXT_WIDTH * width


def _line(words: _Row) -> Line | None:
    """Words side by side as one line."""
    if not words:
        return None
    text = " ".join(word.text for word in words)
    return Line(text, words[0].left, words[-1].right, max(one.top for one in words), min(one.bottom for one in words))


def _row(words: _Row) -> Line:
    """A row, the cells of a table parted."""
    cells: list[list[str]] = []
    gaps = [two.left - one.right for one, two in pairwise(words)]
    # In a justified line all gaps are wide.
    wide = max(0.6 * words[0].height, 2 * min(gaps)) if len(gaps) > 1 else _CELL
    for number, word in enumerate(words):
        if number == 0 or gaps[number - 1] > wide:
            cells.append([])
        cells[-1].append(word.text)
    # A bullet or a number is no cell.
    while len(cells) > 1 and len(cells[0]) == 1 and _STARTS.match(cells[0][0] + " "):
        cells[:2] = [cells[0] + cells[1]]
    text = "; ".join(" ".join(cell).rstrip(" ;") for cell in cells) if len(cells) > 1 else " ".join(cells[0])
    line = _line(words)
    assert line
    return replace(line, text=text, cells=len(cells) > 1)


def _in_column(lines: list[Line]) -> list[Line]:
    if not lines:
        return []
    edges = min(line.left for line in lines), max(line.right for line in lines)
    return [replace(line, column=edges) for line in lines]


def without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Without page numbers, and without what stands at the top or the bottom of many pages, odd or even ones."""
    edges = Counter(place for lines in pages for place in {_place(line) for line in _at_edge(lines)})
    least = max(2.0, 0.4 * len(pages))
    running = {place for place, times in edges.items() if times >= least}
    kept = []
    for lines in pages:
        edge = set(map(id, _at_edge(lines)))
        kept.append([
            line
            for line in lines
            if id(line) not in edge or not (_PAGE_NUMBER.fullmatch(line.text) or _place(line) in running)
        ])  # fmt: skip
    return kept


def _place(line: Line) -> tuple[str, int]:
    """What a line says, whatever the number in it, and how high it stands."""
    return re.sub(r"\d+", "#", line.text), round(line.top / 2)


def _at_edge(lines: list[Line]) -> list[Line]:
    """The two highest and the two lowest lines of a page."""
    by_height = sorted(lines, key=lambda line: -line.top)
    return list({id(line): line for line in by_height[:2] + by_height[-2:]}.values())


def paragraphs(pages: list[list[Line]]) -> list[Line]:
    """Lines joined where one runs on into the next, words cut at the end of a line mended."""
    found: list[Line] = []
    last: Line | None = None
    for lines in pages:
        for number, line in enumerate(lines):
            if last is not None and _runs_on(last, line, number == 0):
                found[-1] = replace(found[-1], text=_mended(found[-1].text, line.text))
            else:
                found.append(line)
            last = line
    return found


def _mended(above: str, below: str) -> str:
    cut = _HYPHEN.search(above)
    if not cut or not below[:1].islower():
        return f"{above} {below}"
    # Ca-na-đa keeps its hyphens, com-puter doesn't.
    hyphenated = above[: cut.start()].endswith("-") or "-" in below.split()[0].rstrip("-")
    return above + below if hyphenated else above[:-1] + below


def _runs_on(last: Line, line: Line, new_page: bool) -> bool:
    if last.cells or line.cells:
        return False
    full = not last.short and not _ENDS.search(last.text)
    if _STARTS.match(line.text) and not (full and not last.text.isupper()):
        return False
    if line.text[0].islower() or last.text[-1] in ",-":
        return True
    # In the next column, or on the next page, the text begins at the top again.
    new_column = new_page or line.top > last.top + last.height
    if not 0.85 < line.height / max(last.height, 1.0) < 1.18:
        return False
    indent = (line.left - line.column[0]) - (last.left - last.column[0])
    if _ENDS.search(last.text) and (new_column or indent > 8 or last.short):
        return False
    gap = 0.0 if new_column else last.bottom - line.top
    if gap > 0.9 * max(last.height, 1.0):
        return False
    if last.text.isupper() != line.text.isupper():
        return False
    if last.text.isupper():
        return abs((last.left + last.right) - (line.left + line.right)) < 40
    return not last.short
