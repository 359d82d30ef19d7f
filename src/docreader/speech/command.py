"""Any program that turns text into a file of sound: one run a sentence."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from docreader.errors import VoiceError
from docreader.speech.engine import Clip
from docreader.speech.pace import stretch
from docreader.speech.sound import clip, decode

_TRIES = 2
_LARGEST = 64 << 20


class Command:
    """``command``: the program and its arguments. ``{text}`` among them is the sentence, else it comes on standard input
    (UTF-8); ``{output}`` is the file to write, else the sound is what comes on standard output. ``timeout``: seconds.
    """

    def __init__(self, command: Sequence[str], timeout: float = 60.0, rate: float = 1.0) -> None:
        self._command, self._timeout, self._rate = tuple(command), timeout, rate
        self._lock, self._running, self._closed = Lock(), set[int](), False

    def speak(self, text: str) -> Clip:
        for last in (False, True):
            with tempfile.TemporaryDirectory(prefix="docreader-") as folder:
                output = Path(folder, "sound.wav")
                status, sound, told = self._run(text, output)
                if output.is_file():
                    sound = output.read_bytes()
            if status < 0 and not last and not self._closed:
                continue  # somebody killed it
            if status != 0:
                why = f"was ended by signal {-status}" if status < 0 else f"failed with status {status}"
                raise VoiceError(f"the program {self._command[0]} {why}{told}")
            try:
                return stretch(clip([decode(sound)]), self._rate)
            except ValueError as error:
                raise VoiceError(f"the program {self._command[0]} gave {error}{told}") from None
        raise AssertionError  # the loop returns or raises

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            for group in self._running:
                _kill(group)

    def _run(self, text: str, output: Path) -> tuple[int, bytes, str]:
        """Its status, what it wrote to standard output, and its last words for a message."""
        arguments = [part.replace("{text}", text).replace("{output}", str(output)) for part in self._command]
        late = False

        def end() -> None:
            nonlocal late
            late = True
            _kill(process.pid)

        with tempfile.TemporaryFile() as errors:
            with self._lock:
                if self._closed:
                    raise VoiceError("interrupted")
                try:
                    process = subprocess.Popen(
                        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
                    )
                except (OSError, ValueError) as error:
                    reason = getattr(error, "strerror", None) or error
                    raise VoiceError(f"the program {self._command[0]} cannot be started: {reason}") from None
                self._running.add(process.pid)
            timer = Timer(self._timeout, end)
            timer.daemon = True
            timer.start()
            try:
                assert process.stdin and process.stdout
                # It need not read its standard input: what it is to say may be among its arguments.
                with contextlib.suppress(BrokenPipeError), process.stdin:
                    if not any("{text}" in part for part in self._command):
                        process.stdin.write(text.encode("utf-8", "replace"))
                        process.stdin.flush()
                with process.stdout:
                    sound = process.stdout.read(_LARGEST)
                    if len(sound) == _LARGEST:
                        end()
                status = process.wait()
            finally:
                timer.cancel()
                with self._lock:
                    self._running.discard(process.pid)
                _kill(process.pid)
                process.wait()
            if late:
                raise VoiceError(f"the program {self._command[0]} was not done after {self._timeout:g} s and was ended")
            errors.seek(0)
            lines = [line.strip() for line in errors.read().decode("utf-8", "replace").split("\n") if line.strip()]
        return status, sound, f": {lines[-1][:200]}" if lines else ""


def _kill(group: int) -> None:
    """End a program and all that it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(group, signal.SIGKILL)
        else:
            os.kill(group, signal.SIGTERM)


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Command:
    """See engine.Kind. ``settings``: command (a list), timeout; pitch is the program's, the volume is applied to what it gives."""
    command = settings.get("command")
    if not (isinstance(command, list) and command and all(isinstance(part, str) for part in command)):
        raise VoiceError('the voice names no program: write command = ["program", "argument"] under [settings]')
    try:
        return Command(command, float(settings.get("timeout", 60)), rate)
    except (TypeError, ValueError) as error:
        raise VoiceError(f"a setting of the voice is wrong: timeout: {error}") from None
