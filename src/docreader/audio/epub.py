"""An article as an e-book that reads along: EPUB 3 with Media Overlays, one document, one track, one overlay."""

import hashlib
import posixpath
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from docreader import __version__
from docreader.article.model import Article, Block
from docreader.audio.model import Mark, Recording
from docreader.audio.tags import picture_type

_ACTIVE = "-epub-media-overlay-active"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CONTAINER = (
    _HEAD + '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n<rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>\n</container>\n'
)
_CSS = f"""body {{ font-family: serif; line-height: 1.5; }}
h1, h2, h3, h4, h5, h6 {{ line-height: 1.25; text-align: left; }}
.lead {{ font-weight: bold; }}
.caption {{ font-size: 0.9em; font-style: italic; }}
.{_ACTIVE} {{ background-color: #ffe08a; color: #000; }}
"""
_FEATURES = ("synchronizedAudioText", "readingOrder", "structuralNavigation", "tableOfContents")
_SUMMARY = "Toàn văn bài viết kèm giọng đọc tổng hợp; câu đang đọc được đánh dấu."
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same article makes the same bytes


def write(out: BinaryIO, recording: Recording, article: Article, cover: bytes | None = None) -> None:
    """The book of a recording in MP3. ``out`` can seek. Raises OSError."""
    marks = {f"s{number}": mark for number, mark in enumerate(recording.marks, 1) if mark.block >= -2}
    body = _body(article, marks)
    marks = {name: mark for name, mark in marks.items() if f'id="{name}"' in body}
    picture = _cover_name(cover)
    files = {
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _package(article, recording.voice.name, marks.values(), body, picture),
        "EPUB/nav.xhtml": _nav(article),
        "EPUB/article.xhtml": _page(article, body),
        "EPUB/article.smil": _overlay(marks),
        "EPUB/style.css": _CSS,
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(_entry("mimetype", zipfile.ZIP_STORED), "application/epub+zip")
        for name, text in files.items():
            book.writestr(_entry(name), text.encode("utf-8", "replace"))
        if cover and picture:
            book.writestr(_entry(f"EPUB/{picture}", zipfile.ZIP_STORED), cover)
        with book.open(_entry("EPUB/audio.mp3", zipfile.ZIP_STORED), "w", force_zip64=True) as track:
            track.write(recording.head)
            recording.file.seek(0)
            shutil.copyfileobj(recording.file, track, 1 << 20)


def _entry(name: str, how: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.compress_type, entry.external_attr = how, 0o644 << 16
    return entry


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", text))


def _language(article: Article) -> str:
    return article.language if re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", article.language) else "vi"


def _cover_name(cover: bytes | None) -> str:
    return {"image/jpeg": "cover.jpg", "image/png": "cover.png"}.get(picture_type(cover or b"") or "", "")


def _body(article: Article, marks: dict[str, Mark]) -> str:
    """The text, each sentence that is heard in a span with its name."""
    said: dict[int, list[tuple[str, Mark]]] = {}
    for name, mark in marks.items():
        said.setdefault(mark.block, []).append((name, mark))

    def inner(number: int, text: str) -> str:
        out, at = [], 0
        for name, mark in said.get(number, []):
            if at <= mark.from_ < mark.to <= len(text):
                out.append(_text(text[at : mark.from_]))
                out.append(f'<span id="{name}">{_text(text[mark.from_ : mark.to])}</span>')
                at = mark.to
        return "".join([*out, _text(text[at:])])

    lines = [f"<h1>{inner(-2, article.title)}</h1>"] if article.title else []
    if article.lead:
        lines.append(f'<p class="lead">{inner(-1, article.lead)}</p>')
    for kind, blocks in groupby(enumerate(article.blocks), lambda one: one[1].kind):
        if kind == "item":
            lines.append("<ul>")
            lines += [f"<li>{inner(number, block.text)}</li>" for number, block in blocks]
            lines.append("</ul>")
        else:
            lines += [_block(number, block, inner(number, block.text)) for number, block in blocks]
    return "\n".join(lines)


def _block(number: int, block: Block, inner: str) -> str:
    match block.kind:
        case "heading":
            name = f"h{_level(block)}"
            return f'<{name} id="b{number}">{inner}</{name}>'
        case "quote":
            return f"<blockquote><p>{inner}</p></blockquote>"
        case "caption":
            return f'<p class="caption">{inner}</p>'
    return f"<p>{inner}</p>"


def _level(block: Block) -> int:
    return max(2, min(6, block.level))


def _page(article: Article, body: str) -> str:
    language = _language(article)
    return (
        f'{_HEAD}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">\n'
        f"<head><title>{_text(_title(article))}</title>"
        f'<link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _title(article: Article) -> str:
    return " ".join(article.title.split()) or "Bài viết"


def _nav(article: Article) -> str:
    """The title, and below it the headings, one level."""
    language = _language(article)
    rows = [
        f'<li><a href="article.xhtml#b{number}">{_text(block.text)}</a></li>'
        for number, block in enumerate(article.blocks)
        if block.kind == "heading" and block.text.strip()
    ]
    below = f"\n<ol>\n{chr(10).join(rows)}\n</ol>" if rows else ""
    return (
        f'{_HEAD}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{language}" xml:lang="{language}">\n<head><title>{_text(_title(article))}</title></head>\n<body>\n'
        f'<nav epub:type="toc"><h1>Mục lục</h1>\n<ol>\n<li><a href="article.xhtml">{_text(_title(article))}</a>{below}</li>\n'
        f"</ol></nav>\n</body>\n</html>\n"
    )


def _overlay(marks: dict[str, Mark]) -> str:
    """Which part of the track says which sentence: in the order of both."""
    rows = "\n".join(_pars(marks))
    return f'{_HEAD}<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0">\n<body>\n{rows}\n</body>\n</smil>\n'


def _pars(marks: dict[str, Mark]) -> Iterator[str]:
    for name, mark in marks.items():
        yield (
            f'<par id="p{name}"><text src="article.xhtml#{name}"/>'
            f'<audio src="audio.mp3" clipBegin="{mark.start:.3f}s" clipEnd="{max(mark.end, mark.start + 0.001):.3f}s"/></par>'
        )


def _package(article: Article, voice: str, marks: Iterable[Mark], body: str, picture: str) -> str:
    """What the book is and holds; its durations are those of the clips, as the rules for overlays ask."""
    lasts = _clock(sum(round(mark.end, 3) - round(mark.start, 3) for mark in marks))
    digest = hashlib.sha256(f"{article.canonical_url or article.url}\n{body}".encode("utf-8", "replace")).hexdigest()
    name = f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    simple = [
        ("dc:title", _title(article)),
        ("dc:language", _language(article)),
        ("dc:creator", article.author),
        ("dc:publisher", article.site),
        ("dc:source", article.canonical_url or article.url),
        ("dc:date", article.published[:10]),
    ]
    properties = [
        ("dcterms:modified", _modified(article)),
        ("media:duration", lasts),
        ("media:active-class", _ACTIVE),
        ("media:narrator", voice),
        ("schema:accessMode", "textual"),
        ("schema:accessMode", "auditory"),
        ("schema:accessModeSufficient", "textual"),
        ("schema:accessModeSufficient", "auditory"),
        *[("schema:accessibilityFeature", feature) for feature in _FEATURES],
        ("schema:accessibilityHazard", "none"),
        ("schema:accessibilitySummary", _SUMMARY),
    ]
    lines = [f'<dc:identifier id="id">{name}</dc:identifier>']
    lines += [f"<{tag}>{_text(value)}</{tag}>" for tag, value in simple if value.strip()]
    lines += [f'<meta property="{key}">{_text(value)}</meta>' for key, value in properties]
    lines.append(f'<meta property="media:duration" refines="#overlay">{lasts}</meta>')
    lines.append(f'<meta name="generator" content={quoteattr(f"docreader {__version__}")}/>')
    items = [
        ("nav", "nav.xhtml", "application/xhtml+xml", ' properties="nav"'),
        ("article", "article.xhtml", "application/xhtml+xml", ' media-overlay="overlay"'),
        ("overlay", "article.smil", "application/smil+xml", ""),
        ("audio", "audio.mp3", "audio/mpeg", ""),
        ("style", "style.css", "text/css", ""),
    ]
    if picture:
        kind = "image/jpeg" if posixpath.splitext(picture)[1] == ".jpg" else "image/png"
        items.append(("cover", picture, kind, ' properties="cover-image"'))
    manifest = "\n".join(f'<item id="{i}" href="{href}" media-type="{kind}"{more}/>' for i, href, kind, more in items)
    return (
        f'{_HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{_language(article)}">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + "\n".join(lines)
        + f'\n</metadata>\n<manifest>\n{manifest}\n</manifest>\n<spine><itemref idref="article"/></spine>\n</package>\n'
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest / 1000:06.3f}"


def _modified(article: Article) -> str:
    """When the article was last changed, as it says; else now."""
    for text in (article.updated, article.published):
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        return (
            when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when.tzinfo else when.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
