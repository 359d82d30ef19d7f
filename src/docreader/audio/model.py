"""The Recording: a track on its way to disk, with the time of every sentence."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from weakref import finalize

from docreader.article.model import Article
from docreader.speech.voices import Voice
from docreader.spoken.model import Script, pairs


@dataclass(frozen=True, slots=True)
class WordMark:
    """A spoken word in the track, and the written span ``text[from_:to]`` of its block that it comes from."""

    start: float
    """Seconds from the start of the track."""
    end: float
    spoken: str
    from_: int
    """-1 where the script does not tell."""
    to: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence in the track. Times are seconds from its start; the pause after it is not part of it."""

    start: float
    end: float
    written: str
    spoken: str
    kind: str
    block: int
    from_: int = 0
    """Where it stands in its block: ``text[from_:to]``."""
    to: int = 0
    onsets: bytes = field(default=b"", repr=False)
    """Milliseconds from its start at which each of its spoken words begins, 32 bits each: a book has many words."""
    spans: bytes = field(default=b"", repr=False)
    """Where each of them is written, as an Utterance keeps it."""
    estimated: bool = False
    """Whether the times of words were estimated from their syllables, because the engine tells none."""

    @property
    def words(self) -> tuple[WordMark, ...]:
        """Its words with their times; words of one written span (HĐND: four words) have one span. Empty: no times."""
        spoken = self.spoken.split()
        starts = [self.start + onset / 1000 for onset in array("I", self.onsets)]
        if len(starts) != len(spoken):
            return ()
        spans = pairs(self.spans)
        if len(spans) != len(spoken):
            spans = [(-1, -1)] * len(spoken)
        ends = [*starts[1:], self.end]
        return tuple(
            WordMark(start, end, word.strip(",.;:?!"), *span)
            for start, end, word, span in zip(starts, ends, spoken, spans, strict=True)
        )


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
    article: Article | None = field(default=None, repr=False, compare=False)
    """What was read; ``save`` writes its tags."""
    head: bytes = field(default=b"", repr=False, compare=False)
    """What a file has in front of the parts."""
    again: Callable[[str], "Recording"] | None = field(default=None, repr=False, compare=False)
    """Says the same in another format: its jingle, its second voice, out of its cache."""

    def __post_init__(self) -> None:
        finalize(self, self.file.close)

    @property
    def duration(self) -> float:
        """Seconds, exact."""
        return self.samples / self.rate

    def save(
        self,
        path: str | Path,
        article: Article | None = None,
        *,
        format: str | None = None,
        cover: bytes | None = None,
    ) -> None:
        """Write the track to ``path``, whole or not at all; with the tags of ``article`` (default: the one that was read, where it is known).

        ``format`` defaults to what the name says, else to that of the recording; a name that ends in .epub is an e-book with
        the track and the text, which needs the article. Another format than the recording's is said again rather than encoded twice. ``cover`` is a
        picture, JPEG or PNG. Raises OutputError, and VoiceError where it must be said again.
        """
        from docreader.audio.saving import save

        save(self, Path(path), article or self.article, format, cover)

    def captions(self, words: bool = False) -> str:
        """WebVTT with a cue per sentence; ``words`` adds the time of each word in it."""
        from docreader.audio.captions import webvtt

        return webvtt(self.marks, words)

    def close(self) -> None:
        """Give the temporary file back now; the recording cannot be saved any more."""
        self.file.close()
