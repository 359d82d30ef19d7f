"""A Script becomes a track, sentence by sentence."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import CORES, Crew
from docreader.audio.part import Part
from docreader.errors import VoiceError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script, Utterance


@dataclass(frozen=True, slots=True)
class Piece:
    """One utterance of a track."""

    utterance: Utterance
    part: Part
    start: int
    """Samples from the start of the track."""
    data: bytes
    """Its clip and the pause after it, encoded."""
    samples: int
    """Of clip and pause."""


def utterances(script: Script) -> list[Utterance]:
    """Those that have something to say. Raises VoiceError: none has."""
    found = [u for u in script.utterances if any(c.isalnum() for c in u.spoken)]
    if not found:
        raise VoiceError("there is nothing to say: the text holds no words")
    return found


def pieces(
    script: Script, voice: Voice, format: str, workers: int | None, crew: Crew | None, cache: Cache | None
) -> Generator[Piece]:
    """The pieces in order, each as soon as it and all before it are said. Raises VoiceError naming the sentence."""
    said = utterances(script)
    with nullcontext(crew) if crew else Crew(voice, format, min(workers or CORES, len(said)), cache) as crew:
        yield from joined(said, crew.parts(u.spoken for u in said), voice, format)


def joined(said: Iterable[Utterance], parts: Iterable[Part], voice: Voice, format: str) -> Iterator[Piece]:
    """Each utterance with its part, in its place in the track and with its pause after it."""
    position = rate = 0
    for utterance, part in zip(said, parts, strict=True):
        if part.rate != rate and position:
            raise VoiceError(f"the engine changed its sample rate from {rate} to {part.rate} Hz; all must be the same")
        rate = part.rate
        pause = round(utterance.pause / 1000 / voice.rate * part.rate)
        silence, silent = formats.make(format, part.rate).silence(part.sounding + pause - part.samples)
        piece = Piece(utterance, part, position, part.data + silence, part.samples + silent)
        position += piece.samples
        yield piece
