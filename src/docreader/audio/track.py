"""A Script becomes a track, sentence by sentence."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import cast

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import CORES, Crew
from docreader.audio.part import Begun, Line, Part
from docreader.errors import VoiceError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script, Utterance

_HEADING_SPEED = 0.92
"""Of the voice's own: a newsreader takes a headline slower."""
_SLOWER = ("title", "heading")
_SECOND = ("quote", "caption")
"""Kinds of blocks that the second voice says, where there is one."""
_CHUNK = 0.1
"""Seconds of the first sentence that an encoder is given at once, so that its first bytes come soon."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One utterance of a track."""

    utterance: Utterance
    part: Part
    start: int
    """Samples from the start of the track."""
    data: bytes
    """What its clip and the pause after it add to the track."""
    samples: int
    """Of clip and pause."""
    track: formats.Track
    """The one that it belongs to: its head and its tail are there."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Bytes of a track that come while its first piece is still being coded; those of the piece go on after them."""

    data: bytes
    track: formats.Track


def utterances(script: Script) -> list[Utterance]:
    """Those that have something to say. Raises VoiceError: none has."""
    found = [u for u in script.utterances if any(c.isalnum() for c in u.spoken)]
    if not found:
        raise VoiceError("there is nothing to say: the text holds no words")
    return found


def pieces(
    script: Script,
    voice: Voice,
    format: str,
    workers: int | None,
    crew: Crew | None,
    cache: Cache | None,
    jingle: bytes = b"",
) -> Generator[Piece]:
    """The pieces in order, each as soon as it and all before it are said. Raises VoiceError naming the sentence.

    ``jingle`` is what ``jingle.load`` gives; it sounds before the first piece and is part of its bytes.
    """
    return cast(Generator[Piece], flow(script, voice, format, workers, crew, cache, jingle, early=False))


def flow(
    script: Script,
    voice: Voice,
    format: str,
    workers: int | None,
    crew: Crew | None,
    cache: Cache | None,
    jingle: bytes = b"",
    early: bool = True,
) -> Generator[Opening | Piece]:
    """The same for who listens meanwhile: before the first piece its beginning, as soon as that is coded."""
    said = utterances(script)
    with nullcontext(crew) if crew else Crew(voice, format, min(workers or CORES, len(said)), cache) as crew:
        yield from _joined(said, crew.flow(map(line, said), early), voice, format, jingle, early)


def joined(
    said: Iterable[Utterance], parts: Iterable[Part], voice: Voice, format: str, jingle: bytes = b""
) -> Iterator[Piece]:
    """Each utterance with its part, in its place in the track and with its pause after it."""
    return cast(Iterator[Piece], _joined(said, parts, voice, format, jingle, early=False))


def _joined(
    said: Iterable[Utterance], parts: Iterable[Begun | Part], voice: Voice, format: str, jingle: bytes, early: bool
) -> Iterator[Opening | Piece]:
    position = rate = told = 0
    track, data, said = None, b"", iter(said)
    for part in parts:
        if track is None:
            rate = part.rate
            track = formats.track(format, rate)
            if jingle:
                from docreader.audio.jingle import part as opening

                first = opening(jingle, formats.coding(format), rate)
                data, position = track.add(first.data), first.samples
        if isinstance(part, Begun):
            told = len(data + part.data)
            yield Opening(data + part.data, track)
            continue
        if part.rate != rate:
            raise VoiceError(f"the engine changed its sample rate from {rate} to {part.rate} Hz; all must be the same")
        utterance = next(said)
        if early and part.coding == formats.PCM:
            for chunk in _chunks(part):
                if data := data + track.add(chunk):
                    yield Opening(data, track)
                    data = b""
        else:
            data = (data + track.add(part.data))[told:]
        early, told = False, 0
        pause = round(utterance.pause / 1000 / voice.rate * rate)
        silence, silent = track.silence(part.sounding + pause - part.samples)
        piece = Piece(utterance, part, position, data + silence, part.samples + silent, track)
        position += piece.samples
        data = b""
        yield piece


def _chunks(part: Part) -> Iterator[bytes]:
    size = round(part.rate * _CHUNK) * 2
    return (part.data[start : start + size] for start in range(0, len(part.data), size))


def line(utterance: Utterance) -> Line:
    """How an utterance is said."""
    return how(utterance.spoken, utterance.kind)


def how(spoken: str, kind: str) -> Line:
    """How what is spoken in a block of this kind is said."""
    return Line(spoken, _HEADING_SPEED if kind in _SLOWER else 1.0, kind in _SECOND)
