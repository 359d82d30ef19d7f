"""PDF with text -> Article: lines put back into paragraphs, running heads and page numbers dropped."""

import re
from typing import Any

from docreader.article.documents import article
from docreader.article.dom import clean
from docreader.article.layout import Line, in_order, paragraphs, without_running_heads
from docreader.article.letter import arranged
from docreader.article.metadata import folded
from docreader.article.model import Article, Block
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

_MOST_PAGES = 2000
_BULLET = re.compile(r"[-–—•*+●▪◦]\s+(?=\S)")
# Glyphs that a font without a table of Unicode gives: private ones and the sign for what is unknown.
_UNKNOWN = re.compile(r"[\ue000-\uf8ff\ufffd\x01-\x08]")


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
    except pypdfium2.PdfiumError as error:
        raise NotAnArticle(f"{name} is a broken PDF; open it in a reader and save it again") from error
    finally:
        document.close()
    text = "".join(line.text for lines in pages for line in lines)
    if len(text) < 20 * max(1, len(pages)):
        raise NotAnArticle(f"{name} is scanned, it holds pictures of text; run it through OCR first")
    if len(_UNKNOWN.findall(text)) * 5 > len(text):
        raise NotAnArticle(f"{name} has fonts that do not tell their letters; run it through OCR first")
    joined = paragraphs(without_running_heads(pages))
    # The letters of all lines tell in which code a font of old is.
    texts = to_unicode("\n".join(line.text for line in joined)).split("\n")
    found = [_block(text, line) for text, line in zip(texts, joined, strict=True) if text]
    letter, published, found = arranged(found)
    # Programs write the name of the file there, or the first words of the letter's head.
    title = clean(str(about.get("Title") or ""))
    first = folded(" ".join(block.text for block in found[:12]))
    title = letter or (title if len(title) > 10 and folded(title) in first else "")
    return article(found, name, title=title, published=published)


def _block(text: str, line: Line) -> Block:
    if line.cells:
        return Block("row", text)
    bullet = _BULLET.match(text)
    return Block("item", text[bullet.end() :], 1) if bullet else Block("paragraph", text)


def _lines(page: Any) -> list[Line]:
    """The lines of a page in reading order."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    words: list[Line] = []
    start, text = 0, ""
    number = text_page.count_chars()
    for index in range(number + 1):
        code = raw.FPDFText_GetUnicode(text_page.raw, index) if index < number else 32
        # PDFium gives \x02 for a hyphen at the end of a line, and no end of the line then.
        letter = "-" if code == 2 else chr(code)
        if code and not letter.isspace():
            start = start if text else index
            text += letter
        if text and (code == 2 or letter.isspace()):
            if word := clean(text):
                # Loose boxes are as high as the font, whatever the letters.
                left, bottom, _, top = text_page.get_charbox(start, loose=True)
                last = text_page.get_charbox(start + len(text) - 1, loose=True)
                words.append(Line(word, min(left, last[0]), last[2], max(top, last[3]), min(bottom, last[1])))
            text = ""
    return in_order(words, float(page.get_width()))
