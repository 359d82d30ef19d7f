"""``docreader read``: one source after the other becomes a file."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from docreader import console, progress
from docreader.outputs import Names
from docreader.speech.voices import Voice
from docreader.spoken.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Order:
    """How to read, the same for all sources of a run."""

    voice: Voice
    format: str
    names: Names | None
    """None: to standard output."""
    captions: bool = False
    quiet: bool = False
    json: bool = False
    lexicon: Lexicon | None = None
    """None: docreader's own."""


@dataclass(frozen=True, slots=True)
class Done:
    """What ``--json`` tells of a source."""

    source: str
    output: str
    title: str
    voice: str
    duration: float
    """Seconds of sound."""
    sentences: int
    characters: int
    """Of the written text that was read."""
    seconds: float
    """That it took."""
    captions: str | None = None


def read(source: str, order: Order) -> Done:
    """Read one source aloud into its file. Raises DocreaderError."""
    from docreader.article.source import load
    from docreader.audio.files import whole
    from docreader.audio.record import record
    from docreader.spoken.script import script

    begun = time.monotonic()
    with progress.bar(source, quiet=order.quiet) as tell:
        article = load(source)
        written = script(article, order.lexicon)
        recording = record(written, order.voice, format=order.format, progress=tell)
        try:
            captions = None
            if order.names is None:
                output = "-"
                with tempfile.TemporaryDirectory(prefix="docreader-") as folder:
                    path = Path(folder, "track")
                    recording.save(path, article, format=order.format)
                    with path.open("rb") as file:
                        while data := file.read(1 << 16):
                            console.write_bytes(data)
            else:
                path = order.names.take(article.title, source)
                output = os.fspath(path)
                recording.save(path, article, format=order.format)
                if order.captions:
                    beside = path.with_suffix(".vtt")
                    with whole(beside) as out:
                        out.write(recording.captions().encode("utf-8", "replace"))
                    captions = os.fspath(beside)
        finally:
            recording.close()
    return Done(
        source,
        output,
        article.title,
        order.voice.name,
        round(recording.duration, 3),
        len(recording.marks),
        sum(len(mark.written) for mark in recording.marks),
        round(time.monotonic() - begun, 3),
        captions,
    )
