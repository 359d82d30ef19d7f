"""Many sentences at once, in order, with bounded memory.

An engine that computes lives in worker processes, one a core (espeak-ng aborts when two threads use it); one that waits
for others lives in threads.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from docreader.audio.part import Part, Speaker
from docreader.audio.process import Process
from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.voices import Voice

_AHEAD = 8
"""Sentences that may be ready or in work before the one that is waited for, times the workers."""


class Sayer(Protocol):
    def say(self, text: str, pause: float) -> Part: ...


class Crew:
    """Workers with one voice and one format; a context manager, whose end ends the workers at once."""

    def __init__(self, voice: Voice, format: str, workers: int | None = None) -> None:
        kind = engines.kind(voice.engine)
        if (lacking := engines.missing(voice.engine)) is not None:
            raise VoiceError(f"voice {voice.name!r} needs the module {lacking}, which is not installed: {kind.install}")
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
        self._stack.close()

    def parts(self, sentences: Sequence[tuple[str, float]]) -> Iterator[Part]:
        """The part of each (text, pause in seconds), in order. Raises VoiceError naming the sentence."""
        with ThreadPoolExecutor(self.size) as threads:
            waiting: deque[Future[Part]] = deque()
            try:
                for text, pause in sentences:
                    if len(waiting) >= self.size * _AHEAD:
                        yield waiting.popleft().result()
                    waiting.append(threads.submit(self._say, text, pause))
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                for future in waiting:
                    future.cancel()
                self._stack.close()  # whoever still works on a sentence must not keep us waiting for it
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
