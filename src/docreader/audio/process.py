"""A worker process, as its parent sees it.

It is a bare Python that imports only what it needs: it answers after some 30 ms, where multiprocessing's spawn takes
several times as long, and its fork would copy threads and locks.
"""

import contextlib
import marshal
import subprocess
import sys
import tempfile
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self

from docreader.audio.part import Early, Part
from docreader.audio.worker import part
from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.voices import Voice

_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from docreader.audio.worker import main; main()"
_EARLY = 2
"""Fields of an answer that comes before the whole."""
PATIENCE = 30.0
"""Seconds after which an engine counts as hung, besides its kind's for each character."""


class Process:
    """A worker process. A worker that dies is replaced once a sentence; one that hangs is ended."""

    def __init__(self, voice: Voice, coding: str, start: bool = True, apart: bool = False) -> None:
        how = (voice.engine, dict(voice.settings), voice.rate, voice.pitch, voice.volume)
        self._order = (*how, coding, voice.gain, apart)
        self._patience = engines.kind(voice.engine).patience
        self._lock = Lock()
        self._closed = self._started = False
        if start:
            self._start()

    def _start(self) -> None:
        with self._lock:  # not after the end
            if self._closed:
                raise VoiceError("interrupted")
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by _end)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
            assert self._process.stdin and self._process.stdout
            self._in, self._out = self._process.stdin, self._process.stdout
            self._started = True
        self._send(self._order)

    def _send(self, message: tuple[Any, ...]) -> None:
        with contextlib.suppress(OSError):  # it is dead, and reading its answer will tell
            marshal.dump(message, self._in)
            self._in.flush()

    def say(self, text: str, speed: float = 1.0, early: Early | None = None) -> Part:
        """Raises VoiceError."""
        if not self._started:
            self._start()
        for last in (False, True):
            hung = begun = False

            def end() -> None:
                nonlocal hung
                hung = True
                self._process.kill()

            timer = Timer(PATIENCE + self._patience * len(text), end)
            timer.daemon = True
            timer.start()
            try:
                self._send((text, speed, early is not None))
                answer = marshal.load(self._out)
                if early and len(answer) == _EARLY and not isinstance(answer, str):
                    begun = True
                    early(*answer)
                    answer = marshal.load(self._out)
            except (EOFError, ValueError, TypeError):  # cut off, wherever
                if self._closed:
                    raise VoiceError("interrupted") from None
                told = self._last_words()
                self._end()
                self._start()
                if hung:
                    raise VoiceError("the engine gave no sound in time and was ended") from None
                if begun:  # another would not go on with the bytes that were told
                    raise VoiceError(f"the engine's process died in the midst of it{told}") from None
                if last:
                    raise VoiceError(f"the engine's process died twice{told}") from None
                continue
            finally:
                timer.cancel()
            if isinstance(answer, str):
                raise VoiceError(answer)
            return part(*answer)
        raise AssertionError  # the loop returns or raises

    def _last_words(self) -> str:
        """What the worker wrote to its standard error, for a message."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        text = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {text[:200]}" if text else ""

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for file in (self._in, self._out, self._errors):
            with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
                file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
        if self._started:
            self._end()
