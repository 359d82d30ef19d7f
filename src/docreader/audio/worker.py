"""A process that says sentences: it reads them from standard input and writes their parts to standard output.

Messages are marshalled (both ends are the same Python): first what to make, then one text a sentence; the
answer is the fields of a Part, or the message of an error. It ends when its input does, so never outlives its parent.
"""

import marshal
import os
import signal
import sys
from typing import Any

from docreader.audio.part import Part, Speaker
from docreader.errors import DocreaderError
from docreader.speech import engines
from docreader.speech.engine import WordTime


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a C library prints must not be taken for an answer
    try:
        name, settings, rate, pitch, volume, format, gain = marshal.load(source)
        speaker = Speaker(engines.make(name, settings, rate, pitch, volume), format, gain)
        failed = None
    except DocreaderError as error:
        failed = str(error)
    while True:
        try:
            text = marshal.load(source)
        except EOFError:
            break
        try:
            answer: str | tuple[Any, ...] = failed or fields(speaker.say(text))
        except DocreaderError as error:
            answer = str(error)
        marshal.dump(answer, answers)
        answers.flush()
    os._exit(0)  # taking the interpreter down in order would cost a sixth of the worker's start


def fields(part: Part) -> tuple[Any, ...]:
    words = tuple((w.start, w.end, w.time) for w in part.words)
    return part.data, part.rate, part.samples, part.sounding, words, part.estimated


def part(data: bytes, rate: int, samples: int, sounding: int, words: list[Any], estimated: bool) -> Part:
    """The inverse of ``fields``, for the parent."""
    return Part(data, rate, samples, sounding, tuple(WordTime(*word) for word in words), estimated)
