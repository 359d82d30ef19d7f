"""Listings of a site on the web: sitemaps, feeds, lists of addresses, and where a site names them."""

import gzip
import io
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from lxml import etree

from docreader.article.fetch import Fetch, Fetcher
from docreader.article.robots import Manners
from docreader.errors import SourceError
from docreader.site.model import Found
from docreader.web.allow import canonical

LARGEST = 60_000_000
"""Bytes of a listing as it is sent, more than the 50 MB that sitemaps may have."""
_UNPACKED = 200_000_000
_DEPTH = 4
_COMMON = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt", "/news-sitemap.xml", "/rss.xml", "/rss", "/feed", "/atom.xml")  # fmt: skip
_ALTERNATE = re.compile(rb"<link\b[^>]*\btype=[\"']?application/(?:rss|atom)\+xml[^>]*>", re.I)
_HREF = re.compile(rb"\bhref=[\"']?([^\"'\s>]+)", re.I)
_ADDRESS = re.compile(r"https?://", re.I)


class _NothingNamed(SourceError):  # noqa: N818
    """A page that leads to no listing."""


class Listings:
    """Reads listings over the network; what cannot be read is noted in ``problems``, and the rest goes on."""

    def __init__(self, fetch: Fetch, manners: Manners, since: str = "") -> None:
        self._fetcher = Fetcher(replace(fetch, max_bytes=LARGEST))
        self._manners, self._since = manners, since
        self.problems: list[str] = []
        self._read: set[str] = set()

    def site(self, address: str) -> Iterator[Found]:
        """The articles that an address stands for: a sitemap, a feed, a list, or a site, which names one of these.

        Raises SourceError: it is none, and names none.
        """
        failed = None
        self._page = b""
        try:
            found = self._opened(address, 0)
        except SourceError as error:  # a front page that fails may have a robots.txt that tells
            if urlsplit(address).path not in ("", "/"):
                raise
            found, failed = None, error
        try:
            yield from self._of_page(address) if found is None else found
        except _NothingNamed:
            if failed:
                raise failed from None
            raise

    def told(self, content: bytes, base: str) -> Iterator[Found]:
        """What a sitemap or a feed that lies here names."""
        return self._sitemap(content, base, 0) if kind(content) == "sitemap" else self._feed(content, base)

    def _opened(self, address: str, depth: int) -> Iterator[Found] | None:
        """What a listing names; None if the address is a page. Raises SourceError."""
        self._manners.wait(address)
        page = self._fetcher.fetch(address)
        content = unpacked(page.content, address)
        match kind(content):
            case "sitemap":
                return self._sitemap(content, page.url, depth)
            case "feed":
                return self._feed(content, page.url)
            case "list":
                return addresses(content.decode("utf-8-sig", "replace").splitlines(), self.problems, address)
        self._page = content
        return None

    def _of_page(self, address: str) -> Iterator[Found]:
        """The articles below a page, by the listings that its site names."""
        html, root = self._page, urljoin(address, "/")
        below = address if urlsplit(address).path not in ("", "/") else ""
        below = below.rsplit("/", 1)[0] + "/" if below and "." in below.rsplit("/", 1)[1] else below

        def within(found: Iterator[Found]) -> Iterator[Found]:
            return (one for one in found if one.address.startswith(below))

        named = self._manners.sitemaps(address)
        if named:
            some = False
            for one in named:
                for found in within(self._tried(urljoin(root, one), 0)):
                    some = True
                    yield found
            if some:
                return
        for path in _COMMON[:7]:
            if (found_ := self._quietly(urljoin(root, path))) is not None:
                yield from within(found_)
                return
        links = [m[1].decode("latin-1") for tag in _ALTERNATE.findall(html) if (m := _HREF.search(tag))]
        for link in dict.fromkeys(
            [*(urljoin(address, link) for link in links), *(urljoin(root, p) for p in _COMMON[7:])]
        ):
            if (found_ := self._quietly(link)) is not None:
                yield from found_
                return
        raise _NothingNamed(
            f"{address} names no sitemap and no feed; give the address of one, or a list of the articles' addresses"
        )

    def _quietly(self, address: str) -> Iterator[Found] | None:
        try:
            return self._opened(address, 0)
        except SourceError:
            return None

    def _tried(self, address: str, depth: int) -> Iterator[Found]:
        """A listing that another names: what is wrong with it is noted."""
        try:
            found = self._opened(address, depth)
        except SourceError as error:
            self.problems.append(str(error))
            return
        if found is None:
            self.problems.append(f"{address} is no sitemap and no feed; it is passed over")
            return
        yield from found

    def _sitemap(self, content: bytes, address: str, depth: int) -> Iterator[Found]:
        if depth > _DEPTH:
            self.problems.append(f"{address} lies more than {_DEPTH} sitemaps deep; it is passed over")
            return
        try:
            for name, location, date in _locations(content):
                where = urljoin(address, location)
                if name == "url":
                    yield from _found(where, date, self.problems)
                elif where not in self._read and not (self._since and date and date[:10] < self._since[:10]):
                    self._read.add(where)
                    yield from self._tried(where, depth + 1)
        except etree.XMLSyntaxError as error:
            self.problems.append(f"{address} is not well formed ({error.msg}); what stands after that is passed over")

    def _feed(self, content: bytes, address: str) -> Iterator[Found]:
        """The entries of a feed and of the older pages that it names."""
        import feedparser

        for _ in range(1000):
            self._read.add(address)
            feed = feedparser.parse(content, response_headers={"content-location": address})
            for entry in feed.entries:
                moment = entry.get("published_parsed") or entry.get("updated_parsed")
                date = time.strftime("%Y-%m-%dT%H:%M:%SZ", moment) if moment else ""
                if link := entry.get("link"):
                    yield from _found(urljoin(address, link), date, self.problems)
            older = [
                link.get("href", "")
                for link in feed.feed.get("links", [])
                if link.get("rel") in ("next", "prev-archive")
            ]
            address = urljoin(address, older[0]) if older else ""
            if not address or address in self._read:
                return
            try:
                content = unpacked(self._fetcher.fetch(address).content, address)
            except SourceError as error:
                self.problems.append(str(error))
                return


def _locations(content: bytes) -> Iterator[tuple[str, str, str]]:
    """``url`` or ``sitemap``, its address and its date, one after the other: memory does not grow with the sitemap."""
    parser = etree.iterparse(
        io.BytesIO(content), events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True,
        huge_tree=True, recover=True,
    )  # fmt: skip
    for _, element in parser:
        told = {
            etree.QName(child).localname: (child.text or "").strip() for child in element if isinstance(child.tag, str)
        }
        date = told.get("lastmod", "")
        if not date:
            dated = element.find(".//{*}publication_date")
            date = (dated.text or "").strip() if dated is not None else ""
        if location := told.get("loc"):
            yield etree.QName(element).localname, location, date
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def addresses(lines: Iterator[str] | list[str], problems: list[str], name: str) -> Iterator[Found]:
    """One address a line; empty lines and what follows # are passed over."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            if _ADDRESS.match(text):
                yield from _found(text.split()[0], "", problems)
            else:
                problems.append(f"{name}: line {number} is no address ({text[:60]!r}); write one as https://host/page")


def _found(address: str, date: str, problems: list[str]) -> Iterator[Found]:
    try:
        yield Found(canonical(address), date)
    except SourceError as error:
        problems.append(str(error))


def unpacked(content: bytes, name: str) -> bytes:
    """What gzip packed, unpacked. Raises SourceError: it is damaged, or too much."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            data = file.read(_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{name} is a damaged gzip file ({error}); tell the site's operator") from error
    if len(data) > _UNPACKED:
        raise SourceError(
            f"{name} is larger than {_UNPACKED / 1e6:g} MB when unpacked; name the sitemaps in it one by one"
        )
    return data


def kind(content: bytes) -> str:
    """``sitemap``, ``feed``, ``list`` or ``page``."""
    start = content[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        body = re.sub(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>", b"", start, flags=re.S).lstrip()
        root = re.match(rb"<(?:[\w.-]+:)?([\w-]+)", body)
        match root[1].lower() if root else b"":
            case b"urlset" | b"sitemapindex":
                return "sitemap"
            case b"rss" | b"feed" | b"rdf":
                return "feed"
        return "page"
    lines = [line.strip() for line in start.decode("utf-8", "replace").splitlines()[:20]]
    told = [line for line in lines if line and not line.startswith("#")]
    return "list" if told and all(_ADDRESS.match(line) for line in told[:-1] or told) else "page"
