"""Tracks in the making. One that many ask for is made once; all hear what is there and then what comes."""

import asyncio
import contextlib
import logging
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from docreader.audio.captions import line
from docreader.audio.model import Mark, Recording
from docreader.audio.record import mark
from docreader.audio.track import Piece, flow
from docreader.errors import DocreaderError, OutputError
from docreader.web.crews import Crews
from docreader.web.limits import Gate
from docreader.web.store import Order, Store

log = logging.getLogger(__name__)

_CHUNK = 1 << 14  # bytes: with hundreds of slow listeners, what each has in hand counts


class _GivenUpError(Exception):
    """Nobody listens any more."""


class TooLongError(DocreaderError):
    """It took longer than the operator allows."""


class Job:
    """One track, from its first sentence to its last. All but ``_make`` is called in the event loop's thread."""

    def __init__(self, order: Order, format: str) -> None:
        self.order, self.format = order, format
        self.lines: list[str] = []
        """Its marks, as JSON."""
        self.begun = False
        self.head = b""
        """What stands before the sound; there as soon as it begins."""
        self.tail = b""
        self.size = 0
        """Bytes of sound so far."""
        self.duration: float | None = None
        """Seconds, once it is whole."""
        self.done = False
        self.error: Exception | None = None
        self.listeners = 0
        self.given_up = Event()
        self._file = -1
        self._changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ending: asyncio.TimerHandle | None = None

    async def change(self) -> None:
        """Wait until there is more, or it is done."""
        if not self.done:
            await asyncio.shield(self._changed)

    async def first(self) -> None:
        """Wait for the first sound. Raises what kept it from being said."""
        while not self.begun and not self.done:
            await self.change()
        if self.error and not self.begun:
            raise self.error

    async def stream(self) -> AsyncIterator[bytes]:
        """The whole track from its start; raises where it cannot be made whole."""
        await self.first()
        if self.head:
            yield self.head
        at = 0
        while True:
            if at < self.size:
                data = os.pread(self._file, min(_CHUNK, self.size - at), at)
                at += len(data)
                yield data
            elif self.error:
                raise self.error
            elif self.done:
                break
            else:
                await self.change()
        if self.tail:
            yield self.tail

    def grow(self, head: bytes, size: int, *lines: str) -> None:
        self.head, self.size, self.begun = self.head or head, size, True
        self.lines += lines
        self._tell()

    def end(self, tail: bytes, duration: float | None, error: Exception | None) -> None:
        self.tail, self.duration, self.error, self.done = tail, duration, error, True
        self._tell()
        if not self.listeners:
            self.close()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.get_running_loop().create_future()
        changed.set_result(None)

    def close(self) -> None:
        """Give the sound's room back: it is done, and the last listener is gone."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def opened(self, file: int) -> None:
        self._file = file


class Jobs:
    """All tracks in the making. ``made`` is called with the key of each that is whole in the store."""

    def __init__(
        self,
        store: Store,
        crews: Crews,
        *,
        jobs: int,
        queue: int,
        seconds: float,
        linger: float,
        made: Callable[[str], None],
    ) -> None:
        self._store, self._crews, self._seconds, self._linger, self._made = store, crews, seconds, linger, made
        self.gate = Gate(jobs, queue)
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(jobs, "job")
        self.count = {"made": 0, "given up": 0, "failed": 0}

    @property
    def listeners(self) -> int:
        return sum(job.listeners for job in self._jobs.values())

    def running(self, key: str) -> Job | None:
        return self._jobs.get(key)

    @contextlib.asynccontextmanager
    async def listen(self, order: Order, format: str = "mp3", keep: bool = True) -> AsyncIterator[Job]:
        """The job that makes this track, begun if need be; it is given up when nobody is in here any more for a while.
        ``keep``: in the store. Raises Busy: too many wait."""
        job = self._jobs.get(order.key)
        if job is None or job.given_up.is_set() or job.error:
            self.gate.check()
            job = self._jobs[order.key] = Job(order, format)
            task = asyncio.create_task(self._run(job, keep))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if job.ending:
            job.ending.cancel()
            job.ending = None
        job.listeners += 1
        try:
            yield job
        finally:
            job.listeners -= 1
            if not job.listeners:
                if job.done:
                    job.close()
                elif keep:
                    job.ending = asyncio.get_running_loop().call_later(self._linger, job.given_up.set)
                else:
                    job.given_up.set()

    async def _run(self, job: Job, keep: bool) -> None:
        loop = asyncio.get_running_loop()
        tail, duration, kept = b"", None, False
        error: Exception | None = None
        begun = time.monotonic()
        try:
            async with self.gate.enter():
                tail, duration, kept = await loop.run_in_executor(self._threads, self._make, job, keep, loop)
            self.count["made"] += 1
            log.info("made", extra={"key": job.order.key, "sentences": len(job.lines), "audio_seconds": round(duration, 3), "seconds": round(time.monotonic() - begun, 3)})  # fmt: skip
        except _GivenUpError:
            self.count["given up"] += 1
            error = DocreaderError("nobody listened any more")
            log.info("given up", extra={"key": job.order.key, "sentences": len(job.lines)})
        except Exception as caught:
            self.count["failed"] += 1
            if isinstance(caught, DocreaderError):
                error = caught
                log.error("not made", extra={"key": job.order.key, "error": str(caught)})
            else:
                error = DocreaderError("the track could not be made; the service's log says why")
                log.exception("not made", extra={"key": job.order.key})
        finally:
            if self._jobs.get(job.order.key) is job:
                del self._jobs[job.order.key]
            job.end(tail, duration, error)
            if kept:
                self._made(job.order.key)

    def _make(self, job: Job, keep: bool, loop: asyncio.AbstractEventLoop) -> tuple[bytes, float, bool]:
        """In a thread: say it all; tail, duration and whether it was kept in the end."""
        order, deadline = job.order, time.monotonic() + self._seconds
        marks: list[Mark] = []
        rate = size = samples = 0
        with tempfile.TemporaryFile(dir=self._store.folder) as file:
            loop.call_soon_threadsafe(job.opened, os.dup(file.fileno()))
            with (
                self._crews.get(order.voice, job.format) as crew,
                contextlib.closing(flow(order.script, order.voice, job.format, None, crew, None)) as said,
            ):
                if job.given_up.is_set():
                    raise _GivenUpError
                for found in said:
                    size += file.write(found.data)
                    file.flush()
                    track = found.track
                    head = b"" if job.head else track.head(None, 0)
                    if isinstance(found, Piece):
                        rate, samples = found.part.rate, found.start + found.samples
                        marks.append(mark(found))
                        loop.call_soon_threadsafe(job.grow, head, size, line(marks[-1]))
                    else:  # the first sentence is heard while the rest of it is coded
                        loop.call_soon_threadsafe(job.grow, head, size)
                    if job.given_up.is_set():
                        raise _GivenUpError
                    if time.monotonic() > deadline:
                        raise TooLongError(f"the track was not made within {self._seconds:g} s; ask the operator")
            tail = track.tail()
            if keep:
                file.write(tail)
                file.flush()
                head = track.head(samples, size + len(tail))
                recording = Recording(
                    order.script, order.voice, job.format, rate, samples, tuple(marks), file, order.article, head
                )
                try:
                    self._store.save(order.key, recording)
                except OutputError as error:  # who listens has all of it nevertheless
                    log.error("not kept", extra={"key": order.key, "error": str(error)})
                    keep = False
        return tail, samples / rate, keep

    async def close(self) -> None:
        """Give all up."""
        for job in self._jobs.values():
            job.given_up.set()
        self._crews.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        self._threads.shutdown(wait=False, cancel_futures=True)
