"""How much one client may ask for, and how much may be at work at the same time."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import IPv6Address, IPv6Network, ip_address

from anyio import Semaphore

_MOST_CLIENTS = 20_000


class Busy(Exception):  # noqa: N818  (what the service is)
    """Too much is asked for. ``status`` is 429 (by this client) or 503 (by all)."""

    def __init__(self, status: int, retry_after: float) -> None:
        super().__init__(status, retry_after)
        self.status, self.retry_after = status, max(1, round(retry_after + 0.5))


def client(address: str, key: str = "") -> str:
    """Who a limit counts: a key, an IPv4 address, or the /64 that one IPv6 user has."""
    if key:
        return "key " + key
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(IPv6Network((ip, 64), strict=False))
    return str(ip)


class Rate:
    """A bucket a client: ``rate`` a second on average (0: no limit), ``burst`` at once."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self._clock = rate, max(1.0, burst), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> None:
        """Count one. Raises Busy(429)."""
        if not self.rate:
            return
        now = self._clock()
        level, then = self._buckets.pop(who, (self.burst, now))
        level = min(self.burst, level + (now - then) * self.rate)
        if level < 1:
            self._buckets[who] = level, now
            raise Busy(429, (1 - level) / self.rate)
        self._buckets[who] = level - 1, now
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)


class Gate:
    """At most ``running`` at the same time and ``waiting`` before it; more are turned away."""

    def __init__(self, running: int, waiting: int) -> None:
        self._free = Semaphore(running)
        self._limit = running + waiting
        self.running = self.inside = 0

    @property
    def waiting(self) -> int:
        return self.inside - self.running

    def check(self) -> None:
        """Raises Busy(503) if nobody more may wait."""
        if self.inside >= self._limit:
            raise Busy(503, 5)

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        self.check()
        self.inside += 1
        try:
            async with self._free:
                self.running += 1
                try:
                    yield
                finally:
                    self.running -= 1
        finally:
            self.inside -= 1


class Counted:
    """What each client has open at the same time, at most ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[str, int] = {}

    @contextmanager
    def enter(self, who: str) -> Iterator[None]:
        """Raises Busy(429)."""
        if self._open.get(who, 0) >= self._most:
            raise Busy(429, 5)
        self._open[who] = self._open.get(who, 0) + 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]
