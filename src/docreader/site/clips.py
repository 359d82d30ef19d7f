"""The clips of a track that is there already: a sentence that stayed is taken from it, not said again."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from docreader.audio import formats
from docreader.audio.crew import Crew
from docreader.audio.part import Line, Part
from docreader.audio.track import how
from docreader.speech.engine import WordTime

REUSABLE = ("mp3", "wav")
"""Formats whose file is its clips, one after the other."""


def parts(crew: Crew, sentences: Iterable[Line], known: dict[Line, Part]) -> Iterator[Part]:
    """The part of each sentence, in order; each sentence is said once. Raises VoiceError."""
    wanted = list(sentences)
    new = iter(crew.parts(dict.fromkeys(line for line in wanted if line not in known)))
    for line in wanted:
        if line not in known:
            known[line] = next(new)
        yield known[line]
    for _ in new:  # to its end: a crew that is left in the middle takes it for an interruption
        raise AssertionError


def table(clips: Iterable[tuple[int, Part]], sound: str, start: int, size: int) -> dict[str, Any]:
    """What ``known`` needs of a track of ``size`` bytes whose clips begin at ``start``, for JSON.

    ``clips``: where each part lies behind ``start``, and the part.
    """
    found = list(clips)
    rate = found[0][1].rate if found else 0
    rows = [[start + offset, len(part.data), part.samples, part.sounding] for offset, part in found]
    return {"sound": sound, "bytes": size, "rate": rate, "clips": rows}


def known(described: bytes | None, track: bytes | None, sound: str, format: str) -> dict[Line, Part]:
    """The parts in a track, by what is said in them. Empty if the track is not the described one, or sounds otherwise."""
    if described is None or track is None:
        return {}
    try:
        told = json.loads(described)
        where = told["track"]
        if where["sound"] != sound or where["bytes"] != len(track):
            return {}
        return {
            how(mark["spoken"], mark["kind"]): _part(mark, formats.coding(format), where["rate"], track, *clip)
            for mark, clip in zip(told["marks"], where["clips"], strict=True)
        }
    except (ValueError, KeyError, TypeError):  # not of this release
        return {}


def _part(
    mark: dict[str, Any], coding: str, rate: int, track: bytes, at: int, length: int, samples: int, sounding: int
) -> Part:
    """Times are told in milliseconds from the start of the track; those of words lie whole milliseconds behind its mark."""
    places = [match.span() for match in re.finditer(r"\S+", mark["spoken"])]
    onsets = [round((word[0] - mark["start"]) * 1000) / 1000 for word in mark["words"]]
    words = tuple(WordTime(*place, onset) for place, onset in zip(places, onsets, strict=True)) if onsets else ()
    return Part(track[at : at + length], coding, rate, samples, sounding, words, mark["estimated"])
