"""A page as a tree: parsing whatever comes, and small questions about elements."""

import re
import unicodedata

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from docreader.article.charset import decode
from docreader.errors import NotAnArticle

# What XML may not hold: control characters and half surrogates, replaced before the parser sees them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# libxml2 compares each attribute of a tag with all before it: a million of them would take hours.
_LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,50})([\s/][^<]{8000,})")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"']{1,100}=")
_MOST_ATTRIBUTES = 1000


def parse(html: str | bytes, charset: str = "") -> HtmlElement:
    """The root of the page. Raises NotAnArticle if there is nothing in it."""
    text = decode(html, charset) if isinstance(html, bytes) else html
    if "\x00" in text[:2000] and text.lstrip()[:1] != "<" and text.count("\x00") * 10 > len(text):
        raise NotAnArticle("this is a binary file, not a page; give a page, a text, a PDF, a DOCX or an EPUB")
    text = _LONG_TAG.sub(_uncrowded, _CONTROL.sub(" ", text))
    if not text.strip():
        raise NotAnArticle("the page is empty; check the address in a browser")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAnArticle("the page is empty; check the address in a browser") from error


def _uncrowded(tag: re.Match[str]) -> str:
    attributes, closed, after = tag[2].partition(">")
    if len(_ATTRIBUTE.findall(tag[2])) > _MOST_ATTRIBUTES:
        return f"<{tag[1]}>{tag[2].rpartition('>')[2] if closed else ''}"
    if len(attributes.split()) > _MOST_ATTRIBUTES:
        return f"<{tag[1]}>{after}"
    return tag[0]


def clean(text: str) -> str:
    """NFC on one line, white space collapsed, invisible characters gone."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def text_of(element: HtmlElement) -> str:
    """All text in ``element``, on one line."""
    return clean(" ".join(element.itertext()))


def label(element: HtmlElement) -> str:
    """Class and id, lower case, as one string to match patterns on."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def drop(element: HtmlElement) -> None:
    """Take out what is in an element. Its empty shell stays, so that the CSS paths of the others still are the page's."""
    element.clear(keep_tail=True)


class CssPaths:
    """Where elements stand, as the shortest CSS path from the nearest ancestor with an id; siblings counted once."""

    def __init__(self) -> None:
        self._places: dict[HtmlElement, int] = {}

    def __call__(self, element: HtmlElement) -> str:
        steps: list[str] = []
        node: HtmlElement | None = element
        while node is not None:
            name = node.get("id", "")
            if name and re.fullmatch(r"[A-Za-z][\w-]*", name):
                steps.append(f"#{name}")
                break
            parent = node.getparent()
            steps.append(node.tag if parent is None else f"{node.tag}:nth-child({self._place(node, parent)})")
            node = parent
        return " > ".join(reversed(steps))

    def _place(self, node: HtmlElement, parent: HtmlElement) -> int:
        if node not in self._places:
            self._places.update((child, place) for place, child in enumerate(parent, 1))
        return self._places[node]
