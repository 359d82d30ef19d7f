"""The job on a whole site: find, decide what is to be read, have it read, remember, publish."""

import heapq
import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue

from docreader.audio import formats
from docreader.errors import OutputError
from docreader.site.discover import Discovery
from docreader.site.make import names, sound_of
from docreader.site.model import Done, Found, How, Job, digest
from docreader.site.publish import Channel, publish, publish_index
from docreader.site.runner import Runner
from docreader.site.state import Row, State
from docreader.site.storage import Folder, Storage, open_storage
from docreader.site.watch import Watch

_BATCH = 100
_COMMIT = 1.0
_PUBLISH = 30.0
"""Seconds between two commits of the state, and between two updates of the index while the job goes on."""
_RETRIES = 2
_IN_A_ROW = 3
"""Articles that could not be stored, one after the other: then the job ends."""
_HOUR = 3600.0
_WAITS = {
    "network": _HOUR / 4, "server": _HOUR / 4, "refused": 24 * _HOUR, "gone": 24 * _HOUR, "no article": 168 * _HOUR,
    "voice": _HOUR, "storage": 0.0, "lost": 0.0, "bug": 24 * _HOUR,
}  # fmt: skip
_LONGEST_WAIT = 168 * _HOUR


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do beside reading."""

    quarantine: int = 5
    """Failures in a row after which an article is tried no more."""
    again: bool = False
    """Whether to try what waits or is in quarantine."""
    prune: bool = False
    backoff: float = 2.0
    """Seconds before the first retry within the run; the next takes four times as long."""
    channel: Channel = field(default_factory=Channel)


@dataclass(slots=True)
class Result:
    """How a run went."""

    begun: float
    counts: Counter[str] = field(default_factory=Counter)
    """By outcome: read, same, unchanged, left, failed, waiting, vanished, pruned."""
    kinds: Counter[str] = field(default_factory=Counter)
    said: int = 0
    seconds_of_sound: float = 0.0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def status(self) -> int:
        return 1 if self.counts["failed"] or self.problems else 0


class Run:
    """One run. Everything happens in the thread that calls ``go``, but finding, which is a thread of its own."""

    def __init__(self, discovery: Discovery, how: How, plan: Plan, state: State, runner: Runner, watch: Watch) -> None:
        self._discovery, self._how, self._plan = discovery, how, plan
        self._state, self._runner, self._watch = state, runner, watch
        self._storage: Storage = open_storage(how.out, how.storage)
        self._number = int(state.about("run") or 0) + 1
        self._jobs: deque[Job] = deque()
        self._out: dict[str, Job] = {}
        self._later: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._unstored = 0
        self._committed = self._published = time.monotonic()
        self.result = Result(time.time())

    def go(self) -> Result:
        """Do it all. Raises DocreaderError where nothing can be done; what was done by then is kept."""
        begun = time.monotonic()
        if isinstance(self._storage, Folder):
            self._storage.clear()
        self._state.tell("run", str(self._number))
        found = _ahead(self._discovery)
        try:
            self._read_all(found)
        finally:
            found.stop.set()
            self._state.commit()
        self.result.problems = list(self._discovery.problems)
        self._miss()
        publish(self._state, self._storage, self._plan.channel)
        self._state.commit()
        if self._plan.prune:
            self._prune()
        self.result.seconds = time.monotonic() - begun
        return self.result

    def _read_all(self, found: "_Ahead") -> None:
        listing = True
        while listing or self._jobs or self._out or self._later:
            while listing and len(self._jobs) < max(self._runner.room, 1):
                try:
                    batch = found.queue.get_nowait()
                except Empty:
                    break
                if batch is None:
                    listing = False
                else:
                    self._decide(batch)
            while self._later and self._later[0][0] <= time.monotonic():
                self._jobs.append(heapq.heappop(self._later)[2])
            room = self._runner.room
            jobs = [self._jobs.popleft() for _ in range(min(room, len(self._jobs)))]
            self._out |= {job.address: job for job in jobs}
            self._runner.give(jobs)
            if self._out:
                for done in self._runner.take(0.05):
                    self._note(done)
            elif listing and found.queue.empty():
                found.wait(0.05)
            elif not self._jobs and self._later:
                time.sleep(min(0.1, max(0.0, self._later[0][0] - time.monotonic())))
            self._now_and_then()

    def _now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._published > _PUBLISH:
            publish_index(self._state, self._storage)
            self._published = time.monotonic()
        if now - self._committed > _COMMIT:
            self._state.commit()
            self._committed = now

    def _decide(self, batch: list[Found]) -> None:
        for found, row in self._state.find(batch, self._number):
            self._watch.found()
            if row is None:
                self._jobs.append(Job(found.address, found.listed, found.content, found.content_type, found.file))
            elif (settled := self._settled(found, row)) is not None:
                self._count(settled)
            else:
                self._jobs.append(self._job(found, row))

    def _settled(self, found: Found, row: Row) -> str | None:
        """What can be told of an article without touching it; None if it must be looked at."""
        page = digest(found.content) if found.content is not None else ""
        if row.failures and not self._plan.again:
            moved = (found.listed and found.listed != row.listed) or (page and page != row.page)
            if not moved and (row.quarantined or (row.next > time.time() and row.extractor == self._how.extractor)):
                return "waiting"
            return None
        is_current = row.rules == self._how.rules and row.extractor == self._how.extractor
        if page and page == row.page and is_current and (self._is_there(row) or not row.name):
            return "unchanged" if row.name else "left"
        return None

    def _is_there(self, row: Row) -> bool:
        """Whether the files of an article are where they were put; a bucket is trusted."""
        if not isinstance(self._storage, Folder):
            return True
        return (
            self._storage.size(f"{row.name}.json") is not None
            and self._storage.size(f"{row.name}.{formats.name(self._how.format)}") is not None
        )

    def _job(self, found: Found, row: Row) -> Job:
        known = bool(row.name) and row.extractor == self._how.extractor and self._is_there(row)
        return Job(
            found.address, found.listed, found.content, found.content_type, found.file, row.name, row.etag, row.last_modified,
            row.page if known else "", row.key, row.rules == self._how.rules,
        )  # fmt: skip

    def _note(self, done: Done) -> None:
        """What came of a job: remembered, or tried again soon."""
        job = self._out.pop(done.address, None)
        if job is None:
            return
        if done.outcome == "failed":
            self._unstored = self._unstored + 1 if done.kind == "storage" else 0
            if self._unstored >= _IN_A_ROW:
                raise OutputError(done.error)
            if done.retry and job.tries < (1 if done.kind == "lost" else _RETRIES):
                wait = 0.0 if done.kind == "lost" else self._plan.backoff * 4**job.tries
                again = replace(job, tries=job.tries + 1, page="" if done.kind == "lost" else job.page)
                heapq.heappush(self._later, (time.monotonic() + wait, next(self._order), again))
                self._watch.retry(done, wait)
                return
            if done.kind == "gone" and job.name:
                self._state.vanish(done.address)
                self._count("vanished")
                return
        else:
            self._unstored = 0
        row = self._state.row(done.address) if done.outcome == "failed" else None
        wait = min(_LONGEST_WAIT, _WAITS.get(done.kind or "", 0.0) * 2 ** min(10, row.failures if row else 0))
        quarantined = self._state.record(done, self._how.rules, self._how.extractor, self._plan.quarantine, wait)
        self._count(done.outcome)
        if done.kind:
            self.result.kinds[done.kind] += 1
        self.result.said += done.said
        if done.outcome == "read" and done.entry:
            self.result.seconds_of_sound += done.entry.duration
        self._watch.done(done, quarantined)

    def _count(self, outcome: str) -> None:
        self.result.counts[outcome] += 1
        self._watch.count(outcome)

    def _miss(self) -> None:
        """Mark what a whole listing does not name any more."""
        if not self._discovery.whole:
            return
        for address in self._state.missed(self._number):
            if self._discovery.wanted.matches(address):
                self._state.vanish(address)
                self._count("vanished")
                self._watch.vanished(address)

    def _prune(self) -> None:
        """Remove the files of what vanished: first no page finds them any more, then they go, then they are forgotten."""
        gone = self._state.vanished()
        for _, name, _ in gone:
            self._state.unmap(name)
        publish(self._state, self._storage, self._plan.channel)
        self._state.commit()
        for address, name, format in gone:
            for file in reversed(names(name, format)) if name else ():
                self._storage.remove(file)
            self._state.forget(address, name)
            self._count("pruned")
        self._state.commit()


class _Ahead:
    """Finding, ahead of reading by a few batches."""

    def __init__(self, discovery: Discovery) -> None:
        self.queue: Queue[list[Found] | None] = Queue(2)
        self.stop = threading.Event()
        self._more = threading.Event()
        self._thread = threading.Thread(target=self._find, args=(iter(discovery), discovery), daemon=True)
        self._thread.start()

    def _find(self, found: Iterator[Found], discovery: Discovery) -> None:
        batch: list[Found] = []
        begun = time.monotonic()
        try:
            for one in found:
                batch.append(one)
                if len(batch) >= _BATCH or time.monotonic() - begun > 0.2:
                    if not self._put(batch):
                        return
                    batch, begun = [], time.monotonic()
        except Exception as error:
            discovery.problems.append(f"unexpected {type(error).__name__} while listing: {error}; please report this")
        if batch:
            self._put(batch)
        self._put(None)

    def _put(self, batch: list[Found] | None) -> bool:
        while not self.stop.is_set():
            try:
                self.queue.put(batch, timeout=0.5)
                self._more.set()
                return True
            except Exception:  # full
                continue
        return False

    def wait(self, seconds: float) -> None:
        self._more.wait(seconds)
        self._more.clear()


def _ahead(discovery: Discovery) -> _Ahead:
    return _Ahead(discovery)


def hash_of_rules(how: How) -> str:
    """Of all that decides what is said for a text and how it sounds: our rules, the lexicons, the voice, the format."""
    import docreader.spoken

    sound = (sound_of(how), how.format, *how.beside, how.introduction, how.ending)
    return _hash_of_code(docreader.spoken.__path__[0], how.lexicons, "\0".join(sound))


def hash_of_extractor() -> str:
    """Of all that decides which text a page holds."""
    import docreader.article

    return _hash_of_code(docreader.article.__path__[0], (), "")


def _hash_of_code(folder: str, more: tuple[str, ...], text: str) -> str:
    files = sorted(path for path in Path(folder).rglob("*") if path.suffix in (".py", ".tsv", ".toml"))
    return digest(text.encode(), *(path.read_bytes() for path in [*files, *map(Path, more)]))


def moment(seconds: float) -> str:
    """ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
