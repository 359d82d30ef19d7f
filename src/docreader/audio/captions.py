"""The written sentences with the times at which they are heard: WebVTT, SRT, JSON."""

import json
import re
from collections.abc import Iterable, Iterator

from docreader.audio.model import Mark


def webvtt(marks: Iterable[Mark], words: bool = False) -> str:
    """WebVTT, a cue per sentence. ``words`` adds a time before each written word, as players show karaoke."""
    cues = (
        f"{number}\n{_time(m.start)} --> {_time(m.end)}\n{_timed(m) if words else _escape(m.written)}\n"
        for number, m in enumerate(marks, 1)
    )
    return "\n".join(["WEBVTT\n", *cues])


def word_cues(marks: Iterable[Mark]) -> str:
    """WebVTT, a cue per written word, for as long as its spoken words are heard; per sentence where no word has a time."""
    cues: list[str] = []
    for m in marks:
        for start, end, text in _heard(m):
            cues.append(f"{len(cues) + 1}\n{_time(start)} --> {_time(end)}\n{_escape(text)}\n")
    return "\n".join(["WEBVTT\n", *cues])


def text(kind: str, marks: Iterable[Mark]) -> str:
    """What a file of this kind holds: ``captions``, ``word_captions``, ``srt``."""
    return {"captions": webvtt, "word_captions": word_cues, "srt": srt}[kind](marks)


def srt(marks: Iterable[Mark]) -> str:
    """SubRip, a cue per sentence."""
    cues = (
        f"{number}\n{_time(m.start, ',')} --> {_time(m.end, ',')}\n{_line(m.written).replace('-->', '->')}\n"
        for number, m in enumerate(marks, 1)
    )
    return "\n".join(cues)


def to_json(marks: Iterable[Mark]) -> str:
    """What a page needs to follow the voice: sentences and words with times (seconds) and written spans, one a line.

    ``{"version": 1, "marks": [{"start", "end", "block", "from", "to", "kind", "written", "spoken", "estimated",
    "words": [[start, end, from, to, spoken], ...]}, ...]}``
    """
    lines = ",\n".join(line(m) for m in marks)
    return f'{{"version":1,"marks":[\n{lines}\n]}}\n'


def line(m: Mark) -> str:
    """One mark as ``to_json`` writes it."""
    what = {
        "start": round(m.start, 3),
        "end": round(m.end, 3),
        "block": m.block,
        "from": m.from_,
        "to": m.to,
        "kind": m.kind,
        "written": m.written,
        "spoken": m.spoken,
        "estimated": m.estimated,
        "words": [[round(w.start, 3), round(w.end, 3), w.from_, w.to, w.spoken] for w in m.words],
    }
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def _heard(m: Mark) -> Iterator[tuple[float, float, str]]:
    """Start, end and text of each written word, with the marks of punctuation that stand at it."""
    starts: dict[int, float] = {}
    for word in m.words:
        if m.from_ <= word.from_ < m.from_ + len(m.written):
            starts.setdefault(word.from_ - m.from_, word.start)
    places = sorted(starts)
    if not places:
        yield m.start, m.end, m.written
        return
    texts = [m.written[a:b] for a, b in zip([0, *places[1:]], [*places[1:], len(m.written)], strict=True)]
    times = [max(m.start, starts[place]) for place in places]
    for text, start, end in zip(texts, times, [*times[1:], m.end], strict=True):
        if end > start:
            yield start, end, text


def _timed(m: Mark) -> str:
    """The written sentence with a time before each written word that has one of its own and is not the first."""
    starts: dict[int, float] = {}
    for word in m.words:
        if word.from_ >= m.from_:
            starts.setdefault(word.from_ - m.from_, word.start)
    out, done = [], 0
    for place, start in sorted(starts.items()):
        if place > 0 and place < len(m.written) and m.start < start < m.end:
            out.append(_escape_part(m.written[done:place]) + f"<{_time(start)}>")
            done = place
    return re.sub(r"\s+", " ", "".join(out) + _escape_part(m.written[done:])).strip()


def _time(seconds: float, point: str = ".") -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _escape(text: str) -> str:
    """Cue text: on one line, and no mark-up; ``-->`` cannot remain in it."""
    return _escape_part(_line(text))


def _escape_part(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(text: str) -> str:
    return " ".join(text.split())
