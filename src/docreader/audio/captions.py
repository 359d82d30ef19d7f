"""Captions: the written sentences with the times at which they are heard."""

from collections.abc import Iterable

from docreader.audio.model import Mark


def webvtt(marks: Iterable[Mark]) -> str:
    """WebVTT, a cue per sentence, in the language of the track."""
    cues = (
        f"{number}\n{_time(m.start)} --> {_time(m.end)}\n{_escape(m.written)}\n" for number, m in enumerate(marks, 1)
    )
    return "\n".join(["WEBVTT\n", *cues])


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def _escape(text: str) -> str:
    """Cue text: on one line, and no mark-up; ``-->`` cannot remain in it."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
