"""DOCX -> Article, by way of python-docx."""

import io
import re
import zipfile
from typing import Any

from docreader.article.documents import article
from docreader.article.dom import clean
from docreader.article.model import Article, Block
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

_MOST_BYTES = 100_000_000
_HEADING = re.compile(r"heading (\d)", re.I)


def from_docx(content: bytes, name: str = "") -> Article:
    """Headings, paragraphs, lists and tables of a Word document. Raises NotAnArticle for a broken one."""
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise NotAnArticle(f"{name} unpacks to more than {_MOST_BYTES / 1e6:g} MB; save it without pictures")
        document = docx.Document(io.BytesIO(content))
        found: list[Block] = []
        numbers: dict[str, int] = {}
        for part in document.iter_inner_content():
            found += _rows(part) if isinstance(part, Table) else _paragraph(part, numbers)
        about = document.core_properties
        title, author = clean(about.title or ""), clean(about.author or "")
    except NotAnArticle:
        raise
    except Exception as error:  # python-docx lets out whatever a broken package makes: KeyError, XMLSyntaxError, ...
        raise NotAnArticle(f"{name} is a broken DOCX; open it in Word and save it again") from error
    # Word fills these in by itself: only what the text confirms is taken.
    title = title if found and title and title == found[0].text else ""
    return article(
        found,
        name,
        title=title,
        author="" if author.lower() in ("python-docx", "admin", "user") else author,
        first_is_title=True,
    )


def _paragraph(paragraph: Any, numbers: dict[str, int]) -> list[Block]:
    text = to_unicode(clean(paragraph.text))
    if not text:
        return []
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style == "Title":
        return [Block("heading", text, 1)]
    if heading := _HEADING.match(style):
        return [Block("heading", text, min(6, int(heading[1]) or 1))]
    if style == "Caption":
        return [Block("caption", text)]
    if "Quote" in style:
        return [Block("quote", text)]
    if style.startswith("List"):
        level = int(style[-1]) if style[-1].isdecimal() else 1
        if "Number" in style:
            numbers[style] = numbers.get(style, 0) + 1
            return [Block("item", f"{numbers[style]}. {text}", level)]
        return [Block("item", text, level)]
    numbers.clear()
    return [Block("paragraph", text)]


def _rows(table: Any) -> list[Block]:
    lines = [[to_unicode(clean(cell.text)) for cell in row.cells] for row in table.rows]
    if not lines:
        return []
    if len(lines) == 1 or len(lines[0]) < 2:
        # The two columns of an official letter's head, or a frame: read cell by cell.
        return [Block("paragraph", cell) for line in lines for cell in dict.fromkeys(line) if cell]
    heads, rest = lines[0], lines[1:]
    rows = (
        "; ".join(f"{head}: {cell}" if head else cell for head, cell in zip(heads, line, strict=False) if cell)
        for line in rest
    )
    return [Block("row", row) for row in rows if row]
