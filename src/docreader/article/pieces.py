"""A tree -> its texts in reading order, one piece a block, with what is needed to judge them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from docreader.article.dom import clean, label, text_of
from docreader.article.model import Kind

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "button",
        "select",
        "option",
        "textarea",
        "svg",
        "math",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "head",
        "input",
        "label",
        "map",
        "applet",
        "datalist",
        "dialog",
        "link",
        "meta",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_IMAGES = frozenset(("img", "picture", "figure", "amp-img"))
_CAPTION = re.compile(
    r"caption|\bchu-?thich|image-?(note|desc|title|credit)|photo-?(desc|note|credit|title)|img-?(desc|note)|\bwp-caption"
)
_CENTRE = re.compile(r"text-align:\s*center", re.I)
_RIGHT = re.compile(r"text-align:\s*(right|end)", re.I)
# Tags that centre or caption without any attribute.
_MARKED = frozenset(("center", "figcaption", "caption"))
_ENDS = re.compile(r"[.!?:;…”\"»)]$")
# In a longer table the headers are read once, as its first row: no one wants to hear them a hundred times.
_MOST_ROWS_WITH_HEADERS = 13
_STARTS = re.compile(r"([-–—•*+●▪►»]|\d{1,3}[.)/]|[a-zđ]\)|[IVX]{1,5}\.)\s|Điều \d|\S+( \S+){0,3}:\s")


@dataclass(slots=True)
class Piece:
    """One block of text as it was found."""

    kind: Kind
    text: str
    element: Element
    level: int = 0
    links: int = 0
    """Characters of the text that are links."""
    strong: int = 0
    italic: int = 0
    after_image: bool = False
    centred: bool = False
    right: bool = False
    judged: float = -1.0
    """What general.prose said of it; negative before."""

    def caption(self) -> None:
        """What was taken for text is a caption."""
        self.kind, self.level, self.judged = "caption", 0, 0.0


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int = 0


class _Walk:
    """Goes through the tree once, without recursion, and collects pieces."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.found: list[Piece] = []
        self.runs: list[str] = []
        self.links = self.strong = self.italic = 0
        self.in_link = self.in_strong = self.in_italic = 0
        self.quotes = 0
        self.captions = False
        self.centre = self.right = False
        # Centre, right and captions of the blocks around: what they go back to where the block ends.
        self.around: list[tuple[bool, bool, bool]] = []
        self.lists: list[_List] = []
        self.prefix = ""
        self.items = 0
        self.bulleted = False
        self.image = False
        self.image_inside = False
        self.here = root

    def walk(self) -> list[Piece]:
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                if event == "end":
                    self.add(element.tail)
                continue
            if tag == "br":
                if event == "start":
                    self.runs.append("\n")
                else:
                    self.add(element.tail)
            elif event == "start":
                if tag in SILENT:
                    walk.skip_subtree()
                elif tag == "table" and (rows := table_rows(element)) is not None:
                    self.enter(element, tag)
                    self.found += rows
                    walk.skip_subtree()
                elif tag == "span" and _is_bullet(element):
                    self.bulleted = True
                    walk.skip_subtree()
                else:
                    self.enter(element, tag)
                    self.add(element.text)
            else:
                if tag not in SILENT:
                    self.leave(element, tag)
                if element is not self.root:
                    self.add(element.tail)
        self.flush()
        return self.found

    def add(self, text: str | None) -> None:
        # White space before a block's text is most of what stands between blocks, and nothing.
        if not text or (not self.runs and text.isspace()):
            return
        self.runs.append(text.replace("\n", " ").replace("\r", " "))
        if self.in_link or self.in_strong or self.in_italic:
            length = len(text) - text.count("\n")
            self.links += length * bool(self.in_link)
            self.strong += length * bool(self.in_strong)
            self.italic += length * bool(self.in_italic)

    def enter(self, element: Element, tag: str) -> None:
        if tag in BLOCKS:
            self.flush()
            self.here = element
            self.around.append((self.centre, self.right, self.captions))
            if element.attrib or tag in _MARKED:
                style = element.get("style") or ""
                align = (element.get("align") or "").lower()
                self.centre |= bool(tag == "center" or align == "center" or (style and _CENTRE.search(style)))
                self.right |= bool(align == "right" or (style and _RIGHT.search(style)))
                self.captions |= _is_caption(element, tag)
            if tag in ("ul", "ol"):
                self.lists.append(_List(tag == "ol", _start(element) - 1))
            elif tag == "li":
                self.items += 1
                if self.lists:
                    self.lists[-1].number += 1
                    self.prefix = f"{self.lists[-1].number}. " if self.lists[-1].ordered else ""
            elif tag == "blockquote":
                self.quotes += 1
        elif tag == "a":
            self.in_link += 1
        elif tag in ("b", "strong"):
            self.in_strong += 1
        elif tag in ("i", "em"):
            self.in_italic += 1
        if tag in _IMAGES:
            self.runs.append("\n\x00\n")

    def leave(self, element: Element, tag: str) -> None:
        if tag in BLOCKS:
            self.flush()
            self.centre, self.right, self.captions = self.around.pop()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "li":
                self.items -= 1
                self.prefix = ""
            elif tag == "blockquote":
                self.quotes -= 1
            self.bulleted = False
            parent = element.getparent()
            if element is not self.root and parent is not None:
                self.here = parent
        elif tag == "a":
            self.in_link -= 1
        elif tag in ("b", "strong"):
            self.in_strong -= 1
        elif tag in ("i", "em"):
            self.in_italic -= 1

    def flush(self) -> None:
        if not self.runs:
            return
        raw, self.runs = "".join(self.runs), []
        links, strong, italic = self.links, self.strong, self.italic
        self.links = self.strong = self.italic = 0
        whole = len(raw.strip())
        if not whole:
            return
        kind, level = self.kind()
        for line in _lines(raw):
            if line == "\x00":
                self.image = True
                continue
            share = len(line) / whole
            self.found.append(
                Piece(
                    kind=kind,
                    text=self.prefix + line,
                    element=self.here,
                    level=level,
                    links=round(links * share) if links else 0,
                    strong=round(strong * share) if strong else 0,
                    italic=round(italic * share) if italic else 0,
                    after_image=self.image,
                    centred=self.centre,
                    right=self.right,
                )
            )
            self.image = False
            self.prefix = ""

    def kind(self) -> tuple[Kind, int]:
        """What the block at hand is, and its level."""
        if self.captions:
            return "caption", 0
        if self.here.tag in _HEADINGS:
            return "heading", int(self.here.tag[1])
        if self.items or self.bulleted:
            return "item", max(1, len(self.lists))
        return "quote" if self.quotes else "paragraph", 0


def _is_bullet(element: Element) -> bool:
    """Word's sign before an item of a list, a letter of a font of symbols; a number before an item is read."""
    style = element.get("style")
    return bool(style and "mso-list" in style and len(sign := text_of(element)) == 1 and not sign.isdigit())


def pieces(root: Element) -> list[Piece]:
    """All texts under ``root`` in reading order."""
    return _Walk(root).walk()


def beginning(found: list[Piece], most: int = 20_000) -> str:
    """The text of the first pieces, about ``most`` characters of it."""
    texts: list[str] = []
    length = 0
    for piece in found:
        if length > most:
            break
        texts.append(piece.text)
        length += len(piece.text)
    return " ".join(texts)


def _is_caption(element: Element, tag: str) -> bool:
    if tag in ("figcaption", "caption"):
        return True
    # A class of this name on a box with paragraphs is the figure itself or more: only leaves count.
    return bool(_CAPTION.search(label(element))) and len(element) < 8 and element.find(".//img") is None


def _start(element: Element) -> int:
    start = element.get("start", "")
    return int(start) if start.isdecimal() and len(start) < 6 else 1


def _lines(raw: str) -> Iterator[str]:
    """The paragraphs in a run of text with line breaks: an empty line always parts them, a single break where a
    sentence or an item of a list ends; else it only wrapped the line. An image is a line "\\x00"."""
    if "\n" not in raw:
        if text := clean(raw):
            yield text
        return
    together: list[str] = []
    lines = [clean(line) for line in raw.split("\n")]
    filled = [line for line in lines if line and line != "\x00"]
    verse = len(filled) > 2 and all(len(line) < 60 and not line[0].islower() for line in filled)
    for line in lines:
        ends = not line or line == "\x00"
        if together and (ends or verse or _ENDS.search(together[-1]) or _STARTS.match(line)):
            yield " ".join(together)
            together = []
        if line == "\x00":
            yield line
        elif line:
            together.append(line)
    if together:
        yield " ".join(together)


def table_rows(table: Any) -> list[Piece] | None:
    """A table of data, a piece a row, each cell after its column's header; None for a table that only lays out."""
    inside = table.iter("table", "img", "ul", "ol", "h1", "h2", "h3")
    if any(child is not table for child in inside):
        return None
    rows: list[tuple[Element, list[Element]]] = []
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if cells:
            rows.append((row, cells))
    width = max((len(cells) for _, cells in rows), default=0)
    if len(rows) < 2 or width < 2:
        return None
    texts = [[text_of(cell) for cell in cells] for _, cells in rows]
    if max(len(text) for line in texts for text in line) > 400:
        return None
    found: list[Piece] = []
    caption = table.find("caption")
    if caption is not None and (text := text_of(caption)):
        found.append(Piece("paragraph", text, caption))
    headers = _headers(rows[0][1], texts[0], width) if len(rows) <= _MOST_ROWS_WITH_HEADERS else []
    for (row, cells), line in zip(rows[1:] if headers else rows, texts[1:] if headers else texts, strict=True):
        text = _row_text(line, headers, cells)
        if text:
            links = sum(len(text_of(link)) for link in row.iter("a"))
            found.append(Piece("row", text, row, links=links))
    return found


def _headers(cells: list[Element], texts: list[str], width: int) -> list[str]:
    marked = all(cell.tag == "th" for cell in cells) or all(
        not text or cell.find(".//strong") is not None or cell.find(".//b") is not None
        for cell, text in zip(cells, texts, strict=True)
    )
    return texts if marked and len(texts) == width and sum(map(bool, texts)) > 1 else []


def _row_text(texts: list[str], headers: list[str], cells: list[Element]) -> str:
    if headers and len(texts) == len(headers):
        said = [f"{head}: {text}" if head else text for head, text in zip(headers, texts, strict=True) if text]
    elif len(texts) == 2 and cells[0].tag == "th" and all(texts):
        said = [f"{texts[0].rstrip(' :')}: {texts[1]}"]
    else:
        said = [text for text in texts if text]
    return "; ".join(text.rstrip(" ;") for text in said)
