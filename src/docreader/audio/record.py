"""A Script becomes a Recording: each sentence said by the voice, each pause by the reading style."""

import re
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from docreader.article.model import Article
from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.model import Mark, Recording
from docreader.audio.track import Piece, flow, pieces, utterances
from docreader.errors import OutputError
from docreader.speech.engine import WordTime
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
    article: Article | None = None,
    jingle: bytes = b"",
) -> Recording:
    """Say the whole script. ``progress`` is told (sentences done, sentences in all), first with 0.

    ``workers`` defaults to the cores (an online voice: to what its file allows). ``crew`` has that voice and format, and is
    warm when many scripts are said, or was started while the article was fetched. What the ``cache`` holds is not said
    again (a crew has a cache of its own). One sentence that cannot be said fails the recording. Raises VoiceError naming
    the sentence; OutputError: no such format, no room for temporary files. ``jingle``: see jingle.load.
    """
    formats.check(format)
    kept, second, apart = (crew.cache, crew.second, crew.apart) if crew else (cache, None, False)

    def again(other: str) -> Recording:
        with Crew(voice, other, workers, kept, second=second, apart=apart) as crew:
            return record(script, voice, format=other, crew=crew, article=article, jingle=jingle)

    found = pieces(script, voice, format, workers, crew, cache, jingle)
    return gather(found, script, voice, format, progress=progress, article=article, again=again)


def gather(
    found: Iterable[Piece],
    script: Script,
    voice: Voice,
    format: str,
    *,
    progress: Callable[[int, int], None] | None = None,
    article: Article | None = None,
    again: Callable[[str], Recording] | None = None,
) -> Recording:
    """The recording of a script's pieces. ``again``: see Recording; other arguments and errors are those of ``record``."""
    total = len(utterances(script))
    tell = progress or (lambda done, total: None)
    tell(0, total)
    marks = []
    rate = samples = 0
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the Recording closes it)
    try:
        for piece in found:
            track = piece.track
            file.write(piece.data)
            rate, samples = piece.part.rate, piece.start + piece.samples
            marks.append(mark(piece))
            tell(len(marks), total)
        file.write(track.tail())
        length = file.tell()
        for place, data in track.patches.items():
            file.seek(place)
            file.write(data)
        head = track.head(samples, length)
        file.flush()
    except OSError as error:
        with suppress(OSError):  # what it could not write it tries once more
            file.close()
        raise OutputError(f"no room for the sound in {tempfile.gettempdir()}: {error.strerror or error}") from error
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    return Recording(script, voice, format, rate, samples, tuple(marks), file, article, head, again)


def stream(
    script: Script,
    voice: Voice,
    *,
    format: str = "mp3",
    workers: int | None = None,
    crew: Crew | None = None,
    cache: Cache | None = None,
    jingle: bytes = b"",
) -> Iterator[bytes]:
    """The bytes of the track while it is being said, for a pipe or a response: the first ones with the first sentence.

    A player cannot know its length before its end. Arguments and errors are those of ``record``; an error after the first
    bytes means that the track is not whole.
    """
    formats.check(format)
    track = None
    for found in flow(script, voice, format, workers, crew, cache, jingle):
        if track is None:
            track = found.track
            yield track.head(None, 0)
        yield found.data
    if track is not None:
        yield track.tail()


def mark(piece: Piece) -> Mark:
    """When the sentence of a piece is heard."""
    u, part = piece.utterance, piece.part
    times = _onsets(u.spoken, part.words)
    return Mark(
        piece.start / part.rate,
        (piece.start + part.sounding) / part.rate,
        u.written,
        u.spoken,
        u.kind,
        u.block,
        u.start,
        u.end,
        times,
        u.spans if times else b"",
        part.estimated,
    )


def _onsets(text: str, words: Sequence[WordTime]) -> bytes:
    """Milliseconds at which each word of ``text.split()`` begins; empty if the engine does not tell of each.

    An engine may tell of more words than there are: it spells some. The first that starts inside a word counts.
    """
    onsets = array("I")
    told = iter(words)
    word = next(told, None)
    for match in re.finditer(r"\S+", text):
        while word and word.start < match.start():
            word = next(told, None)
        if word is None or word.start >= match.end():
            return b""
        onsets.append(max(0, round(word.time * 1000)))
    return onsets.tobytes()
