"""``docreader read``: one source after the other becomes a file."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docreader import console, progress
from docreader.errors import DocreaderError
from docreader.outputs import BESIDE, Names
from docreader.spoken.lexicon import Lexicon

if TYPE_CHECKING:
    from docreader.article.fetch import Fetch
    from docreader.article.model import Article
    from docreader.audio.crew import Crew
    from docreader.audio.model import Recording


@dataclass(frozen=True, slots=True)
class Order:
    """How to read, the same for all sources of a run."""

    names: Names
    beside: tuple[str, ...] = ()
    """Which of ``outputs.BESIDE`` are written too."""
    quiet: bool = False
    lexicon: Lexicon | None = None
    """None: docreader's own."""
    fetching: "Fetch | None" = None
    """None: as always."""
    jingle: bytes = b""
    """See jingle.load."""
    cover: bytes | None = None
    """JPEG or PNG."""
    own_cover: bool = False
    """Each article's own picture instead, where it has one."""
    introduction: str = ""
    """Templates: see spoken.around."""
    ending: str = ""


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
    word_captions: str | None = None
    srt: str | None = None
    marks: str | None = None


def read(source: str, order: Order, crew: "Crew") -> Done:
    """Read one source aloud into its file, by a crew with that voice and format. Raises DocreaderError."""
    from docreader.article.source import load
    from docreader.audio.record import record
    from docreader.spoken.around import around
    from docreader.spoken.script import script

    begun = time.monotonic()
    with progress.bar(source, quiet=order.quiet) as tell:
        article = load(source, order.fetching)
        if not order.quiet:
            _tell_language(article, source)
        written = around(script(article, order.lexicon), article, order.introduction, order.ending, order.lexicon)
        recording = record(written, crew.voice, format=crew.format, progress=tell, crew=crew, jingle=order.jingle)
        try:
            path = order.names.take(article.title, source)
            cover = _own_cover(article, source, order) if order.own_cover else order.cover
            recording.save(path, article, format=order.names.format, cover=cover)
            beside = _write_beside(path, order.beside, recording, article)
        finally:
            recording.close()
    return Done(
        source,
        os.fspath(path),
        article.title,
        crew.voice.name,
        round(recording.duration, 3),
        len(recording.marks),
        sum(len(mark.written) for mark in recording.marks),
        round(time.monotonic() - begun, 3),
        **beside,
    )


def _own_cover(article: "Article", source: str, order: Order) -> bytes | None:
    """The article's picture; a word where there is none: its sound is worth more."""
    from docreader.audio.cover import from_article

    try:
        return from_article(article, order.fetching)
    except DocreaderError as error:
        if not order.quiet:
            console.complain(f"{source} is read without a cover: {error}")
        return None


def _write_beside(path: Path, wanted: tuple[str, ...], recording: "Recording", article: "Article") -> dict[str, str]:
    """Write what is wanted beside the track; the paths by their names."""
    from docreader.audio import captions, described
    from docreader.audio.files import whole

    def text(name: str) -> Iterator[bytes]:
        if name == "marks":
            yield from described.with_marks(recording, article, path, paths.get("captions"))
        else:
            yield captions.text(name, recording.marks).encode("utf-8", "replace")

    paths = {name: os.fspath(path.with_suffix(BESIDE[name])) for name in wanted}
    for name, place in paths.items():
        with whole(place) as out:
            out.writelines(text(name))
    return paths


def pour(source: str, order: Order, crew: "Crew") -> None:
    """Read one source aloud to standard output, each sentence as soon as it is said: a player need not wait for the end.

    An MP3 begins with the tags that are known by then (title, site, date). Raises DocreaderError; what was written by
    then is the start of a track, not a whole one.
    """
    from docreader.article.source import load
    from docreader.audio import formats
    from docreader.audio.record import stream
    from docreader.spoken.around import around
    from docreader.spoken.script import script

    article = load(source, order.fetching)
    if not order.quiet:
        _tell_language(article, source)
    written = around(script(article, order.lexicon), article, order.introduction, order.ending, order.lexicon)
    track = stream(written, crew.voice, format=crew.format, crew=crew, jingle=order.jingle)
    first = next(track)  # before the tags: an engine that cannot speak leaves standard output empty
    if formats.name(crew.format) == "mp3":
        from docreader.audio.tags import id3

        console.write_bytes(id3(article, (), 0))
    console.write_bytes(first)
    for data in track:
        console.write_bytes(data)


def _tell_language(article: "Article", source: str) -> None:
    """A word to whoever has another language read by a Vietnamese voice."""
    if article.language != "vi":
        what = (
            f"is in the language {article.language!r}" if article.language not in ("", "und") else "is not Vietnamese"
        )
        console.complain(f"{source} {what}: it is read as if it were Vietnamese")
