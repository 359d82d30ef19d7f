"""A provincial portal of any number of articles, served on loopback: for the tests and benchmarks of the batch job.

    python tests/site/portal.py --articles 10000 [--sentences 8] [--alive 1]

prints its address and serves until it is told to stop (SIGTERM). Every page is made from its number alone, so that two portals are alike; behind
``--alive`` they are listed, but answered with 404. It
answers conditional requests with 304, lists its pages in sitemaps of 50,000, in a feed, and in robots.txt, and takes orders at ``/-/``:

    POST /-/change?n=5&n=6     these articles get another first sentence (and a new ETag)
    POST /-/gone?n=5           these are 404 and leave the sitemaps
    POST /-/broken?n=5         these are answered with 503
    POST /-/mended?n=5         these are answered again
    GET  /-/counts             JSON: how many requests there were, by status
"""

import argparse
import asyncio
import gzip
import json
import random
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

A_SITEMAP = 50_000
_DAY_ONE = datetime(2020, 1, 1, 8, tzinfo=UTC)

_WHO = (
    "UBND tỉnh",
    "HĐND huyện",
    "Sở Y tế",
    "Sở GD&ĐT",
    "Công an tỉnh",
    "Ban Thường vụ Tỉnh ủy",
    "Hội LHPN tỉnh",
    "Đoàn thanh niên",
)
_DID = (
    "tổ chức hội nghị",
    "ban hành kế hoạch",
    "kiểm tra công tác",
    "khai giảng lớp học",
    "trao quà cho hộ nghèo",
    "bàn giao công trình",
)
_WHERE = (
    "Lộc Bình",
    "Cao Lộc",
    "Văn Lãng",
    "Chi Lăng",
    "Hữu Lũng",
    "Bắc Sơn",
    "Bình Gia",
    "Tràng Định",
    "Đình Lập",
    "Văn Quan",
)
_WHAT = (
    "nông thôn mới",
    "chuyển đổi số",
    "phòng chống thiên tai",
    "cải cách hành chính",
    "an toàn giao thông",
    "giảm nghèo bền vững",
)
_HOW = (
    "với sự tham gia của {n} đại biểu",
    "trong {n} ngày",
    "với kinh phí {n} triệu đồng",
    "đạt {n}% kế hoạch",
    "cho {n} hộ dân",
)


def sentence(number: int, place: int, edition: int = 0) -> str:
    """A sentence that no other article has."""
    chance = random.Random(f"{number}.{place}.{edition}")
    n = chance.randint(2, 99)
    return (
        f"Ngày {chance.randint(1, 28)}/{chance.randint(1, 12)}, {chance.choice(_WHO)} {chance.choice(_DID)} về {chance.choice(_WHAT)} "
        f"tại {chance.choice(_WHERE)} {chance.choice(_HOW).format(n=n)}, lần thứ {number * 100 + place + 1}."
    )


@lru_cache(512)
def page(number: int, edition: int = 0, sentences: int = 8) -> bytes:
    """The page of an article, UTF-8, as a Drupal portal serves it."""
    said = [sentence(number, place, edition if place == 0 else 0) for place in range(sentences)]
    paragraphs = "".join(f"<p>{' '.join(said[at : at + 3])}</p>" for at in range(0, len(said), 3))
    title = f"Tin số {number}: {_WHAT[number % len(_WHAT)]} ở {_WHERE[number % len(_WHERE)]}"
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} | Cổng thông tin</title>'
        f'<link rel="canonical" href="/tin/{number}"><meta property="article:published_time" content="{day(number).isoformat()}"></head>'
        '<body><div class="menu"><a href="/">Trang chủ</a> <a href="/tin">Tin tức</a></div>'
        f'<article class="node node--type-article"><h1 class="page-header">{title}</h1>'
        f'<div class="field field--name-body">{paragraphs}</div></article>'
        '<div class="region-footer">© Cổng thông tin điện tử</div></body></html>'
    ).encode()


def day(number: int) -> datetime:
    """When an article was published: ten minutes after the one before it."""
    return _DAY_ONE + timedelta(minutes=10 * number)


class Portal:
    """What the server knows: how many articles, which of them were changed, are gone or broken."""

    def __init__(self, articles: int, sentences: int, alive: int) -> None:
        self.articles, self.sentences, self.alive = articles, sentences, alive
        self.editions: Counter[int] = Counter()
        self.gone: set[int] = set()
        self.broken: set[int] = set()
        self.counts: Counter[int] = Counter()
        self.address = ""

    def answer(self, method: str, target: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(target)
        if url.path.startswith("/-/"):
            return self._order(method, url.path[3:], [int(n) for n in parse_qs(url.query).get("n", [])])
        status, more, body = self._page(url.path, headers)
        self.counts[status] += 1
        return status, more, body

    def _order(self, method: str, name: str, numbers: list[int]) -> tuple[int, dict[str, str], bytes]:
        if name == "counts":
            counts = {str(status): n for status, n in self.counts.items()}
            return 200, {"Content-Type": "application/json"}, json.dumps(counts).encode()
        if method != "POST" or name not in ("change", "gone", "broken", "mended"):
            return 404, {}, b""
        if name == "change":
            self.editions.update(numbers)
        elif name == "gone":
            self.gone.update(numbers)
        elif name == "broken":
            self.broken.update(numbers)
        else:
            self.broken.difference_update(numbers)
        return 200, {}, b""

    def _page(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, f"User-agent: *\nSitemap: {self.address}/sitemap.xml\n".encode()
        if path == "/sitemap.xml":
            return 200, {"Content-Type": "application/xml"}, self._index()
        if path.startswith("/sitemap-") and path.endswith(".xml.gz"):
            return 200, {"Content-Type": "application/gzip"}, self._sitemap(int(path[9:-7]))
        if path == "/rss":
            return 200, {"Content-Type": "application/rss+xml"}, self._feed()
        if not path.startswith("/tin/") or not path[5:].isdecimal():
            return 404, {"Content-Type": "text/html"}, b"<h1>404</h1>"
        number = int(path[5:])
        if number in self.broken:
            return 503, {"Content-Type": "text/html"}, b"<h1>503</h1>"
        if not 0 < number <= min(self.articles, self.alive) or number in self.gone:
            return 404, {"Content-Type": "text/html"}, b"<h1>404</h1>"
        edition = self.editions[number]
        tag = f'"{number}.{edition}"'
        if headers.get("if-none-match") == tag:
            return 304, {"ETag": tag}, b""
        modified = format_datetime(day(number) + timedelta(minutes=edition), usegmt=True)
        kind = {"Content-Type": "text/html; charset=utf-8", "ETag": tag, "Last-Modified": modified}
        return 200, kind, page(number, edition, self.sentences)

    def _index(self) -> bytes:
        parts = range(1, (self.articles - 1) // A_SITEMAP + 2)
        rows = "".join(f"<sitemap><loc>{self.address}/sitemap-{part}.xml.gz</loc></sitemap>" for part in parts)
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()

    def _sitemap(self, part: int) -> bytes:
        numbers = range((part - 1) * A_SITEMAP + 1, min(part * A_SITEMAP, self.articles) + 1)
        rows = "".join(
            f"<url><loc>{self.address}/tin/{n}</loc><lastmod>{(day(n) + timedelta(minutes=self.editions[n])).isoformat()}</lastmod></url>"
            for n in numbers
            if n not in self.gone
        )
        return gzip.compress(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode(), 1, mtime=0
        )

    def _feed(self) -> bytes:
        newest = [n for n in range(self.articles, 0, -1) if n not in self.gone][:20]
        items = "".join(
            f"<item><title>Tin số {n}</title><link>{self.address}/tin/{n}</link>"
            f"<guid>{self.address}/tin/{n}</guid><pubDate>{format_datetime(day(n))}</pubDate></item>"
            for n in newest
        )
        return f'<rss version="2.0"><channel><title>Cổng</title>{items}</channel></rss>'.encode()


async def _talk(portal: Portal, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept open as browsers and our fetcher like it."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
            await reader.readexactly(int(headers.get("content-length", 0)))
            status, more, body = portal.answer(method, target, headers)
            answer = [f"HTTP/1.1 {status} -", *(f"{k}: {v}" for k, v in more.items()), f"Content-Length: {len(body)}"]
            writer.write("\r\n".join([*answer, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else body))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


async def serve(portal: Portal) -> None:
    server = await asyncio.start_server(lambda r, w: _talk(portal, r, w), "127.0.0.1", 0)
    portal.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(portal.address, flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--articles", type=int, default=10)
    ask.add_argument("--sentences", type=int, default=8)
    ask.add_argument("--alive", type=int, default=sys.maxsize)
    given = ask.parse_args()
    asyncio.run(serve(Portal(given.articles, given.sentences, given.alive)))


if __name__ == "__main__":
    main()
