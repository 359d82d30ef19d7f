"""Whatever the user names -> Article: an address, a file, standard input."""

import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from docreader.article.charset import decode
from docreader.article.model import Article
from docreader.errors import NotAnArticle, SourceError

if TYPE_CHECKING:
    from docreader.article.fetch import Fetch, Page

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|article|p|h1|meta|table)\b",
    re.I | re.S,
)
_META = re.compile(r"<meta\b[^>]{1,1000}>", re.I)
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.I)
_TARGET = re.compile(r"content\s*=\s*[\"']?\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?([^\"'>]+)", re.I)
_LINK = re.compile(r"<(?:a|iframe|embed|object)\b[^>]{1,500}?\b(?:href|src|data)=([\"'])([^\"'>]{1,2000})\1", re.I)
SUFFIXES = {".html": "html", ".htm": "html", ".xhtml": "html", ".aspx": "html", ".php": "html", ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".pdf": "pdf", ".docx": "docx", ".epub": "epub"}  # fmt: skip
_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "application/pdf": "pdf",
    "application/epub+zip": "epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_OTHER = {
    b"\xff\xd8\xff": "a JPEG image",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a sound or picture",
    b"ID3": "an MP3",
    b"\xd0\xcf\x11\xe0": "an old Word document (.doc); save it as .docx",
    b"{\\rtf": "an RTF document; save it as .docx",
    b"\x1f\x8b": "a compressed file",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
}
_MOST_BYTES = 200_000_000


def load(source: str, settings: "Fetch | None" = None) -> Article:
    """The article in ``source``: an http(s) address, a file, or ``-`` for standard input. Raises SourceError where the
    source cannot be had, NotAnArticle where there is nothing to read in it."""
    if _ADDRESS.match(source):
        return _from_address(source, settings)
    if source == "-":
        return _from_bytes(sys.stdin.buffer.read(_MOST_BYTES), "", "", "standard input")
    return _from_file(source)


def explain(source: str, settings: "Fetch | None" = None) -> list[tuple[str, str]]:
    """Which rule took what: pairs of a rule's name and what it took or dropped. Raises SourceError."""
    if _ADDRESS.match(source):
        from docreader.article.fetch import fetch

        page = _sent_on(fetch(source, settings), settings)
        content, kind, charset, name = page.content, _said(page), page.charset, page.url
    elif source == "-":
        content, kind, charset, name = sys.stdin.buffer.read(_MOST_BYTES), "", "", "standard input"
    else:
        content, kind = _content(source)
        charset, name = "", source
    try:
        kind = _kind(content, kind, charset, name)
    except NotAnArticle as error:
        return [("no article", str(error))]
    if kind != "html":
        return [("document", kind)]
    from docreader.article.html import explain

    return explain(content, name, charset)


def _from_address(address: str, settings: "Fetch | None") -> Article:
    from docreader.article.fetch import fetch

    return from_answer(fetch(address, settings), settings)


def from_answer(page: "Page", settings: "Fetch | None" = None) -> Article:
    """The article of a page that was fetched, or of where it sends a reader to: a refresh, the one PDF that it shows.
    Raises as ``load`` does."""
    page = _sent_on(page, settings)
    try:
        return _from_page(page)
    except NotAnArticle:
        attached = _attached(page)
        if not attached:
            raise
        from docreader.article.fetch import fetch

        return replace(_from_page(fetch(attached, settings)), canonical_url=page.url)


def from_content(content: bytes, content_type: str, name: str, url: str = "") -> Article:
    """The article in bytes that came from elsewhere (an archive, a folder of saved pages). ``name`` stands in messages
    and may tell by its end what it is; ``url`` is the address that they had. Raises NotAnArticle."""
    media, _, parameters = content_type.partition(";")
    charset = re.search(r"charset=[\"']?([\w-]+)", parameters, re.I)
    kind = _TYPES.get(media.strip().lower(), "") or SUFFIXES.get(Path(name).suffix.lower(), "")
    article = _from_bytes(content, kind, charset[1] if charset else "", url or name)
    return replace(article, url=url or article.url)


def _sent_on(page: "Page", settings: "Fetch | None") -> "Page":
    """The page, or the one that it sends the browser on to by itself."""
    from docreader.article.fetch import fetch

    for _ in range(3):
        target = _refresh(page)
        if not target:
            break
        page = fetch(target, settings)
    return page


def _from_page(page: "Page") -> Article:
    return replace(_from_bytes(page.content, _said(page), page.charset, page.url), url=page.url)


def _said(page: "Page") -> str:
    """The kind that the server names; where it knows no better than “text” or “bytes”, the one that the address names."""
    kind = _TYPES.get(page.content_type, "")
    ending = "" if kind not in ("", "text") else SUFFIXES.get(Path(page.url.partition("?")[0]).suffix.lower(), "")
    return ending if ending == "markdown" or not kind else kind


def _from_file(name: str) -> Article:
    content, kind = _content(name)
    return _from_bytes(content, kind, "", name)


def _content(name: str) -> tuple[bytes, str]:
    """A file's bytes and what its name says it is. Raises SourceError."""
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            raise SourceError(f"{name} is a folder; name the files in it")
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError as error:
        hint = "; an address begins with https://" if ("." in name and "/" in name) or name.startswith("www.") else ""
        raise SourceError(f"there is no file {name}; check the name{hint}") from error
    except (OSError, ValueError) as error:
        raise SourceError(
            f"cannot read {name} ({getattr(error, 'strerror', None) or error}); check its permissions"
        ) from error
    return content, SUFFIXES.get(path.suffix.lower(), "")


def _from_bytes(content: bytes, kind: str, charset: str, name: str) -> Article:
    """``kind`` is what the name or the server says; the first bytes know better."""
    kind = _kind(content, kind, charset, name)
    if kind == "pdf":
        from docreader.article.pdf import from_pdf

        return from_pdf(content, name)
    if kind == "docx":
        from docreader.article.docx import from_docx

        return from_docx(content, name)
    if kind == "epub":
        from docreader.article.epub import from_epub

        return from_epub(content, name)
    text = decode(content, charset)
    if kind == "html":
        from docreader.article.html import extract

        return extract(text, name)
    if text.count("\x00") > 2 or text.count("\ufffd") * 10 > len(text):
        raise NotAnArticle(f"{name} is a binary file; give a page, a text, a PDF, a DOCX or an EPUB")
    from docreader.article.documents import from_markdown, from_text

    return from_markdown(text, name) if kind == "markdown" else from_text(text, name)


def _kind(content: bytes, kind: str, charset: str, name: str) -> str:
    """What it is; ``kind`` is what the name or the server says, the first bytes know better. Raises NotAnArticle."""
    if not content.strip():
        raise NotAnArticle(f"{name} is empty; check it in a browser or an editor")
    kind = _sniff(content, name) or kind
    return "html" if kind in ("", "text") and _HTML.match(decode(content[:8000], charset)[:2000]) else kind or "text"


def _sniff(content: bytes, name: str) -> str:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        if b"mimetypeapplication/epub+zip" in content[:200]:
            return "epub"
        if b"word/" in content:
            return "docx"
        raise NotAnArticle(f"{name} is a ZIP archive, not a page; unpack it and name the files")
    for first, what in _OTHER.items():
        if content.startswith(first):
            raise NotAnArticle(f"{name} is {what}, not a page; give a page, a text, a PDF, a DOCX or an EPUB")
    return ""


def _refresh(page: "Page") -> str:
    """Where a page sends the browser on by itself, within a few seconds."""
    if page.content_type not in ("text/html", "application/xhtml+xml", ""):
        return ""
    tags = _META.findall(decode(page.content[:20_000], page.charset))
    found = next((_TARGET.search(tag) for tag in tags if _REFRESH.search(tag)), None)
    if not found or int(found[1][:6]) > 10:
        return ""
    target = _joined(page.url, found[2])
    return target if target != page.url else ""


def _attached(page: "Page") -> str:
    """The PDF that a page without text of its own shows or links to, by itself or in a viewer, if it is the only one."""
    text = decode(page.content, page.charset)
    found = {_pdf(_joined(page.url, link)) for _, link in _LINK.findall(text)} - {""}
    return found.pop() if len(found) == 1 else ""


def _joined(base: str, link: str) -> str:
    """The address that a link in a page means; empty for one that is none."""
    try:
        return urljoin(base, unescape(link).strip())
    except ValueError:
        return ""


def _pdf(address: str) -> str:
    """The address, or the one that a viewer is given (``viewer?file=…``), if it names a PDF; else empty."""
    try:
        parts = urlsplit(address)
        asked = [value for _, value in parse_qsl(parts.query)]
        inner = next((value for value in asked if urlsplit(value).path.lower().endswith(".pdf")), "")
    except ValueError:
        return ""
    if unquote(parts.path).lower().endswith(".pdf"):
        return parts._replace(path=quote(unquote(parts.path)), fragment="").geturl()
    return _pdf(urljoin(address, quote(inner, safe=":/?=&%"))) if inner and len(inner) < len(address) else ""
