"""What is told of a run while it goes on: a display on a terminal, lines elsewhere, JSON for programs."""

import json
import sys
import time
from collections import Counter
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from docreader import console
from docreader.site.model import Done

_EVERY = 30.0
"""Seconds between two lines where there is no terminal."""


class Watch:
    """Tells of a run. A context manager, whose end takes the display away."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self._quiet, self._json = quiet, as_json
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._sound = 0.0
        self._begun = self._told = time.monotonic()
        self._stack = ExitStack()
        self._bars: Any = None

    def __enter__(self) -> Self:
        if not self._quiet and not self._json and sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
            self._bars = self._stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
            self._task = self._bars.add_task("", total=None, told="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._bars = None

    def found(self) -> None:
        self._total += 1

    def count(self, outcome: str) -> None:
        self._counts[outcome] += 1
        self._show()

    def done(self, done: Done, quarantined: bool) -> None:
        if done.entry and done.outcome == "read":
            self._sound += done.entry.duration
        if done.outcome == "failed":
            self._complain(done.error + ("; it is tried no more" if quarantined else ""))
        told: dict[str, Any] = {"event": done.outcome, "address": done.address, "seconds": done.seconds}
        if done.name:
            told |= {"name": done.name}
        if done.entry and done.outcome == "read":
            told |= {"title": done.entry.title, "duration": done.entry.duration, "said": done.said}
        if done.kind:
            told |= {"kind": done.kind, "error": done.error, "quarantined": quarantined}
        self.event(told)

    def retry(self, done: Done, wait: float) -> None:
        self.event({"event": "retry", "address": done.address, "kind": done.kind, "error": done.error, "wait": wait})

    def vanished(self, address: str) -> None:
        self.event({"event": "vanished", "address": address})

    def event(self, told: dict[str, Any]) -> None:
        """One object a line, where JSON is wanted."""
        if self._json:
            console.write_json({"time": round(time.time(), 3), **told})

    def _complain(self, message: str) -> None:
        if self._json:
            return
        if self._bars:
            self._bars.console.print(f"docreader: {message}", markup=False, highlight=False, soft_wrap=True)
        else:
            console.complain(message)

    def _show(self) -> None:
        now = time.monotonic()
        if self._bars:
            if now - self._told > 0.1:
                self._told = now
                self._bars.update(self._task, completed=sum(self._counts.values()), total=self._total, told=self.line())
        elif not self._quiet and not self._json and now - self._told > _EVERY:
            self._told = now
            print(f"{sum(self._counts.values())} of {self._total}: {self.line()}", file=sys.stderr, flush=True)

    def line(self) -> str:
        """Articles, sound, rate, failures."""
        seconds = max(0.001, time.monotonic() - self._begun)
        read, failed = self._counts["read"], self._counts["failed"]
        told = [
            f"{read} read",
            f"{hours(self._sound)} of sound",
            f"{sum(self._counts.values()) / seconds:.1f} articles/s",
        ]
        return ", ".join([*told, *([f"{failed} failed"] if failed else [])])


def hours(seconds: float) -> str:
    """``1:05:09`` or ``5:09``."""
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def dump(value: Any) -> bytes:
    """JSON, a file."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
