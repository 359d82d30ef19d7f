"""Articles by their addresses: fetched once for all who ask, kept for a while, then asked for only if they changed."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from docreader.article.fetch import Fetch, StatusError, Validators, fetch
from docreader.article.guard import Resolver, resolve
from docreader.article.model import Article
from docreader.article.source import from_answer
from docreader.errors import DocreaderError, NotAnArticle, SourceError
from docreader.speech.estimate import seconds_of
from docreader.speech.voices import Voice
from docreader.spoken.lexicon import Lexicon
from docreader.spoken.model import Script
from docreader.spoken.script import script
from docreader.web.allow import Allowed, NotAllowed, canonical
from docreader.web.limits import Gate
from docreader.web.store import Order, Store, key, name

log = logging.getLogger(__name__)
T = TypeVar("T")

_ENTRIES = 2000
_ORDERS = 256
_STALE = 86_400.0
"""Seconds for which an article is still given out while its site fails."""
_FAILED = 10.0
"""Seconds for which a page that failed is not asked again."""


@dataclass(slots=True)
class Entry:
    """An article that was fetched."""

    url: str
    article: Article
    id: str
    fetched: float
    """When it was last known to be so; seconds since 1970."""
    validators: Validators
    checked: float
    """When its site was last asked, even if it failed."""
    answers: dict[str, "Answer"] = field(default_factory=dict)
    """What ``/v1/article`` says, by voice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of an article and its track in one voice."""

    key: str
    body: bytes
    compressed: bytes
    etag: str
    ready: bool


def estimate(said: Script, voice: Voice) -> float:
    """Seconds that the track will take, from its syllables."""
    return seconds_of(said) / voice.rate


class Articles:
    """``get`` and ``order`` raise DocreaderError, Busy, TimeoutError."""

    def __init__(
        self,
        store: Store,
        allowed: Allowed,
        voices: dict[str, Voice],
        lexicon: Lexicon | None,
        fetching: Fetch,
        *,
        fresh: float,
        seconds: float,
        max_characters: int,
        jobs: int,
        queue: int,
    ) -> None:
        self._store, self._allowed, self._voices, self._lexicon = store, allowed, voices, lexicon
        self._fetching, self._fresh, self._seconds, self._most = fetching, fresh, seconds, max_characters
        self.gate = Gate(jobs, queue)
        self._threads = ThreadPoolExecutor(jobs, "article")
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._failed: dict[str, tuple[float, Exception]] = {}
        self._flights: dict[str, asyncio.Future[Any]] = {}
        self.count = {"fetched": 0, "unchanged": 0, "failed": 0}

    def address(self, url: str, asking: str) -> str:
        """The canonical address; raises SourceError, NotAllowed."""
        url = canonical(url)
        self._allowed.check(url, asking)
        return url

    def fresh(self, url: str) -> Entry | None:
        """The article of a canonical address, if it is there and need not be asked for."""
        entry = self._entries.get(url)
        if entry is None or time.time() - entry.checked > self._fresh:
            return None
        self._entries.move_to_end(url)
        return entry

    async def get(self, url: str, asking: str = "") -> Entry:
        """The article of a canonical address that was checked."""
        if entry := self.fresh(url):
            return entry
        if (failed := self._failed.get(url)) and time.monotonic() - failed[0] < _FAILED:
            raise failed[1]
        return await self.once("get " + url, partial(self._load, url, asking))

    async def order(self, entry: Entry, voice: Voice) -> Order:
        """What the track of an article is made of."""
        return await self.once(f"order {entry.id} {voice.name}", partial(self._order, entry.article, voice))

    async def ordered(self, key: str) -> Order | None:
        """What the track of this key was made of, also before a restart."""
        if found := self._orders.get(key):
            return found
        return await self.once("key " + key, partial(self._from_disk, key))

    async def work(self, what: Callable[[], T]) -> T:
        """``what`` in a thread; raises Busy where too much waits, TimeoutError."""
        async with asyncio.timeout(self._seconds), self.gate.enter():
            return await asyncio.get_running_loop().run_in_executor(self._threads, what)

    async def once(self, name: str, what: Callable[[], Awaitable[T]]) -> T:
        """Whoever asks for the same at the same time gets the same; who goes away stops nobody."""
        task = self._flights.get(name)
        if task is None:
            task = self._flights[name] = asyncio.ensure_future(what())
            task.add_done_callback(partial(self._landed, name))
        found: T = await asyncio.shield(task)
        return found

    def _landed(self, name: str, task: asyncio.Future[Any]) -> None:
        del self._flights[name]
        if not task.cancelled():
            task.exception()  # those who asked were told, or have gone

    async def _load(self, url: str, asking: str) -> Entry:
        known = self._entries.get(url)
        try:
            entry = await self.work(partial(self._fetch, url, asking, known))
        except DocreaderError as error:
            self.count["failed"] += 1
            self._failed[url] = time.monotonic(), error
            while len(self._failed) > _ENTRIES:
                del self._failed[next(iter(self._failed))]
            raise
        self._failed.pop(url, None)
        self._entries[url] = entry
        self._entries.move_to_end(url)
        if len(self._entries) > _ENTRIES:
            self._entries.popitem(last=False)
        return entry

    def _fetch(self, url: str, asking: str, known: Entry | None) -> Entry:
        """In a thread."""
        place = name("article", url)
        if known is None and (kept := self._store.article(place)):
            article, more = kept
            known = Entry(
                url, article, name(asdict(article)), more["fetched"], Validators(*more["validators"]), more["fetched"]
            )
            if 0 <= time.time() - known.fetched < self._fresh:
                return known
        settings = replace(self._fetching, permit=lambda to: self._allowed.check(canonical(to), asking))
        begun = time.monotonic()
        try:
            page = fetch(url, settings, known.validators if known else None)  # raises for what is neither 200 nor 304
            if page.status == 304 and known:
                self.count["unchanged"] += 1
                entry = replace(known, fetched=time.time(), checked=time.time())
            else:
                article = from_answer(page, settings)
                if (size := len(article.lead) + sum(len(b.text) for b in article.blocks)) > self._most:
                    raise NotAnArticle(f"{url} has {size} characters, more than the {self._most} that are read here")
                self.count["fetched"] += 1
                id = name(asdict(article))
                now = time.time()
                entry = Entry(url, article, id, now, Validators(page.etag, page.last_modified), now)
                if known and known.id == id:
                    entry.answers = known.answers
        except (NotAllowed, StatusError, NotAnArticle) as error:
            if not (known and isinstance(error, StatusError) and error.status >= 429):
                raise
            entry = self._stale(known, error)
        except SourceError as error:
            if not known:
                raise
            entry = self._stale(known, error)
        log.info("fetched", extra={"url": url, "seconds": round(time.monotonic() - begun, 3)})
        self._store.keep_article(
            place,
            entry.article,
            fetched=entry.fetched,
            validators=[entry.validators.etag, entry.validators.last_modified],
        )
        return entry

    def _stale(self, known: Entry, error: SourceError) -> Entry:
        """The article as it was, while its site fails."""
        if time.time() - known.fetched > _STALE:
            raise error
        log.warning("stale", extra={"url": known.url, "error": str(error)})
        return replace(known, checked=time.time() - self._fresh + _FAILED)

    async def _order(self, article: Article, voice: Voice) -> Order:
        def make() -> Order:
            said = script(article, self._lexicon)
            made = Order(key(said, voice), article, said, voice)
            if not self._store.path(made.key, ".article").is_file():
                self._store.keep_article(made.key, article, voice=voice.name)
            return made

        return self._remember(await self.work(make))

    async def _from_disk(self, wanted: str) -> Order | None:
        def make() -> Order | None:
            kept = self._store.article(wanted)
            voice = self._voices.get(str(kept[1].get("voice"))) if kept else None
            if kept is None or voice is None:
                return None
            said = script(kept[0], self._lexicon)
            # Another lexicon or another release says it otherwise: that is another track.
            return Order(wanted, kept[0], said, voice) if key(said, voice) == wanted else None

        found = await self.work(make)
        return self._remember(found) if found else None

    def _remember(self, order: Order) -> Order:
        self._orders[order.key] = order
        self._orders.move_to_end(order.key)
        if len(self._orders) > _ORDERS:
            self._orders.popitem(last=False)
        return order

    def changed(self, key: str) -> None:
        """The track of this key was made, or went: what was said of it is not true any more."""
        for entry in self._entries.values():
            for voice in [voice for voice, answer in entry.answers.items() if answer.key == key]:
                del entry.answers[voice]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def fetching(seconds: float, megabytes: float, private: tuple[str, ...], resolver: Resolver = resolve) -> Fetch:
    """How the service fetches: no proxy, no private network but those that were named, little patience."""
    from ipaddress import ip_address, ip_network

    from docreader.article.guard import is_public

    networks = [ip_network(network) for network in private]

    def public(address: str) -> bool:
        ip = ip_address(address.partition("%")[0])
        return is_public(address) or any(ip.version == net.version and ip in net for net in networks)

    return Fetch(
        connect_timeout=min(5.0, seconds),
        read_timeout=min(10.0, seconds),
        total_timeout=seconds,
        max_bytes=round(megabytes * 1e6),
        max_redirects=5,
        retries=1,
        retry_after_max=2.0,
        allow_private=False,
        resolver=resolver,
        public=public,
    )
