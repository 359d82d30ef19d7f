"""The Recording: a track on its way to disk, with the time of every sentence."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from weakref import finalize

from docreader.article.model import Article
from docreader.speech.voices import Voice
from docreader.spoken.model import Script


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence in the track. Times are seconds from its start; the pause after it is not part of it."""

    start: float
    end: float
    written: str
    spoken: str
    kind: str
    block: int


@dataclass(frozen=True)
class Recording:
    """A track and its marks. Its sound lies in a temporary file, which goes when the Recording does or at ``close``."""

    script: Script
    voice: Voice
    format: str
    rate: int
    """Samples a second."""
    samples: int
    marks: tuple[Mark, ...]
    file: IO[bytes] = field(repr=False, compare=False)
    """The encoded parts, without what a file has in front of them."""

    def __post_init__(self) -> None:
        finalize(self, self.file.close)

    @property
    def duration(self) -> float:
        """Seconds, exact."""
        return self.samples / self.rate

    def save(self, path: str | Path, article: Article | None = None, *, format: str | None = None) -> None:
        """Write the track to ``path``, whole or not at all; with its tags where the article is given.

        ``format`` defaults to what the name says, else to that of the recording. Another format than the recording's is
        said again rather than encoded twice. Raises OutputError, and VoiceError where it must be said again.
        """
        from docreader.audio import formats
        from docreader.audio.files import whole

        format = format or formats.of(path, self.format)
        if format != self.format:
            from docreader.audio.record import record

            with_format = record(self.script, self.voice, format=format)
            with_format.save(path, article, format=format)
            with_format.close()
            return
        tags = b""
        if article is not None and format == "mp3":
            from docreader.audio.tags import id3

            tags = id3(article, self.marks, self.duration)
        length = self.file.seek(0, 2)
        with whole(path) as out:
            out.write(tags)
            out.write(formats.make(format, self.rate).head(self.samples, length))
            self.file.seek(0)
            shutil.copyfileobj(self.file, out, 1 << 20)

    def captions(self) -> str:
        """WebVTT with a cue per sentence."""
        from docreader.audio.captions import webvtt

        return webvtt(self.marks)

    def close(self) -> None:
        """Give the temporary file back now; the recording cannot be saved any more."""
        self.file.close()
