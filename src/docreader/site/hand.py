"""A worker process of a site's job, from inside: jobs come in, what came of them goes out.

Pages are fetched ahead by threads; one article at a time is extracted, normalised and said. Messages are pickled; it ends
when its input does, so never outlives its parent.
"""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO

from docreader.article.fetch import Fetcher, Page
from docreader.errors import DocreaderError
from docreader.site.make import Tools, fetch, make
from docreader.site.model import Done, Job


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer

    def answer(message: Done | str) -> None:
        pickle.dump(message, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    try:
        with Tools(pickle.load(source)) as tools:
            for done in work(_jobs(source), tools, lambda job: answer(job.address)):
                answer(done)
    except DocreaderError as error:  # all articles would fail of it
        answer("!" + str(error))
    except BrokenPipeError:
        pass  # the parent is gone
    os._exit(0)


def _jobs(source: IO[bytes]) -> Iterator[Job]:
    while True:
        try:
            yield pickle.load(source)
        except (EOFError, pickle.UnpicklingError):  # the parent ended, perhaps in the middle of a word
            return


def work(jobs: Iterable[Job], tools: Tools, begin: Callable[[Job], None] = lambda job: None) -> Iterator[Done]:
    """What came of each job, as they get done. ``begin`` is told of each before its article is read."""
    ready: SimpleQueue[tuple[Job, Page | Exception | None] | None] = SimpleQueue()
    room = threading.Semaphore(tools.how.connections * 2)
    own = threading.local()

    def get(job: Job) -> None:
        try:
            if not hasattr(own, "fetcher"):
                own.fetcher = Fetcher(tools.how.fetch)
            ready.put((job, fetch(job, tools, own.fetcher)))
        except Exception as error:
            ready.put((job, error))

    def feed() -> None:
        with ThreadPoolExecutor(tools.how.connections) as threads:
            for job in jobs:
                room.acquire()
                if job.content is None:
                    threads.submit(get, job)
                else:
                    ready.put((job, None))
        ready.put(None)

    threading.Thread(target=feed, daemon=True).start()
    while (one := ready.get()) is not None:
        job, page = one
        room.release()
        if not (isinstance(page, Page) and page.status == 304 and job.current):
            begin(job)
        yield make(job, page, tools)
