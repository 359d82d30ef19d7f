"""The job on a Ray cluster: an actor a core, each with a voice of its own, does what a worker process does on one machine.

The state stays with the program that began the job; pages, sound and files never pass through it. Actors are handed shards of many
articles, for a cluster's head keeps a record of each call, and tell what came of them in groups.
"""

import logging
import os
import socket
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from docreader.errors import DocreaderError
from docreader.site.hand import work
from docreader.site.make import Tools
from docreader.site.model import Done, How, Job
from docreader.site.storage import is_remote

SHARD = 100
"""Articles that an actor is handed at once: minutes of work, so that the calls are few and what a death costs is little."""
_AHEAD = 2
"""Shards that an actor holds: it works at one while the next is on its way."""
_GROUP = 0.5
"""Seconds of work whose outcomes an actor tells together."""
_DEATHS = 20
"""Actors that may die in a row without having done anything, before the job is given up."""


class Hand:
    """What an actor is: a worker process of the cluster."""

    def __init__(self, how: How, lexicons: Sequence[bytes], version: str) -> None:
        self._given = (how, lexicons, version)

    def ready(self) -> None:
        """Take up its tools. Raises DocreaderError: it cannot work, nor could another on this node."""
        from docreader import __version__

        how, lexicons, version = self._given
        if version != __version__:
            raise DocreaderError(
                f"a node of the cluster has docreader {__version__}, not {version}: install the same everywhere"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="docreader-")
        paths = [Path(self._folder.name) / f"{number}.tsv" for number in range(len(lexicons))]
        for path, content in zip(paths, lexicons, strict=True):
            path.write_bytes(content)
        self._tools = Tools(replace(how, lexicons=tuple(map(str, paths))))

    def do(self, jobs: Sequence[Job]) -> Iterator[list[Done]]:
        """What came of each job, in groups."""
        group: list[Done] = []
        begun = time.monotonic()
        for done in work(jobs, self._tools):
            group.append(done)
            if time.monotonic() - begun > _GROUP:
                yield group
                group, begun = [], time.monotonic()
        if group:
            yield group


@dataclass(slots=True)
class _Actor:
    """An actor as the program that began the job knows it."""

    handle: Any
    waiting: Any
    """The answer that it is ready; None once it came."""
    shards: list["_Shard"] = field(default_factory=list)
    worked: bool = False

    @property
    def count(self) -> int:
        return sum(len(shard.jobs) for shard in self.shards)


@dataclass(slots=True)
class _Shard:
    jobs: dict[str, Job]
    """By address: what nothing was told of yet."""
    answers: Any
    """The generator of references to groups."""
    alone: bool = False
    """Whether its one article is under suspicion."""


class Cluster:
    """A runner (see runner.py) whose workers are actors on a Ray cluster. Raises DocreaderError: there is none at the address."""

    def __init__(self, how: How, address: str, workers: int | None = None, shard: int = SHARD) -> None:
        try:
            import ray
        except ImportError:
            raise DocreaderError("--ray needs Ray: pip install 'docreader[cluster]'") from None
        from docreader import __version__

        self._ray: Any = ray
        if not is_remote(how.out):
            how = replace(how, out=str(Path(how.out.removeprefix("file://")).resolve()))
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            _knock(address)
            ray.init(
                address=address, log_to_driver=False, logging_level=logging.ERROR,
                include_dashboard=False if address == "local" else None, namespace="docreader",
            )  # fmt: skip
        except (OSError, ValueError, RuntimeError) as error:
            raise DocreaderError(f"no Ray cluster answers at {address}: {_line(error)}; check --ray") from None
        self._given = (how, [Path(path).read_bytes() for path in how.lexicons], __version__)
        self._workers, self._shard = workers, shard
        self._actors: list[_Actor] = []
        self._jobs: deque[Job] = deque()
        self._alone: deque[Job] = deque()
        self._deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def room(self) -> int:
        held = len(self._jobs) + len(self._alone) + sum(actor.count for actor in self._actors)
        return max(0, self._most() * (_AHEAD + 1) * self._shard - held)

    def give(self, jobs: Sequence[Job]) -> None:
        self._jobs.extend(jobs)
        self._hand_out()

    def take(self, seconds: float) -> list[Done]:
        self._hand_out()
        coming = {actor.waiting: actor for actor in self._actors if actor.waiting is not None}
        coming |= {actor.shards[0].answers: actor for actor in self._actors if actor.shards}
        if not coming:
            time.sleep(seconds)
            return []
        found: list[Done] = []
        ready, _ = self._ray.wait(list(coming), num_returns=len(coming), timeout=0)
        if not ready:
            ready, _ = self._ray.wait(list(coming), num_returns=1, timeout=seconds)
        for answer in ready:
            found += self._listen(coming[answer], answer)
        return found

    def close(self) -> None:
        self._actors.clear()
        self._ray.shutdown()

    def _most(self) -> int:
        """One actor a core; nodes come and go."""
        return self._workers or max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def _hand_out(self) -> None:
        """Shards to the actors that hold the fewest; new actors where there is more to do than they hold."""
        wanted = min(
            self._most(), sum(len(actor.shards) for actor in self._actors) + len(self._jobs) + len(self._alone)
        )
        while len(self._actors) < wanted:
            self._actors.append(self._new())
        for ahead in range(_AHEAD):
            for actor in self._actors:
                if not (self._jobs or self._alone):
                    return
                if actor.waiting is None and len(actor.shards) <= ahead:
                    self._hand(actor)

    def _new(self) -> _Actor:
        how, *rest = self._given
        kind: Any = self._ray.remote(Hand)
        handle = kind.options(num_cpus=1, max_restarts=0).remote(replace(how, workers=self._most()), *rest)
        return _Actor(handle, handle.ready.remote())

    def _hand(self, actor: _Actor) -> None:
        """What is under suspicion is done alone; of the others each actor gets its share, so that all end together."""
        alone = bool(self._alone)
        if alone:
            jobs = [self._alone.popleft()]
        else:
            share = -(-len(self._jobs) // len(self._actors))
            jobs = [self._jobs.popleft() for _ in range(min(self._shard, share))]
        answers = actor.handle.do.options(num_returns="streaming").remote(jobs)
        actor.shards.append(_Shard({job.address: job for job in jobs}, answers, alone))

    def _listen(self, actor: _Actor, answer: Any) -> list[Done]:
        """What an actor tells: that it is ready, what came of some jobs, the end of a shard; or its death."""
        from ray.exceptions import RayActorError, RayError, RayTaskError

        try:
            if answer is actor.waiting:
                self._ray.get(answer)
                actor.waiting = None
                return []
            try:
                found: list[Done] = self._ray.get(next(answer))
            except StopIteration:
                actor.shards.pop(0)
                return []
        except RayTaskError as error:
            cause = error.cause
            raise (
                cause
                if isinstance(cause, DocreaderError)
                else DocreaderError(f"the cluster cannot work: {_line(cause)}")
            ) from None
        except (RayActorError, RayError) as error:
            return self._bury(actor, _line(error))
        actor.worked, self._deaths = True, 0
        for done in found:
            actor.shards[0].jobs.pop(done.address, None)
        return found

    def _bury(self, actor: _Actor, words: str) -> list[Done]:
        """An actor died: an article that was alone with it is to blame; what else it held is done by others, one by one."""
        self._actors.remove(actor)
        self._deaths += 1
        if self._deaths > _DEATHS:
            raise DocreaderError(f"the cluster's workers die one after the other: {words}")
        if not actor.shards:
            return []
        first, *rest = actor.shards
        for shard in rest:
            self._jobs.extendleft(reversed(shard.jobs.values()))
        jobs = list(first.jobs.values())
        if first.alone and jobs:
            return [Done(jobs[0].address, "failed", "bug", f"the worker died at {jobs[0].address}: {words}", True)]
        self._alone.extend(jobs)
        return []


def _knock(address: str) -> None:
    """Raises OSError where nobody is at ``host:port``: Ray itself would end the process after a minute."""
    host, _, port = address.rpartition(":")
    if host and "/" not in host and port.isdecimal():
        socket.create_connection((host, int(port)), 10).close()


def _line(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]
