"""EPUB -> Article: its chapters in the order of the book."""

import io
import posixpath
import zipfile
from urllib.parse import unquote

from lxml import etree

from docreader.article import noise
from docreader.article.documents import article
from docreader.article.dom import clean, parse
from docreader.article.model import Article, Block
from docreader.article.pieces import pieces
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

_MOST_BYTES = 100_000_000
_OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
_CONTAINER = {"c": "urn:oasis:names:tc:opendocument:xmlns:container"}


def from_epub(content: bytes, name: str = "") -> Article:
    """All chapters of a book that is not locked. Raises NotAnArticle for a broken or locked one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise NotAnArticle(
                    f"{name} unpacks to more than {_MOST_BYTES / 1e6:g} MB; give its chapters one by one"
                )
            if "META-INF/encryption.xml" in archive.namelist() and b"xmlenc" in archive.read("META-INF/encryption.xml"):
                raise NotAnArticle(f"{name} is locked (DRM); give a book that is free to read")
            return _book(archive, name)
    except NotAnArticle:
        raise
    except Exception as error:  # zipfile lets out whatever a broken archive makes: ValueError, zlib.error, KeyError, …
        raise NotAnArticle(f"{name} is a broken EPUB; convert it again") from error


def _book(archive: zipfile.ZipFile, name: str) -> Article:
    package_path = _xml(archive.read("META-INF/container.xml")).xpath("//c:rootfile/@full-path", namespaces=_CONTAINER)[
        0
    ]
    package = _xml(archive.read(package_path))
    files = {
        item.get("id"): item.get("href", "")
        for item in package.iterfind(".//opf:manifest/opf:item", _OPF)
        if "nav" not in (item.get("properties") or "").split() and "html" in (item.get("media-type") or "")
    }
    found: list[Block] = []
    for entry in package.iterfind(".//opf:spine/opf:itemref", _OPF):
        href = files.get(entry.get("idref"))
        if not href or entry.get("linear") == "no":
            continue
        root = parse(archive.read(posixpath.normpath(posixpath.join(posixpath.dirname(package_path), unquote(href)))))
        body = root.find("body")
        chapter = pieces(root if body is None else body)
        found += [Block(one.kind, to_unicode(one.text), one.level) for one in chapter if not noise.line_rule(one)]
    title = clean(" ".join(package.xpath("string(//dc:title)", namespaces=_OPF).split()))
    author = clean(package.xpath("string(//dc:creator)", namespaces=_OPF))
    return article(found, name, title=title, author=author)


def _xml(content: bytes) -> etree._Element:
    return etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
