"""Good manners of the batch job: robots.txt, and a pause between two requests to one host."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from docreader.article.fetch import Fetch, StatusError, fetch
from docreader.errors import SourceError

_LONGEST_DELAY = 60.0
_AGENT = "docreader"


@dataclass(slots=True)
class Manners:
    """What each host allows and when it was asked last; shared by all threads of a job."""

    settings: Fetch = field(default_factory=Fetch)
    delay: float = 1.0
    """Seconds between two requests to one host, where its robots.txt names no other time."""
    heed_delay: bool = True
    """Whether the time that robots.txt names counts."""
    sharers: int = 1
    """Processes that ask the same hosts: each waits so many times as long."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _rules: dict[str, Any] = field(default_factory=dict)
    _next: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def allowed(self, url: str) -> bool:
        """Whether the host's robots.txt lets docreader fetch ``url``. A file that is not there allows everything; a
        server that fails (5xx) or cannot be reached forbids, as RFC 9309 has it."""
        rules = self._rules_of(url)
        return bool(rules is not None and rules.can_fetch(url, _AGENT))

    def sitemaps(self, url: str) -> list[str]:
        """What the robots.txt of the host of ``url`` names."""
        rules = self._rules_of(url)
        return list(rules.sitemaps) if rules is not None else []

    def wait(self, url: str) -> None:
        """Sleep until the host of ``url`` may be asked again."""
        rules = self._rules_of(url) if self.heed_delay else None
        asked = rules.crawl_delay(_AGENT) if rules is not None else None
        pause = self.delay if asked is None else min(max(float(asked), 0.0), _LONGEST_DELAY)
        host = _origin(url)
        with self._lock:
            now = self.clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + pause * self.sharers
        if turn > now:
            self.sleep(turn - now)

    def _rules_of(self, url: str) -> Any:
        origin = _origin(url)
        if origin in self._rules:
            return self._rules[origin]
        with self._asking:  # once, however many wait for it
            if origin not in self._rules:
                self._rules[origin] = self._asked(origin)
            return self._rules[origin]

    def _asked(self, origin: str) -> Any:
        from protego import Protego

        try:
            page = fetch(f"{origin}/robots.txt", replace(self.settings, retries=1, max_bytes=1_000_000))
            rules: Any = Protego.parse(page.content.decode("utf-8", "replace"))
        except SourceError as error:
            missing = isinstance(error, StatusError) and 400 <= error.status < 500
            rules = Protego.parse("") if missing else None
        return rules


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
