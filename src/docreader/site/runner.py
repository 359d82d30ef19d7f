"""Who does the jobs: worker processes on this machine. A cluster (ray.py) offers the same."""

import pickle
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from docreader.errors import DocreaderError, OutputError
from docreader.site.model import Done, How, Job

_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from docreader.site.hand import main; main()"
_AHEAD = 8
"""Jobs that a worker holds, times the pages that it fetches at once: enough not to wait, few enough to stay small."""

_PATIENCE = 5.0
"""Seconds that an idle worker gets for its end."""


class Runner(Protocol):
    """Takes jobs and gives back what came of them, in any order. A context manager, whose end ends its workers."""

    @property
    def room(self) -> int:
        """How many jobs it would take now."""
        ...

    def give(self, jobs: Sequence[Job]) -> None: ...

    def take(self, seconds: float) -> list[Done]:
        """What got done: waits for the first, at most so long. Raises DocreaderError: no job can be done at all."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Hands:
    """Worker processes on this machine, started when there is something to do. One that dies is replaced, and the
    article that it was at is told as failed."""

    def __init__(self, how: How, workers: int) -> None:
        self._how, self._most = replace(how, workers=workers), workers
        self._limit = max(2, how.connections) * _AHEAD
        self._hands: list[_Hand] = []
        self._inbox: SimpleQueue[tuple[_Hand, Done | str | None]] = SimpleQueue()
        self._waiting: list[Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def room(self) -> int:
        return self._most * self._limit - sum(len(hand.jobs) for hand in self._hands)

    def give(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            idle = min(self._hands, key=lambda hand: len(hand.jobs), default=None)
            if len(self._hands) < self._most and (idle is None or idle.jobs):
                idle = _Hand(self._how, self._inbox)
                self._hands.append(idle)
            assert idle is not None
            idle.give(job)

    def take(self, seconds: float) -> list[Done]:
        found: list[Done] = []
        while True:
            try:
                hand, message = (
                    self._inbox.get(timeout=0 if found else seconds) if not found else self._inbox.get_nowait()
                )
            except Empty:
                return found
            match message:
                case Done():
                    hand.jobs.pop(message.address, None)
                    hand.at = ""
                    found.append(message)
                case str() if message.startswith("!"):
                    raise OutputError(message[1:])
                case str():
                    hand.at = message
                case None if hand in self._hands:
                    found += self._bury(hand)

    def _bury(self, hand: "_Hand") -> list[Done]:
        """A worker died: the article that it was at is to blame, the others go to another worker."""
        self._hands.remove(hand)
        words = hand.end()
        if not hand.at and not hand.worked:
            raise DocreaderError(f"a worker process cannot start{words}; please report this")
        blamed = hand.jobs.pop(hand.at, None)
        self.give(list(hand.jobs.values()))
        if blamed is None:
            return []
        return [
            Done(
                blamed.address, "failed", "bug", f"the worker died at {blamed.address}{words}; please report this", True
            )
        ]

    def close(self) -> None:
        for hand in self._hands:
            hand.end()
        self._hands.clear()


class _Hand:
    """One worker process."""

    def __init__(self, how: How, inbox: "SimpleQueue[tuple[_Hand, Done | str | None]]") -> None:
        self.jobs: OrderedDict[str, Job] = OrderedDict()
        self.at = ""
        self.worked = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by end)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._inbox = inbox
        self._outbox: SimpleQueue[How | Job | None] = SimpleQueue()
        self._outbox.put(how)
        threading.Thread(target=self._write, daemon=True).start()
        threading.Thread(target=self._read, daemon=True).start()

    def give(self, job: Job) -> None:
        self.jobs[job.address] = job
        self._outbox.put(job)

    def _write(self) -> None:
        assert self._process.stdin
        try:
            while (message := self._outbox.get()) is not None:
                pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
                if self._outbox.empty():
                    self._process.stdin.flush()
            self._process.stdin.close()
        except (OSError, ValueError):
            pass  # it is dead, and who reads its answers will tell

    def _read(self) -> None:
        assert self._process.stdout
        try:
            while True:
                message = pickle.load(self._process.stdout)
                self.worked = True
                self._inbox.put((self, message))
        except Exception:  # its end, perhaps in the middle of a message
            self._inbox.put((self, None))

    def end(self) -> str:
        """End it; gives the last line that it wrote to its standard error, for a message."""
        self._outbox.put(None)  # closes its input, at which it ends, and its voice before it
        if self.jobs:
            self._process.kill()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        self._errors.close()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {last[:200]}" if last else ""
