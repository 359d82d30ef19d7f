"""Many sentences at once, in order, with bounded memory.

An engine that computes lives in worker processes, one a core (espeak-ng aborts when two threads use it); one that waits
for others lives in threads.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Protocol, Self

from docreader.audio import formats
from docreader.audio.part import Part, Speaker
from docreader.audio.process import Process
from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.voices import Voice

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_AHEAD = 8
"""Sentences that may be ready or in work before the one that is waited for, times the workers."""


@dataclass(slots=True)
class _Job:
    text: str
    pause: float
    part: Future[Part] = field(default_factory=Future)
    taken: bool = False


class Sayer(Protocol):
    def say(self, text: str, pause: float) -> Part: ...


class Crew:
    """Workers with one voice and one format, for any number of recordings, one after the other.

    They start at once, in the background. A context manager, whose end ends them; so does a sentence that fails.
    """

    def __init__(self, voice: Voice, format: str, workers: int | None = None) -> None:
        kind = engines.kind(voice.engine)
        if (lacking := engines.missing(voice.engine)) is not None:
            raise VoiceError(f"voice {voice.name!r} needs the module {lacking}, which is not installed: {kind.install}")
        formats.check(format)
        self.voice, self.format = voice, format
        self._stack = ExitStack()
        self._idle: SimpleQueue[Sayer] = SimpleQueue()
        self.size = workers or (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        if not kind.process:
            self.size = int(voice.settings.get("parallel", 4))
        for _ in range(self.size):
            if kind.process:
                self._idle.put(self._stack.enter_context(Process(voice, format)))
            else:
                made = engines.make(voice.engine, voice.settings, voice.rate, voice.pitch, voice.volume)
                self._idle.put(Speaker(made, format, voice.gain))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; what they are at is lost."""
        self._stack.close()

    def parts(self, sentences: Sequence[tuple[str, float]]) -> Iterator[Part]:
        """The part of each (text, pause in seconds), in order. Raises VoiceError naming the sentence."""
        jobs: deque[_Job] = deque()
        lock = Lock()

        def work() -> None:
            with lock:  # the one that is waited for comes first, else the longest, so that none is left over at the end
                free = [job for job in jobs if not job.taken]
                job = free[0] if free[0] is jobs[0] else max(free, key=lambda job: len(job.text))
                job.taken = True
            try:
                job.part.set_result(self._say(job.text, job.pause))
            except BaseException as error:
                job.part.set_exception(error)

        def first() -> Part:
            part = jobs[0].part.result()
            with lock:
                jobs.popleft()
            return part

        with ThreadPoolExecutor(self.size) as threads:
            try:
                for text, pause in sentences:
                    if len(jobs) >= self.size * _AHEAD:
                        yield first()
                    with lock:
                        jobs.append(_Job(text, pause))
                    threads.submit(work)
                while jobs:
                    yield first()
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self.close()  # whoever still works on a sentence must not keep us waiting for it
                raise

    def _say(self, text: str, pause: float) -> Part:
        sayer = self._idle.get()
        try:
            return sayer.say(text, pause)
        except VoiceError as error:
            raise VoiceError(f"{error} (at the sentence {_short(text)!r})") from None
        finally:
            self._idle.put(sayer)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
