"""PDF with text -> Article: lines put back into paragraphs, running heads and page numbers dropped."""

import re
from collections import Counter
from dataclasses import dataclass

from docreader.article.documents import article
from docreader.article.dom import clean
from docreader.article.metadata import folded
from docreader.article.model import Article, Block
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

_MOST_PAGES = 2000
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:trang\s*|page\s*)?\d{1,4}(?:\s*(?:/|trên|of)\s*\d{1,4})?[-–—\s]*", re.I)
_STARTS = re.compile(
    r"[-–—•*+●▪]\s|\d{1,3}(?:\.\d{1,3})*[.)]\s|[a-zđ]\)\s|[IVX]{1,5}\.\s|(?:Điều|Chương|Mục|Phần|Khoản) [\dIVX]+|Kính gửi|Nơi nhận|"
    r"Căn cứ|Theo đề nghị|Xét |V/v|Số:|TM\.|KT\.|TL\.|QUYẾT ĐỊNH|CỘNG HÒA|CỘNG HOÀ|Độc lập"
)
_ENDS = re.compile(r"[.!?:;…”\"]$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    """Points; top and bottom grow upwards, as PDF has it."""

    @property
    def height(self) -> float:
        return self.top - self.bottom


def from_pdf(content: bytes, name: str = "") -> Article:
    """The text of a PDF. Raises NotAnArticle for one that is scanned, locked or broken."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotAnArticle(f"{name} is locked with a password; unlock it first") from error
        raise NotAnArticle(f"{name} is a broken PDF; open it in a reader and save it again") from error
    try:
        if len(document) > _MOST_PAGES:
            raise NotAnArticle(f"{name} has {len(document)} pages; give at most {_MOST_PAGES}")
        pages = [_lines(document[number]) for number in range(len(document))]
        about = document.get_metadata_dict()
    finally:
        document.close()
    if sum(len(line.text) for lines in pages for line in lines) < 20 * max(1, len(pages)):
        raise NotAnArticle(f"{name} is scanned, it holds pictures of text; run it through OCR first")
    paragraphs = _paragraphs(_without_running_heads(pages))
    found = [Block("paragraph", text) for text in to_unicode("\n".join(paragraphs)).split("\n") if text]
    # Programs write the name of the file there, or the first words of the letter's head.
    title = clean(str(about.get("Title") or ""))
    first = folded(" ".join(block.text for block in found[:12]))
    title = title if len(title) > 10 and folded(title) in first else ""
    return article(found, name, title=title)


def _lines(page: object) -> list[_Line]:
    """The lines of a page in reading order: column by column where there are two."""
    text_page = page.get_textpage()  # type: ignore[attr-defined]
    width = float(page.get_width())  # type: ignore[attr-defined]
    pieces: list[_Line] = []
    for number in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(number)
        # PDFium writes \x02 for a hyphen at the end of a line.
        text = clean(text_page.get_text_bounded(left, bottom, right, top).replace("\x02", "-"))
        if text:
            pieces.append(_Line(text, left, right, top, bottom))
    rows: list[list[_Line]] = []
    for piece in sorted(pieces, key=lambda one: (-one.top, one.left)):
        middle = (piece.top + piece.bottom) / 2
        home = next((row for row in reversed(rows[-4:]) if row[0].bottom <= middle <= row[0].top), None)
        if home is None:
            rows.append([piece])
        else:
            home.append(piece)
    lines = [line for row in rows for line in _joined(sorted(row, key=lambda one: one.left), width)]
    return _columns(lines, width)


def _joined(row: list[_Line], width: float) -> list[_Line]:
    """The pieces of one row as lines: a wide gap parts two columns."""
    lines: list[_Line] = []
    for piece in row:
        last = lines[-1] if lines else None
        if last is None or piece.left - last.right > max(12.0, 0.025 * width):
            lines.append(piece)
        elif piece.text not in last.text or piece.left > last.right - 1:
            glue = "" if piece.left - last.right < 0.12 * max(last.height, 1.0) else " "
            lines[-1] = _Line(
                last.text + glue + piece.text,
                last.left,
                piece.right,
                max(last.top, piece.top),
                min(last.bottom, piece.bottom),
            )
    return lines


def _columns(lines: list[_Line], width: float) -> list[_Line]:
    """Runs of lines that stand left and right of the middle: first all of the left ones, then the right ones."""
    ordered: list[_Line] = []
    left: list[_Line] = []
    right: list[_Line] = []
    for line in lines:
        if line.right < 0.53 * width and line.left < 0.45 * width:
            left.append(line)
        elif line.left > 0.47 * width:
            right.append(line)
        else:
            ordered += left + right
            left, right = [], []
            ordered.append(line)
    return ordered + left + right


def _without_running_heads(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Without page numbers, and without what stands at the top or the bottom of most pages."""
    edges = Counter(
        re.sub(r"\d+", "#", line.text)
        for lines in pages
        for line in {id(one): one for one in lines[:2] + lines[-2:]}.values()
    )
    running = {text for text, times in edges.items() if len(pages) > 2 and times > 0.5 * len(pages)}
    kept = []
    for lines in pages:
        last = len(lines) - 1
        kept.append([
            line
            for number, line in enumerate(lines)
            if not (
                (number < 2 or number > last - 2)
                and (_PAGE_NUMBER.fullmatch(line.text) or re.sub(r"\d+", "#", line.text) in running)
            )
        ])  # fmt: skip
    return kept


def _paragraphs(pages: list[list[_Line]]) -> list[str]:
    """Lines joined where one runs on into the next, words cut at the end of a line mended."""
    margin = max((line.right for lines in pages for line in lines), default=0.0)
    found: list[str] = []
    last: _Line | None = None
    for lines in pages:
        for number, line in enumerate(lines):
            if last is not None and found and _runs_on(last, line, margin, number == 0):
                if re.search(r"\w-$", found[-1]) and line.text[:1].islower():
                    found[-1] = found[-1][:-1] + line.text
                else:
                    found[-1] = f"{found[-1]} {line.text}"
            else:
                found.append(line.text)
            last = line
    return found


def _runs_on(last: _Line, line: _Line, margin: float, new_page: bool) -> bool:
    if _STARTS.match(line.text):
        return False
    if line.text[0].islower() or last.text[-1] in ",-":
        return True
    if _ENDS.search(last.text) and (new_page or line.left - last.left > 8 or last.right < 0.93 * margin):
        return False
    gap = 0.0 if new_page else last.bottom - line.top
    if not new_page and (gap > 0.9 * max(last.height, 1.0) or gap < -3 * max(last.height, 1.0)):
        return False
    if last.text.isupper() != line.text.isupper():
        return False
    if last.text.isupper():
        return abs((last.left + last.right) - (line.left + line.right)) < 40
    return last.right > 0.85 * margin or (
        not _ENDS.search(last.text) and last.right - last.left > 150 and last.right > 0.8 * margin
    )
