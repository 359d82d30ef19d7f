"""The podcast of a site: RSS 2.0 with Apple's and Podcasting 2.0's namespaces, the newest first, in pages.

The first page, feed.xml, has the newest articles; each leads to the next older one (rel="next" of RFC 5005, and
"prev-archive"). Older pages are filled from the oldest article on, so that they stay as they are when articles come.
"""

import struct
import uuid
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from urllib.parse import quote, urljoin

from lxml import etree

from docreader import __version__
from docreader.site.model import Entry, article_id

COVER = "cover.png"
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST = "https://podcastindex.org/namespace/1.0"
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_SPACES = {"itunes": _ITUNES, "podcast": _PODCAST, "atom": _ATOM, "fh": _HISTORY}
_MEDIA = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "opus": "audio/ogg", "m4a": "audio/mp4"}
_PODCAST_SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Of podcast:guid, which is a UUID of version 5 of the feed's address without its scheme."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What the feed tells of the whole."""

    public: str = ""
    """Where the folder will be on the web, with a slash at its end."""
    title: str = ""
    description: str = ""
    author: str = ""
    link: str = ""
    email: str = ""
    language: str = "vi"
    category: str = "News"
    cover: str = COVER
    """A file in the folder or an address; square, 1400 to 3000 pixels."""
    items: int = 100
    """Of a page."""


@dataclass(frozen=True, slots=True)
class Item:
    address: str
    name: str
    date: str
    entry: Entry


def completed(channel: Channel, newest: tuple[str, str, str, float | None, Entry] | None) -> Channel:
    """What nobody told, from the newest article."""
    address, site = (newest[0], newest[4].site) if newest else ("", "")
    home = urljoin(address, "/") if "://" in address else channel.public
    title = channel.title or (f"{site} – Đọc nội dung" if site else "Đọc nội dung")
    return replace(
        channel,
        title=title,
        description=channel.description or f"Các bài viết của {site or home or 'trang'} được đọc thành tiếng.",
        author=channel.author or site or title,
        link=channel.link or home,
    )


def pages(total: int, size: int) -> list[int]:
    """How many items each page has, the newest page first: it has up to twice as many as the others."""
    older = max(0, total // size - 1)
    return [total - older * size, *[size] * older]


def file_name(number: int, count: int) -> str:
    """Of a page; the newest is number ``count``."""
    return "feed.xml" if number == count else f"feed-{number}.xml"


def page(channel: Channel, items: list[Item], number: int, count: int) -> bytes:
    """One page of the feed. The same items give the same bytes."""
    rss = etree.Element("rss", version="2.0", nsmap=_SPACES)
    top = etree.SubElement(rss, "channel")
    _text(top, "title", channel.title)
    _text(top, "link", _url(channel.link or channel.public))
    _text(top, "description", channel.description)
    _text(top, "language", channel.language)
    _text(top, "generator", f"docreader {__version__}")
    newest = max((date for item in items if (date := _date(item.date))), default=None)
    if newest:
        _text(top, "pubDate", format_datetime(newest))
        _text(top, "lastBuildDate", format_datetime(newest))
    own = channel.public + file_name(number, count)
    links = [("self", own), ("first", channel.public + "feed.xml"), ("last", channel.public + file_name(1, count))]
    if number > 1:
        older = channel.public + file_name(number - 1, count)
        links += [("next", older), ("prev-archive", older)]
    if number < count:
        links.append(("previous", channel.public + file_name(number + 1, count)))
        links.append(("current", channel.public + "feed.xml"))
        etree.SubElement(top, _name(_HISTORY, "archive"))
    for relation, address in links:
        etree.SubElement(top, _name(_ATOM, "link"), rel=relation, href=_url(address), type="application/rss+xml")
    _text(top, _name(_ITUNES, "author"), channel.author)
    _text(top, _name(_ITUNES, "summary"), channel.description)
    _text(top, _name(_ITUNES, "type"), "episodic")
    _text(top, _name(_ITUNES, "explicit"), "false")
    etree.SubElement(top, _name(_ITUNES, "category"), text=channel.category)
    cover_url = _url(urljoin(channel.public, channel.cover))
    etree.SubElement(top, _name(_ITUNES, "image"), href=cover_url)
    image = etree.SubElement(top, "image")
    for tag, value in (("url", cover_url), ("title", channel.title), ("link", _url(channel.link or channel.public))):
        _text(image, tag, value)
    if channel.email:
        owner = etree.SubElement(top, _name(_ITUNES, "owner"))
        _text(owner, _name(_ITUNES, "name"), channel.author)
        _text(owner, _name(_ITUNES, "email"), channel.email)
    feed_address = (channel.public + "feed.xml").partition("://")[2]
    _text(top, _name(_PODCAST, "guid"), str(uuid.uuid5(_PODCAST_SPACE, feed_address.rstrip("/"))))
    _text(top, _name(_PODCAST, "medium"), "podcast")
    for item in items:
        _item(top, channel, item)
    etree.indent(rss)
    data: bytes = etree.tostring(rss, xml_declaration=True, encoding="utf-8")
    return data


def _item(top: "etree._Element", channel: Channel, item: Item) -> None:
    entry, files = item.entry, channel.public + item.name
    one = etree.SubElement(top, "item")
    _text(one, "title", entry.title or item.name)
    link = entry.canonical_url or entry.url or (item.address if "://" in item.address else "")
    if link:
        _text(one, "link", _url(link))
    _text(one, "description", entry.summary or entry.title)
    guid = etree.SubElement(one, "guid", isPermaLink="false")
    guid.text = f"docreader:{article_id(item.address)}"
    if date := _date(item.date):
        _text(one, "pubDate", format_datetime(date))
    media = _MEDIA.get(entry.format, "application/octet-stream")
    etree.SubElement(one, "enclosure", url=_url(f"{files}.{entry.format}"), length=str(entry.bytes), type=media)
    _text(one, _name(_ITUNES, "title"), entry.title or item.name)
    if entry.author:
        _text(one, _name(_ITUNES, "author"), entry.author)
    _text(one, _name(_ITUNES, "summary"), entry.summary or entry.title)
    _text(one, _name(_ITUNES, "duration"), str(round(entry.duration)))
    _text(one, _name(_ITUNES, "explicit"), "false")
    _text(one, _name(_ITUNES, "episodeType"), "full")
    etree.SubElement(
        one, _name(_PODCAST, "transcript"), url=_url(f"{files}.vtt"), type="text/vtt",
        language=entry.language or channel.language, rel="captions",
    )  # fmt: skip
    if entry.chapters:
        etree.SubElement(
            one, _name(_PODCAST, "chapters"), url=_url(f"{files}.chapters.json"), type="application/json+chapters"
        )


def _text(parent: "etree._Element", tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _name(space: str, tag: str) -> str:
    return f"{{{space}}}{tag}"


def _url(address: str) -> str:
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def _date(text: str) -> datetime | None:
    """The moment of an ISO 8601 date, as precise as it is; without a zone it is Vietnam's."""
    try:
        date = datetime.fromisoformat(text.strip().replace(" ", "T", 1))
    except ValueError:
        return None
    if date.tzinfo is None:
        from datetime import timedelta, timezone

        date = date.replace(tzinfo=timezone(timedelta(hours=7)))
    try:
        return date.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


@cache
def cover() -> bytes:
    """A square picture for players where the site gives none: a loudspeaker, PNG of 1400 × 1400."""
    side, small = 1400, 28
    rows = []
    for y in range(small):
        row = []
        for x in range(small):
            dx, dy = x - 13.5, abs(y - 13.5)
            box = -8 <= dx <= -3 and dy <= 3
            horn = -3 < dx <= 2 and dy <= 3 + (dx + 3) * 0.9
            waves = any(abs((dx**2 + (y - 13.5) ** 2) ** 0.5 - r) < 0.6 and dx > 3 and dy < dx for r in (6.5, 9.5))
            row.append(1 if box or horn or waves else 0)
        rows.append(b"\0" + b"".join((b"\1" if cell else b"\0") * (side // small) for cell in row))
    image = b"".join(row * (side // small) for row in rows)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)
    colours = bytes([0xB7, 0x1C, 0x1C, 0xFF, 0xFF, 0xFF])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"PLTE", colours) + chunk(b"IDAT", zlib.compress(image, 9)) + chunk(b"IEND", b"")  # fmt: skip
