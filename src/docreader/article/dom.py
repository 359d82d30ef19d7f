"""A page as a tree: parsing whatever comes, and small questions about elements."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count, islice

from lxml import etree
from lxml.etree import HTMLParser
from lxml.etree import _Element as Element

from docreader.article.charset import decode
from docreader.errors import NotAnArticle

# What XML may not hold: control characters and half surrogates, replaced before the parser sees them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# libxml2 compares each attribute of a tag with all before it: a million of them would take hours.
_LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,50})([\s/][^<]{8000,})")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"']{1,100}=")
_MOST_ATTRIBUTES = 1000
# What a head may hold: any other element ends it.
_OF_HEAD = frozenset(
    {"base", "basefont", "bgsound", "link", "meta", "noscript", "script", "style", "template", "title"}
)
# A long novel as one page has 50,000 tags; more than this takes over a second and is no article.
_MOST_TAGS = 100_000
_ICON = 100  # pixels: a picture with a shorter side is none of the article's
_PIXELS = re.compile(r"\s*(\d{1,5})(?:px)?\s*$")


def parse(html: str | bytes, charset: str = "") -> Element:
    """The root of the page. Raises NotAnArticle if there is nothing in it."""
    text = decode(html, charset) if isinstance(html, bytes) else html
    if "\x00" in text[:2000] and text.lstrip()[:1] != "<" and text.count("\x00") * 10 > len(text):
        raise NotAnArticle("this is a binary file, not a page; give a page, a text, a PDF, a DOCX or an EPUB")
    text = _LONG_TAG.sub(_uncrowded, _CONTROL.sub(" ", text))
    if not text.strip():
        raise NotAnArticle("the page is empty; check the address in a browser")
    if text.count("<") > _MOST_TAGS:
        raise NotAnArticle(f"the page has more than {_MOST_TAGS:,} tags; give the page of one article")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        # Plain elements, not lxml.html's: these ask a Python function for the class of each element.
        root = etree.fromstring(text.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError as error:
        raise NotAnArticle("the page is empty; check the address in a browser") from error
    if root is None:
        raise NotAnArticle("the page is empty; check the address in a browser")
    _end_head(root)
    return root


def _end_head(root: Element) -> None:
    """HTML may leave <head> and <body> out; libxml2 knows no <article>, <main>, <section>, and goes on with the head there."""
    head = root.find("head")
    first = next((child for child in head if child.tag not in _OF_HEAD), None) if head is not None else None
    if head is None or first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, child in enumerate([first, *first.itersiblings()]):
        body.insert(place, child)


def _uncrowded(tag: re.Match[str]) -> str:
    attributes, closed, after = tag[2].partition(">")
    if len(_ATTRIBUTE.findall(tag[2])) > _MOST_ATTRIBUTES:
        return f"<{tag[1]}>{tag[2].rpartition('>')[2] if closed else ''}"
    if len(attributes.split()) > _MOST_ATTRIBUTES:
        return f"<{tag[1]}>{after}"
    return tag[0]


def clean(text: str) -> str:
    """NFC on one line, white space collapsed, invisible characters gone."""
    text = unicodedata.normalize("NFC", text)
    # Only a space is both white and printable: most lines need no more than a look.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(_INVISIBLE.sub("", text).split())


def text_of(element: Element) -> str:
    """All text in ``element``, on one line."""
    return clean(" ".join(element.itertext()))


def begins(element: Element, most: int = 1000) -> str:
    """The text of ``element``, but no more of it than it takes to see that it is longer than ``most``."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(part[: most + 1])
        length += len(part)
        if length > most:
            break
    return clean(" ".join(parts))


def following(element: Element) -> Iterator[Element]:
    """The elements that begin after the end of ``element``, in the order of the page."""
    node: Element | None = element
    while node is not None:
        after = node.getnext()
        if after is None:
            node = node.getparent()
        else:
            yield from after.iter()
            node = after


def preceding(element: Element) -> Iterator[Element]:
    """The elements that end before ``element`` begins, the last first; of huge ones only the beginning."""
    node: Element | None = element
    while node is not None:
        before = node.getprevious()
        if before is None:
            node = node.getparent()
        else:
            yield from reversed(list(islice(before.iter(), 1000)))
            node = before


def label(element: Element) -> str:
    """Class and id, lower case, as one string to match patterns on."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def drop(element: Element) -> None:
    """Take out what is in an element. Its empty shell stays, so that the CSS paths of the others still are the page's."""
    element.clear(keep_tail=True)


class CssPaths:
    """Where elements stand, as the shortest CSS path from the nearest ancestor with an id; siblings counted once, and
    the path to what holds them found once."""

    def __init__(self) -> None:
        self._places: dict[Element, int] = {}
        self._boxes: dict[Element, str] = {}

    def __call__(self, element: Element) -> str:
        parent = element.getparent()
        if parent is None or element.get("id"):
            return self._path(element)
        box = self._boxes.get(parent)
        if box is None:
            box = self._boxes[parent] = self._path(parent)
        return f"{box} > {element.tag}:nth-child({self._place(element, parent)})"

    def _path(self, element: Element) -> str:
        steps: list[str] = []
        node: Element | None = element
        while node is not None:
            name = node.get("id", "")
            if name and re.fullmatch(r"[A-Za-z][\w-]*", name):
                steps.append(f"#{name}")
                break
            parent = node.getparent()
            steps.append(node.tag if parent is None else f"{node.tag}:nth-child({self._place(node, parent)})")
            node = parent
        return " > ".join(reversed(steps))

    def _place(self, node: Element, parent: Element) -> int:
        if node not in self._places:
            self._places.update(zip(parent, count(1), strict=False))
        return self._places[node]


def first_picture(boxes: Iterable[Element]) -> str:
    """What the first picture in these elements links to; empty where there is none but icons."""
    for box in boxes:
        for image in box.iter("img", "amp-img"):
            # Pages that load their pictures late keep the address elsewhere.
            links = (image.get(name, "").strip() for name in ("data-src", "data-original", "data-lazy-src", "src"))
            link = next((link for link in links if link and not link.startswith("data:")), "")
            path = link.partition("?")[0].lower()
            sides = [int(side[1]) for name in ("width", "height") if (side := _PIXELS.match(image.get(name, "")))]
            if link and not path.endswith((".svg", ".gif")) and min(sides, default=_ICON) >= _ICON:
                return link
    return ""
