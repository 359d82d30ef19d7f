"""Where sentences end. Full stops that belong to an abbreviation or a number are inside an edit and end nothing."""

from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit

_END = lazy(r"[.!?…]+[)\]”’\"'»]*(?=\s+[^\s])|[;](?=\s+[-–+•]\s)")
_OPENERS = "(\"'“‘«[-–—+•"
# Longer sentences are cut at a semicolon, a colon, a comma or a space, so that memory and the wait for sound stay bounded.
LONGEST = 1000


def split(raw: str, found: list[Edit]) -> list[tuple[int, int]]:
    """The spans of the sentences of one block, without the space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    covered = iter(found)
    edit = next(covered, None)
    for m in _END.finditer(raw):
        while edit is not None and edit.end <= m.start():
            edit = next(covered, None)
        inside = edit is not None and edit.start <= m.start() < edit.end
        if inside and edit is not None and edit.rule not in ("mark",):
            continue
        if not _begins(raw, m.end()):
            continue
        spans.append((start, m.end()))
        start = m.end()
    spans.append((start, len(raw)))
    out: list[tuple[int, int]] = []
    for a, b in spans:
        out.extend(_cut(raw, a, b, found) if b - a > LONGEST else [(a, b)])
    return [trimmed for a, b in out if (trimmed := _trim(raw, a, b)) is not None]


def _begins(raw: str, i: int) -> bool:
    """Whether a sentence can begin behind i: a capital, a digit or an opening sign."""
    while i < len(raw) and (raw[i].isspace()):
        i += 1
    return i < len(raw) and (raw[i].isupper() or raw[i].isdecimal() or raw[i] in _OPENERS or not raw[i].isalnum())


def _trim(raw: str, a: int, b: int) -> tuple[int, int] | None:
    while a < b and raw[a].isspace():
        a += 1
    while b > a and raw[b - 1].isspace():
        b -= 1
    return (a, b) if a < b else None


def _cut(raw: str, a: int, b: int, found: list[Edit]) -> list[tuple[int, int]]:
    starts = {e.start: e.end for e in found if a <= e.start < b}
    inside = bytearray(b - a)
    for s, e in starts.items():
        inside[s + 1 - a : e - a] = b"\x01" * max(0, min(e, b) - s - 1)
    spans = []
    while b - a > LONGEST:
        window = range(a + LONGEST, a + LONGEST // 3, -1)
        base = b - len(inside)
        at = 0
        for marks in (";:", ",", " "):
            at = next((i for i in window if raw[i - 1] in marks and not inside[i - base]), 0)
            if at:
                break
        at = at or next((i for i in range(a + LONGEST, b) if not inside[i - base]), b)
        spans.append((a, at))
        a = at
    spans.append((a, b))
    return spans
