"""The voices at work: one warm crew a voice and coding, shared by all tracks; those that nobody needs any more go."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.errors import VoiceError
from docreader.speech.voices import Voice

_IDLE = 4
"""Crews that are kept warm while they have nothing to say."""


class Crews:
    def __init__(self, cache: Cache | None) -> None:
        self.cache = cache
        self._crews: OrderedDict[str, Crew] = OrderedDict()
        self._at_work: dict[str, int] = {}
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def get(self, voice: Voice, format: str) -> Iterator[Crew]:
        """The crew whose parts this voice and format need. Raises VoiceError."""
        name = f"{voice!r} {formats.coding(format)}"
        with self._lock:
            if self._closed:
                raise VoiceError("the service stops")
            crew = self._crews.get(name) or Crew(voice, format, cache=self.cache, shared=True)
            self._crews[name] = crew
            self._crews.move_to_end(name)
            self._at_work[name] = self._at_work.get(name, 0) + 1
        try:
            yield crew
        finally:
            with self._lock:
                self._at_work[name] -= 1
                idle = [n for n in self._crews if not self._at_work[n]]
                gone = [self._crews.pop(n) for n in idle[:-_IDLE]]
            for crew in gone:
                crew.close()

    def close(self) -> None:
        """End all; what they are at fails."""
        with self._lock:
            self._closed = True
            crews = list(self._crews.values())
        for crew in crews:
            crew.close()
