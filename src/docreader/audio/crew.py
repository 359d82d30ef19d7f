"""Many sentences at once, in order, with bounded memory.

An engine that computes lives in worker processes, one a core (espeak-ng aborts when two threads use it); one that waits
for others lives in threads.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import log10
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Protocol, Self, cast

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.part import Begun, Early, Line, Part, Speaker, recoded
from docreader.audio.process import Process
from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.voices import Voice

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_AHEAD = 8
"""Sentences that may be ready or in work before the one that is waited for, times the workers."""


@dataclass(slots=True)
class _Job:
    line: Line
    begun: Future[Begun | None] | None = None
    """How its part begins, where that is wanted before the whole; None in it: no sooner than the whole."""
    part: Future[Part] = field(default_factory=Future)
    taken: bool = False


class Sayer(Protocol):
    def say(self, text: str, speed: float = 1.0, early: Early | None = None) -> Part: ...


class _Role:
    """Who says lines in one voice: as many at once as its engine is good for."""

    def __init__(
        self, voice: Voice, format: str, workers: int | None, start: bool, apart: bool, stack: ExitStack
    ) -> None:
        kind = engines.kind(voice.engine)
        if (lacks := voice.lacks) is not None:
            raise VoiceError(f"the voice {voice.name!r} {lacks}")
        self.voice = voice
        self.coding = formats.coding(format) if kind.quick else formats.PCM
        self.size = (workers or CORES) if kind.process else int(voice.settings.get("parallel", 4))
        self._idle: SimpleQueue[Sayer] = SimpleQueue()
        for _ in range(self.size):
            if kind.process:
                self._idle.put(stack.enter_context(Process(voice, self.coding, start, apart)))
            else:
                made = engines.make(voice.engine, voice.settings, voice.rate, voice.pitch, 1.0)
                if close := getattr(made, "close", None):
                    stack.callback(close)
                self._idle.put(Speaker(made, self.coding, voice.gain + 20 * log10(voice.volume)))

    def say(self, line: Line, early: Early | None = None) -> Part:
        sayer = self._idle.get()
        try:
            return sayer.say(line.text, line.speed, early)
        except VoiceError as error:
            raise VoiceError(f"{error} (at the sentence {_short(line.text)!r})") from None
        finally:
            self._idle.put(sayer)


class Crew:
    """Workers with one voice and one format, for any number of recordings, one after the other.

    They start at once, in the background; with a cache, when there is something to say that it does not hold. A context manager, whose end ends them; so does an interruption.
    A ``shared`` crew is for many recordings at the same time: it starts at once, and a recording that is given up takes
    only its own sentences with it. One ``apart`` gives a sentence the same bytes whatever was said before, at a tenth of
    the time more. ``second`` is the voice of lines that ask for a second one; its workers start when the first of them
    comes.
    """

    def __init__(
        self,
        voice: Voice,
        format: str,
        workers: int | None = None,
        cache: Cache | None = None,
        *,
        shared: bool = False,
        apart: bool = False,
        second: Voice | None = None,
    ) -> None:
        formats.check(format)
        self.voice, self.format, self.cache, self.shared, self.apart = voice, format, cache, shared, apart
        self.second = second
        self.said = 0
        """Sentences that were said, not taken from the cache."""
        self._stack = ExitStack()
        first = _Role(voice, format, workers, shared or cache is None, apart, self._stack)
        self._roles = (first, _Role(second, "wav", workers, False, apart, self._stack) if second else first)
        self._rate = 0
        self.size = max(role.size for role in self._roles)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; what they are at is lost."""
        self._stack.close()

    def rate(self) -> int:
        """Samples a second of the first voice, which its engine tells with the first sound. Raises VoiceError."""
        return self._rate or self._say(Line("một")).rate

    def parts(self, lines: Iterable[Line]) -> Iterator[Part]:
        """The part of each line, in order, in the coding of the format. Raises VoiceError naming the sentence."""
        return cast(Iterator[Part], self.flow(lines, early=False))

    def flow(self, lines: Iterable[Line], early: bool = True) -> Iterator[Begun | Part]:
        """The same; and before the first of them how it begins, where it must be said and takes a while to be coded."""
        jobs: deque[_Job] = deque()
        lock = Lock()

        def work() -> None:
            with lock:  # the one that is waited for comes first, else the longest, so that none is left over at the end
                free = [job for job in jobs if not job.taken]
                job = free[0] if free[0] is jobs[0] else max(free, key=lambda job: len(job.line.text))
                job.taken = True
            begun = job.begun
            tell = (lambda rate, data: begun.set_result(Begun(rate, data))) if begun else None
            try:
                job.part.set_result(self._say(job.line, tell))
            except BaseException as error:
                job.part.set_exception(error)
            if begun and not begun.done():
                begun.set_result(None)

        def first() -> Iterator[Begun | Part]:
            job = jobs[0]
            if job.begun and (begun := job.begun.result()):
                yield begun
            part = job.part.result()
            with lock:
                jobs.popleft()
            yield part

        with ThreadPoolExecutor(self.size) as threads:
            try:
                for line in lines:
                    if len(jobs) >= self.size * _AHEAD:
                        yield from first()
                    with lock:
                        jobs.append(_Job(line, Future() if early else None))
                    early = False
                    threads.submit(work)
                while jobs:
                    yield from first()
            except BaseException as error:
                threads.shutdown(wait=False, cancel_futures=True)
                if not (self.shared or isinstance(error, VoiceError)):
                    self.close()  # interrupted: who is at a sentence must not keep us waiting for it
                raise

    def _say(self, line: Line, early: Early | None = None) -> Part:
        role = self._roles[line.second]
        key = self.cache.key(line.text, role.voice, role.coding, line.speed, self.apart) if self.cache else ""
        part = self.cache.get(key) if self.cache else None
        if part is None:
            self.said += 1
            alike = role is self._roles[0] and role.coding == formats.coding(self.format)  # no recoding to come
            part = role.say(line, early if alike else None)
            if self.cache:
                self.cache.put(key, part)
        if role is self._roles[0]:
            self._rate = rate = part.rate
        else:
            rate = self.rate()
        return recoded(part, formats.coding(self.format), rate)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
