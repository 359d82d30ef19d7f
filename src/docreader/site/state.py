"""What a job remembers, in SQLite: which articles there are, what was read from which text, what failed and how often.

One process writes, and holds a lock that ends with it; ``--failed`` may read at the same time.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from docreader.errors import OutputError
from docreader.site.model import Done, Entry, Found
from docreader.site.storage import PRIVATE, is_remote
from docreader.web import folder as index

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (
  address TEXT PRIMARY KEY,
  seen INTEGER NOT NULL,            -- the run that found it last
  listed TEXT NOT NULL DEFAULT '',  -- the date that the listing gives
  name TEXT NOT NULL DEFAULT '',    -- of its files; empty: never read
  etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '',
  page TEXT NOT NULL DEFAULT '',    -- hash of the page's bytes
  key TEXT NOT NULL DEFAULT '',     -- hash of what the files are made from
  rules TEXT NOT NULL DEFAULT '', extractor TEXT NOT NULL DEFAULT '',
  read REAL,                        -- when its sound was made
  vanished REAL,                    -- when it was missed first
  date TEXT NOT NULL DEFAULT '', duration REAL NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
  entry TEXT,                       -- what the index tells, JSON
  kind TEXT, error TEXT, failures INTEGER NOT NULL DEFAULT 0, next REAL NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS article_date ON article (date DESC, address) WHERE name != '';
CREATE INDEX IF NOT EXISTS article_seen ON article (seen);
CREATE INDEX IF NOT EXISTS article_failed ON article (kind) WHERE failures > 0;
CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, shard TEXT NOT NULL, name TEXT NOT NULL, own INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS page_shard ON page (shard);
CREATE INDEX IF NOT EXISTS page_name ON page (name);
CREATE TABLE IF NOT EXISTS doubt (
  name TEXT NOT NULL, written TEXT NOT NULL, taken TEXT NOT NULL, reason TEXT NOT NULL, others TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (name, written, taken, reason)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS output (name TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dirty (shard TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of an article."""

    address: str
    seen: int
    listed: str
    name: str
    etag: str
    last_modified: str
    page: str
    key: str
    rules: str
    extractor: str
    vanished: float | None
    kind: str | None
    error: str | None
    failures: int
    next: float
    quarantined: int


_COLUMNS = ", ".join(Row.__dataclass_fields__)


class Busy(OutputError):  # noqa: N818 (it says what the folder is)
    """Another run is at work."""


def place(out: str) -> Path:
    """Where the state of the job that writes to ``out`` lies: in the folder itself, or on this machine for a bucket."""
    if not is_remote(out):
        return Path(out.removeprefix("file://")) / PRIVATE
    from platformdirs import user_state_path

    name = blake2b(out.rstrip("/").encode(), digest_size=8).hexdigest()
    return user_state_path("docreader", appauthor=False) / "sites" / name


class State:
    """The state in a folder. Raises OutputError: it cannot be used; Busy: by another run."""

    def __init__(self, folder: Path, *, lock: bool = True) -> None:
        self._lock: sqlite3.Connection | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if lock:
                self._lock = _locked(folder)
            self._db = sqlite3.connect(folder / "state.sqlite", isolation_level=None, timeout=30)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
            version = self.about("version") or str(_VERSION)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(
                f"the job's state in {folder} cannot be used: {reason}; remove that folder to begin anew"
            ) from None
        if version != str(_VERSION):
            raise OutputError(
                f"the job's state in {folder} is of another release of docreader; remove it to begin anew"
            )
        if lock:
            self.tell("version", str(_VERSION))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.commit()
        self._db.close()
        if self._lock:
            self._lock.close()

    # Changes are gathered in a transaction, which the run commits now and then.

    def begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def commit(self) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def about(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def tell(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def find(self, found: Sequence[Found], run: int) -> list[tuple[Found, Row | None]]:
        """What is known of each, now noted as seen by this run; those that it has seen before are left out."""
        self.begin()
        known = []
        for one in found:
            values = self._db.execute(f"SELECT {_COLUMNS} FROM article WHERE address = ?", (one.address,)).fetchone()
            row = Row(*values) if values else None
            if row is None:
                self._db.execute(
                    "INSERT INTO article (address, seen, listed) VALUES (?, ?, ?)", (one.address, run, one.listed)
                )
            elif row.seen == run:
                continue
            else:
                self._db.execute(
                    "UPDATE article SET seen = ?, listed = ?, vanished = NULL WHERE address = ?",
                    (run, one.listed or row.listed, one.address),
                )
                if row.vanished is not None and row.name:
                    entry = self._db.execute("SELECT entry FROM article WHERE address = ?", (one.address,)).fetchone()[
                        0
                    ]
                    self._map(row.name, one.address, Entry(**json.loads(entry)))
            known.append((one, row))
        return known

    def row(self, address: str) -> Row | None:
        values = self._db.execute(f"SELECT {_COLUMNS} FROM article WHERE address = ?", (address,)).fetchone()
        return Row(*values) if values else None

    def record(self, done: Done, rules: str, extractor: str, quarantine: int, wait: float) -> bool:
        """What came of a job. Returns whether it is in quarantine now. ``wait``: seconds until it may be tried again."""
        self.begin()
        if done.outcome == "failed":
            self._db.execute(
                "UPDATE article SET kind = ?, error = ?, failures = failures + 1, next = ?, "
                "quarantined = (failures + 1 >= ?), page = CASE WHEN name = '' THEN ? ELSE page END, extractor = ? "
                "WHERE address = ?",
                (done.kind, done.error, time.time() + wait, quarantine, done.page, extractor, done.address),
            )
            found = self._db.execute("SELECT quarantined FROM article WHERE address = ?", (done.address,)).fetchone()
            return bool(found and found[0])
        values: dict[str, Any] = {"failures": 0, "kind": None, "error": None, "next": 0, "quarantined": 0}
        values |= {"etag": done.etag, "last_modified": done.last_modified, "page": done.page}
        values |= {"rules": rules, "extractor": extractor}
        if done.name:
            values |= {"name": done.name, "key": done.key}
        if done.entry:
            e = done.entry
            listed = self._db.execute("SELECT listed FROM article WHERE address = ?", (done.address,)).fetchone()
            date = e.published or e.updated or (listed[0] if listed else "")
            values |= {"entry": json.dumps(asdict(e), ensure_ascii=False), "date": date}
            values |= {"duration": e.duration, "bytes": e.bytes}
            self._map(done.name, done.address, e)
            self._db.execute("DELETE FROM doubt WHERE name = ?", (done.name,))
            self._db.executemany(
                "INSERT OR IGNORE INTO doubt VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (done.name, d.written, d.taken, d.reason, json.dumps(d.others, ensure_ascii=False), d.count)
                    for d in done.doubts
                ],
            )
        if done.outcome == "read":
            values["read"] = time.time()
        sets = ", ".join(f"{column} = ?" for column in values)
        self._db.execute(f"UPDATE article SET {sets} WHERE address = ?", (*values.values(), done.address))
        return False

    def _map(self, name: str, address: str, entry: Entry) -> None:
        """The addresses under which a page may ask for the article; its own goes before what others call themselves."""
        self._soil(name)
        self._db.execute("DELETE FROM page WHERE name = ?", (name,))
        own = index.key(address if "://" in address else f"/{address}")
        for key in {own, *(index.key(url) for url in (entry.url, entry.canonical_url) if "://" in url)}:
            self._db.execute(
                "INSERT INTO page VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET name = excluded.name, "
                "own = excluded.own WHERE excluded.own > own OR (excluded.own = own AND excluded.name < name)",
                (key, index.shard(key), name, key == own),
            )
        self._soil(name)

    def unmap(self, name: str) -> None:
        """No page finds the article any more."""
        self.begin()
        self._soil(name)
        self._db.execute("DELETE FROM page WHERE name = ?", (name,))

    def _soil(self, name: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO dirty SELECT shard FROM page WHERE name = ?", (name,))
        self._db.execute("INSERT OR REPLACE INTO about VALUES ('stale', '1')")

    def missed(self, run: int) -> Iterator[str]:
        """The articles that this run did not find and that were not missed before."""
        found = self._db.execute(
            "SELECT address FROM article WHERE seen < ? AND vanished IS NULL ORDER BY address", (run,)
        )
        for (address,) in found.fetchall():
            yield address

    def vanish(self, address: str) -> None:
        self.begin()
        self._db.execute("UPDATE article SET vanished = ? WHERE address = ?", (time.time(), address))
        self._db.execute("INSERT OR REPLACE INTO about VALUES ('stale', '1')")

    def vanished(self) -> list[tuple[str, str, str]]:
        """Address, name and format of the articles that are marked as vanished."""
        return self._db.execute(
            "SELECT address, name, coalesce(json_extract(entry, '$.format'), '') FROM article WHERE vanished IS NOT NULL"
        ).fetchall()

    def forget(self, address: str, name: str) -> None:
        """An article whose files are gone."""
        self.unmap(name)
        self._db.execute("DELETE FROM doubt WHERE name = ?", (name,))
        self._db.execute("DELETE FROM article WHERE address = ?", (address,))

    def dirty(self) -> list[str]:
        """Parts of the index that changed since they were written."""
        return [found[0] for found in self._db.execute("SELECT shard FROM dirty ORDER BY shard")]

    def clean(self, shards: Iterable[str]) -> None:
        self.begin()
        self._db.executemany("DELETE FROM dirty WHERE shard = ?", ((one,) for one in shards))

    def pages(self, shard: str) -> dict[str, str]:
        """What a part of the index tells: the file of each key."""
        return dict(self._db.execute("SELECT key, name || '.json' FROM page WHERE shard = ? ORDER BY key", (shard,)))

    def written(self, name: str, hash: str) -> bool:
        """Whether the file of this name was last written with this content."""
        found = self._db.execute("SELECT hash FROM output WHERE name = ?", (name,)).fetchone()
        return bool(found and found[0] == hash)

    def wrote(self, name: str, hash: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO output VALUES (?, ?)", (name, hash))

    def outputs(self, like: str) -> list[str]:
        return [found[0] for found in self._db.execute("SELECT name FROM output WHERE name GLOB ?", (like,))]

    def unwrite(self, name: str) -> None:
        self._db.execute("DELETE FROM output WHERE name = ?", (name,))

    def entries(self, *, vanished: bool = True) -> Iterator[tuple[str, str, str, float | None, Entry]]:
        """Address, name, date, when it vanished, and entry of each article that was read; the newest first."""
        where = "" if vanished else " AND vanished IS NULL"
        for address, name, date, gone, entry in self._db.execute(
            f"SELECT address, name, date, vanished, entry FROM article WHERE name != ''{where} ORDER BY date DESC, address"
        ):
            yield address, name, date, gone, Entry(**json.loads(entry))

    def count(self) -> int:
        """How many articles there are to hear."""
        found = self._db.execute("SELECT count(*) FROM article WHERE name != '' AND vanished IS NULL").fetchone()
        return int(found[0])

    def totals(self) -> dict[str, Any]:
        """How many articles there are and how they do."""
        names = ("articles", "read", "vanished", "failing", "quarantined", "seconds", "bytes")
        found = self._db.execute(
            "SELECT count(*), count(nullif(name, '')), count(vanished), count(nullif(failures, 0)), "
            "coalesce(sum(quarantined), 0), coalesce(sum(duration), 0), coalesce(sum(bytes), 0) FROM article"
        ).fetchone()
        return dict(zip(names, found, strict=True))

    def failing(self) -> dict[str, int]:
        """How many articles fail, by kind."""
        return dict(
            self._db.execute("SELECT kind, count(*) FROM article WHERE failures > 0 GROUP BY kind ORDER BY kind")
        )

    def failures(self) -> Iterator[dict[str, Any]]:
        """What fails, by kind."""
        names = ("address", "kind", "error", "failures", "next", "quarantined")
        for values in self._db.execute(
            "SELECT address, kind, error, failures, next, quarantined FROM article WHERE failures > 0 ORDER BY kind, address"
        ):
            yield dict(zip(names, values, strict=True))

    def doubts(self, most: int) -> Iterator[dict[str, Any]]:
        """The forms in doubt over the whole site, the most frequent first, each with at most three articles."""
        for written, taken, reason, others, count, articles in self._db.execute(
            "SELECT written, taken, reason, max(others), sum(count) AS n, count(*) FROM doubt "
            "GROUP BY written, taken, reason ORDER BY n DESC, written, taken, reason LIMIT ?",
            (most,),
        ).fetchall():
            places = self._db.execute(
                "SELECT name FROM doubt WHERE written = ? AND taken = ? AND reason = ? ORDER BY name LIMIT 3",
                (written, taken, reason),
            )
            yield {
                "written": written, "taken": taken, "others": json.loads(others), "reason": reason, "count": count,
                "articles": articles, "places": [place[0] for place in places],
            }  # fmt: skip

    def column(self, expression: str, group: str) -> list[tuple[Any, ...]]:
        """Counts for the report's plots; both are our own SQL."""
        return self._db.execute(
            f"SELECT {group} AS g, {expression} FROM article WHERE name != '' GROUP BY g ORDER BY g"
        ).fetchall()


def _locked(folder: Path) -> sqlite3.Connection:
    """A connection that holds a lock which the system gives back when the process ends, however it ends. Raises Busy."""
    lock = sqlite3.connect(folder / "lock.sqlite", timeout=0, isolation_level=None)
    try:
        lock.execute("PRAGMA journal_mode=MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if "locked" not in str(error):
            raise
        who = ""
        with suppress(OSError):
            who = f" (process {(folder / 'pid').read_text().strip()})"
        raise Busy(f"another run{who} is at work in {folder.parent}: wait for its end, or stop it") from None
    import os

    with suppress(OSError):
        (folder / "pid").write_text(str(os.getpid()))
    return lock
