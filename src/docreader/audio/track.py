"""A Script becomes a track, sentence by sentence."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import CORES, Crew
from docreader.audio.part import Early, Line, Part
from docreader.errors import VoiceError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script, Utterance

_HEADING_SPEED = 0.92
"""Of the voice's own: a newsreader takes a headline slower."""
_SLOWER = ("title", "heading")
_SECOND = ("quote", "caption")
"""Kinds of blocks that the second voice says, where there is one."""


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
    early: Early | None = None,
) -> Generator[Piece]:
    """The pieces in order, each as soon as it and all before it are said. Raises VoiceError naming the sentence.

    ``jingle`` is what ``jingle.load`` gives; it sounds before the first piece and is part of its bytes. ``early``: see
    Crew.parts; for MP3 without a jingle, whose bytes are those of its parts.
    """
    said = utterances(script)
    with nullcontext(crew) if crew else Crew(voice, format, min(workers or CORES, len(said)), cache) as crew:
        yield from joined(said, crew.parts(map(line, said), early), voice, format, jingle)


def joined(
    said: Iterable[Utterance], parts: Iterable[Part], voice: Voice, format: str, jingle: bytes = b""
) -> Iterator[Piece]:
    """Each utterance with its part, in its place in the track and with its pause after it."""
    position = rate = 0
    track, data = None, b""
    for utterance, part in zip(said, parts, strict=True):
        if track is None:
            rate = part.rate
            track = formats.track(format, rate)
            if jingle:
                from docreader.audio.jingle import part as opening

                first = opening(jingle, formats.coding(format), rate)
                data, position = track.add(first.data), first.samples
        if part.rate != rate:
            raise VoiceError(f"the engine changed its sample rate from {rate} to {part.rate} Hz; all must be the same")
        pause = round(utterance.pause / 1000 / voice.rate * rate)
        data += track.add(part.data)
        silence, silent = track.silence(part.sounding + pause - part.samples)
        piece = Piece(utterance, part, position, data + silence, part.samples + silent, track)
        position += piece.samples
        data = b""
        yield piece


def line(utterance: Utterance) -> Line:
    """How an utterance is said."""
    return how(utterance.spoken, utterance.kind)


def how(spoken: str, kind: str) -> Line:
    """How what is spoken in a block of this kind is said."""
    return Line(spoken, _HEADING_SPEED if kind in _SLOWER else 1.0, kind in _SECOND)
