"""What is found, what is to be done, what came of it. All of it can be pickled: a job may be done on another machine."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

from docreader.article.fetch import Fetch
from docreader.speech.voices import Voice

Outcome = Literal["read", "same", "unchanged", "left", "failed"]
"""
read: its sound was made.
same: the page was fetched, and what is said for it is as it was.
unchanged: the page is as it was, and so are the rules.
left: it is older than --since.
failed: see Done.kind.
"""

Kind = Literal["network", "server", "refused", "gone", "no article", "voice", "storage", "lost", "bug"]
"""gone: 404, 410. lost: the page is as it was, but its files are not there. bug: an error of ours."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a listing names."""

    address: str
    """Canonical, or the path of a file within its folder or archive."""
    listed: str = ""
    """When the listing says that it was published or changed; ISO 8601."""
    content: bytes | None = field(default=None, repr=False)
    """The page, where it needs no fetching."""
    content_type: str = ""
    file: str = ""
    """The name of the file that it lies in."""


@dataclass(frozen=True, slots=True)
class How:
    """What is the same for all articles of a run."""

    voice: Voice
    format: str
    lexicons: tuple[str, ...]
    """Paths."""
    out: str
    """Folder or fsspec address."""
    second: Voice | None = None
    """Of quotations."""
    introduction: str = ""
    """Templates: see spoken.around."""
    ending: str = ""
    beside: tuple[str, ...] = ()
    """Which of ``outputs.BESIDE`` each article has besides its captions and its JSON."""
    fetch: Fetch = field(default_factory=Fetch)
    delay: float | None = None
    """Seconds between two requests to one host; None: as its robots.txt says."""
    robots: bool = True
    workers: int = 1
    """Processes that do the work, and share the delay."""
    connections: int = 4
    """Pages that are fetched ahead."""
    cache: str | None = None
    """Folder of the clip cache; None: no cache."""
    cache_limit: int = 0
    since: str = ""
    """ISO 8601: what is older is left."""
    rules: str = ""
    """A hash of all that decides what is said for a text, and how it sounds."""
    extractor: str = ""
    """A hash of all that decides which text a page holds."""
    storage: dict[str, Any] = field(default_factory=dict)
    """Options of the fsspec file system."""


@dataclass(frozen=True, slots=True)
class Job:
    """One article, and what is known of it from its last reading."""

    address: str
    listed: str = ""
    content: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    file: str = ""
    name: str = ""
    """Of its files, without suffix; empty if it was never read."""
    etag: str = ""
    last_modified: str = ""
    page: str = ""
    """Hash of the page's bytes; empty: extract it again in any case."""
    key: str = ""
    """Hash of what its files are made from."""
    current: bool = True
    """Whether the rules are those by which it was read."""
    tries: int = 0

    @property
    def id(self) -> str:
        return article_id(self.address)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index, the feed and the report tell of an article."""

    title: str
    url: str
    canonical_url: str
    author: str
    site: str
    language: str
    published: str
    updated: str
    summary: str
    duration: float
    """Seconds."""
    bytes: int
    """Of its track."""
    sentences: int
    characters: int
    """Of the written text."""
    chapters: bool
    voice: str
    format: str


@dataclass(frozen=True, slots=True)
class DoubtAt:
    """What the normaliser was not sure of, and how often in the article."""

    written: str
    taken: str
    others: tuple[str, ...]
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job."""

    address: str
    outcome: Outcome
    kind: Kind | None = None
    error: str = ""
    retry: bool = False
    """Whether it may go well if it is tried again soon."""
    name: str = ""
    etag: str = ""
    last_modified: str = ""
    page: str = ""
    key: str = ""
    entry: Entry | None = None
    """None where it is as it was."""
    doubts: tuple[DoubtAt, ...] = ()
    said: int = 0
    """Sentences that the voice said: the others were in the cache or in the track that was there."""
    seconds: float = 0.0
    """That it took."""
    fetched: int = 0
    """Bytes that came over the network."""


def article_id(address: str) -> str:
    """Ten hexadecimal digits that stand for the address in the names of files."""
    return blake2b(address.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def digest(*what: bytes) -> str:
    """32 hexadecimal digits for bytes."""
    h = blake2b(digest_size=16)
    for part in what:
        h.update(len(part).to_bytes(8, "big"))
        h.update(part)
    return h.hexdigest()
