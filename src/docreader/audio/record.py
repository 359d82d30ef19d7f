"""A Script becomes a Recording: each sentence said by the voice, each pause by the reading style."""

import tempfile
from collections.abc import Callable, Iterator

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.model import Mark, Recording
from docreader.audio.track import Piece, pieces, utterances
from docreader.errors import OutputError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script


def record(
    script: Script,
    voice: Voice,
    *,
    format: str = "mp3",
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
    crew: Crew | None = None,
    cache: Cache | None = None,
) -> Recording:
    """Say the whole script. ``progress`` is told (sentences done, sentences in all), first with 0.

    ``workers`` defaults to the cores (an online voice: to what its file allows). ``crew`` has that voice and format, and is
    warm when many scripts are said, or was started while the article was fetched. What the ``cache`` holds is not said
    again (a crew has a cache of its own). One sentence that cannot be said fails the recording. Raises VoiceError naming
    the sentence; OutputError: no such format, no room for temporary files.
    """
    formats.check(format)
    total = len(utterances(script))
    tell = progress or (lambda done, total: None)
    tell(0, total)
    marks = []
    rate = samples = 0
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the Recording closes it)
    try:
        for piece in pieces(script, voice, format, workers, crew, cache):
            file.write(piece.data)
            rate, samples = piece.part.rate, piece.start + piece.samples
            marks.append(mark(piece))
            tell(len(marks), total)
        file.write(formats.make(format, rate).tail())
        file.flush()
    except OSError as error:
        file.close()
        raise OutputError(f"no room for the sound in {tempfile.gettempdir()}: {error.strerror or error}") from error
    except BaseException:
        file.close()
        raise
    return Recording(script, voice, format, rate, samples, tuple(marks), file)


def stream(
    script: Script,
    voice: Voice,
    *,
    format: str = "mp3",
    workers: int | None = None,
    crew: Crew | None = None,
    cache: Cache | None = None,
) -> Iterator[bytes]:
    """The bytes of the track while it is being said, for a pipe or a response: the first ones after the first sentence.

    A player cannot know its length before its end. Arguments and errors are those of ``record``; an error after the first
    bytes means that the track is not whole.
    """
    formats.check(format)
    rate = 0
    for piece in pieces(script, voice, format, workers, crew, cache):
        if not rate:
            rate = piece.part.rate
            yield formats.make(format, rate).head(None, 0)
        yield piece.data
    yield formats.make(format, rate).tail()


def mark(piece: Piece) -> Mark:
    """When the sentence of a piece is heard."""
    u, rate = piece.utterance, piece.part.rate
    end = piece.start + piece.part.sounding
    return Mark(piece.start / rate, end / rate, u.written, u.spoken, u.kind, u.block)
