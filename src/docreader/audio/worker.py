"""A process that says sentences: it reads them from standard input and writes their parts to standard output.

Messages are marshalled (both ends are the same Python): first what to make, then text and speed of each sentence,
and whether its rate and first bytes shall be answered before the whole; the answer is the fields of a Part, or the
message of an error. It ends when its input does, so never outlives its parent.

Asked to, an engine that remembers what it said (espeak's flutter goes on where it was) says each sentence in a fork of a
process that has said none: so a sentence has the same bytes whoever says it, and whenever. It costs a tenth of the time.
"""

import marshal
import os
import signal
import sys
from typing import Any

from docreader.audio.part import Early, Part, Speaker
from docreader.errors import DocreaderError
from docreader.speech import engines
from docreader.speech.engine import WordTime

_LONGEST, _LONGEST_CHARACTER = 60, 0.2
"""Seconds after which a fork ends itself: later than its parent would end it, where there is one."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a C library prints must not be taken for an answer

    def send(answer: str | tuple[Any, ...]) -> None:
        marshal.dump(answer, answers)
        answers.flush()

    try:
        name, settings, rate, pitch, volume, coding, gain, apart = marshal.load(source)
        speaker = Speaker(engines.make(name, settings, rate, pitch, volume), coding, gain)
        if apart := apart and engines.kind(name).remembers and hasattr(os, "fork"):
            speaker.warm()
        failed = None
    except DocreaderError as error:
        failed = str(error)
    while True:
        try:
            text, speed, wanted = marshal.load(source)
        except EOFError:
            break
        early = (lambda rate, data: send((rate, data))) if wanted else None
        send(failed or (_say_apart(speaker, text, speed) if apart else _say(speaker, text, speed, early)))
    os._exit(0)  # taking the interpreter down in order would cost a sixth of the worker's start


def _say(speaker: Speaker, text: str, speed: float, early: Early | None = None) -> str | tuple[Any, ...]:
    try:
        return fields(speaker.say(text, speed, early))
    except DocreaderError as error:
        return str(error)


def _say_apart(speaker: Speaker, text: str, speed: float) -> str | tuple[Any, ...]:
    """The same in a process of its own. If that dies, so do we, and our parent learns it as ever."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(round(_LONGEST + _LONGEST_CHARACTER * len(text)))  # where nobody is left to end it
            with os.fdopen(sink, "wb") as file:
                marshal.dump(_say(speaker, text, speed), file)
            status = 0
        finally:
            os._exit(status)
    os.close(sink)
    with os.fdopen(source, "rb") as file:
        data = file.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        os._exit(1)
    answer: str | tuple[Any, ...] = marshal.loads(data)
    return answer


def fields(part: Part) -> tuple[Any, ...]:
    words = tuple((w.start, w.end, w.time) for w in part.words)
    return part.data, part.coding, part.rate, part.samples, part.sounding, words, part.estimated


def part(data: bytes, coding: str, rate: int, samples: int, sounding: int, words: list[Any], estimated: bool) -> Part:
    """The inverse of ``fields``, for the parent."""
    return Part(data, coding, rate, samples, sounding, tuple(WordTime(*word) for word in words), estimated)
