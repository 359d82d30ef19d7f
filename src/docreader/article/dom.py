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
_SPACE = re.compile(r"\s+")


def parse(html: str | bytes, charset: str = "") -> HtmlElement:
    """The root of the page. Raises NotAnArticle if there is nothing in it."""
    text = decode(html, charset) if isinstance(html, bytes) else html
    if "\x00" in text[:2000] and text.lstrip()[:1] != "<" and text.count("\x00") * 10 > len(text):
        raise NotAnArticle("this is a binary file, not a page; give a page, a text, a PDF, a DOCX or an EPUB")
    text = _CONTROL.sub(" ", text)
    if not text.strip():
        raise NotAnArticle("the page is empty; check the address in a browser")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAnArticle("the page is empty; check the address in a browser") from error


def clean(text: str) -> str:
    """NFC on one line, white space collapsed, invisible characters gone."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def text_of(element: HtmlElement) -> str:
    """All text in ``element``, on one line."""
    return clean(" ".join(element.itertext()))


def label(element: HtmlElement) -> str:
    """Class and id, lower case, as one string to match patterns on."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def drop(element: HtmlElement) -> None:
    """Take out what is in an element. Its empty shell stays, so that the CSS paths of the others still are the page's."""
    element.clear(keep_tail=True)


def css_path(element: HtmlElement) -> str:
    """Where ``element`` stands, as the shortest CSS path from its nearest ancestor with an id."""
    steps: list[str] = []
    node: HtmlElement | None = element
    while node is not None and isinstance(node.tag, str):
        name = node.get("id", "")
        if name and re.fullmatch(r"[A-Za-z][\w-]*", name):
            steps.append(f"#{name}")
            break
        place = 1 + sum(1 for other in node.itersiblings(preceding=True) if isinstance(other.tag, str))
        steps.append(node.tag if node.getparent() is None else f"{node.tag}:nth-child({place})")
        node = node.getparent()
    return " > ".join(reversed(steps))
