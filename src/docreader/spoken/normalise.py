"""The passes in their order: what is written becomes what is said.

The text is walked once from left to right. A token that is an ordinary word is passed over; at any other place the rules for its first
character are tried in a fixed order, and the first that answers says how far it read and what is heard. So the time is linear, and every
character belongs to one rule. To add a class of written forms, write a function ``(Text, place) -> Edit | None`` and put it in the table
below where it must go before what it could be mistaken for.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from docreader.legacy import to_unicode
from docreader.spoken import (
    codes,
    dates,
    glued,
    legal,
    lists,
    money,
    periods,
    quantities,
    ratios,
    references,
    symbols,
    times,
    units,
    words,
)
from docreader.spoken.electronic import electronic
from docreader.spoken.letters import LETTER, is_syllable, new_placement
from docreader.spoken.lexicon import MARKS, Lexicon, default
from docreader.spoken.once import once
from docreader.spoken.patterns import lazy
from docreader.spoken.roman import bracketed, half_bracketed
from docreader.spoken.text import Edit, Text, clean

Rule = Callable[[Text, int], Edit | None]

# At a digit, or at a sign in front of one.
NUMBERS: tuple[Rule, ...] = (
    legal.document,          # 99/2019/NĐ-CP, 11-NQ/TU
    codes.standard,  # TCVN 9696-1:2013
    codes.coordinates,       # 21°51'30"N
    codes.code,              # 0912.345.678, MST 0100109106, 29A-123.45, số 12/3B
    glued.glued,             # 1m55, vàng 24K, 4N3Đ
    lists.row,               # ngày 12,13,14/9
    dates.date,              # 20/10/2021, từ 3 - 5/6, 2016 - 2020
    times.time,              # 8h15, 7h30-11h30, 45'
    ratios.fraction,     # 3/5 số hộ, 18/20 xã
    quantities.quantity,     # all other numbers with what they count
)  # fmt: skip

# At a letter.
WORDS: tuple[Rule, ...] = (
    half_bracketed,          # ii)
    periods.weekday,           # T2 - T6
    periods.month_letter,      # T10/2023
    codes.lettered,          # chuyến bay VN213
    codes.chainage,          # km15+200
    money.money_before, # USD 50
    units.bare_unit,    # km/h, m² without a number
    references.reference,    # k.2 Đ.15, NĐ168/2024/NĐ-CP
    legal.pair,              # NĐ-CP
    words.word,              # UBND, A4, XII, online
)  # fmt: skip

# At anything else.
SIGNS: tuple[Rule, ...] = (
    codes.code,              # +84 912 345 678, (024) 3825
    money.money_before, # $50
    quantities.quantity,     # -5, ±3
    periods.until,             # quý I - quý III
    units.per,               # người/km²
    bracketed,               # (i), (ii)
    once,                    # Hội đồng nhân dân (HĐND)
    symbols.symbol,          # &, ≥, →, quotes
)  # fmt: skip

_TOKEN = lazy(r"\S+")
_LETTERS = lazy(LETTER + "+")
_ADDRESS_SIGN = lazy(r"[@#.]|://")
_FOLLOWING = lazy(r"\s{1,3}([^\s;:!?()“”\"]{1,30})")
_PLAIN = lazy(r"[^\W\d_]+[,.;:!?]?")
_KEPT_TOKENS = 50_000


def normalise(text: str, lexicon: Lexicon | None = None) -> str:
    """What a newsreader would say for ``text``. Line feeds are kept: one line out for each line in.

    Never raises; linear in the length of the text; NFC; ``normalise(normalise(x)) == normalise(x)``.
    """
    lexicon = lexicon or default()
    if "\n" not in text and "\r" not in text:
        return _line(text, lexicon)
    return "".join(
        part if part in ("\n", "\r", "\r\n") else _line(part, lexicon)
        for part in re.split(r"(\r\n|\n|\r)", text)
        if part
    )


def _line(line: str, lexicon: Lexicon) -> str:
    if _LEGACY.search(line) and not _VIETNAMESE.search(line) and len(_LEGACY.findall(line)) > 3:
        line = to_unicode(line)
    said, _ = clean(line)
    # What is said is said again until it stands: freak input ("A/.A") may meet another rule once its signs are gone.
    for _ in range(4):
        written, said = said, compose(said, edits(Text(said, lexicon)))
        if said == written:
            break
    return said


# Letters that TCVN3 and VNI text shows in place of Vietnamese ones, and letters that only Unicode Vietnamese has.
_LEGACY = lazy("[\x80-\xff]")
_VIETNAMESE = lazy("[\u1ea0-\u1ef9đăơưĐĂƠƯ\u0300-\u036f]")


def edits(text: Text) -> list[Edit]:
    """All that is not said as it stands, in order, without overlaps."""
    raw = text.raw
    plain, heads = text.lexicon.plain, text.lexicon.heads
    found: list[Edit] = []
    at = 0
    for m in _TOKEN.finditer(raw):
        token = m[0]
        if token in plain or m.end() <= at:
            continue
        if token not in heads and _is_ordinary(token, text.lexicon):
            _keep(token, text.lexicon)
            if token in plain:
                continue
        seconds = heads.get(token)
        if seconds is None or m.start() < at:
            at = _token(text, max(at, m.start()), m.end(), found)
            continue
        following = _FOLLOWING.match(raw, m.end())
        if following is not None and following[1].rstrip(MARKS).lower() in seconds:
            edit = words.several(text, m.start(), token.rstrip(MARKS))
            if edit is not None:
                found.append(edit)
                at = edit.end
    return found


def _keep(token: str, lexicon: Lexicon) -> None:
    """Notes that an ordinary token needs nothing, or nothing but where a form of several words begins with it."""
    kept: set[str] | dict[str, set[str]]
    seconds = lexicon.seconds.get(token.rstrip(MARKS).lower())
    kept = lexicon.plain if seconds is None else lexicon.heads
    if len(kept) >= _KEPT_TOKENS:
        kept.clear()
    if seconds is None:
        lexicon.plain.add(token)
    else:
        lexicon.heads[token] = seconds


def _is_ordinary(token: str, lexicon: Lexicon) -> bool:
    """An ordinary Vietnamese syllable, with a mark behind it or not, that no rule looks at by itself."""
    if len(token) > 9 or not _PLAIN.fullmatch(token):
        return False
    core = token.rstrip(",.;:!?")
    return (
        len(core) > 1
        and (core.islower() or core.istitle())
        and is_syllable(core)
        and not lexicon.find(core)
        and not lexicon.find(token)
        and new_placement(core) == core
    )


def _token(text: Text, i: int, end: int, found: list[Edit]) -> int:
    """Applies the rules from i until the end of the token; returns where the last of them stopped."""
    raw = text.raw
    addressed = _ADDRESS_SIGN.search(raw, i, end) is not None
    while i < end:
        c = raw[i]
        edit = None
        if addressed and not (i and raw[i - 1].isalnum()) and (c.isalnum() or c in "@#."):
            edit = electronic(text, i)
        if edit is None:
            rules = NUMBERS if c.isdecimal() and c.isascii() else WORDS if c.isalpha() else SIGNS
            for rule in rules:
                edit = rule(text, i)
                if edit is not None:
                    break
        elif edit.spoken:
            # The words in an address are read by the same rules.
            edit = replace(edit, spoken=_line(edit.spoken, text.lexicon))
        if edit is not None:
            if edit.end > i + 1 and raw[edit.end - 1].isspace():
                edit = replace(edit, end=edit.end - 1)
            found.append(edit)
            i = max(edit.end, i + 1)
        elif c.isalpha():
            m = _LETTERS.match(raw, i)
            i = m.end() if m is not None else i + 1
        else:
            i += 1
    return i


_SPACES = lazy(r"[ \u1680\t\u00a0\x0b\x0c\x85\u2028\u2029\x1c-\x1f]+")
_MARKS = lazy(r"\s?([,.;:!?])(?:\s?[,.;:!?])+")
_BEFORE_MARK = lazy(r"\s+([,.;:!?])")
_GLUED_MARK = lazy(r"([,.;:!?])(?=[^\W\d_])")


def compose(raw: str, found: list[Edit]) -> str:
    """The spoken text of a line: the written one with the edits in their places, and its marks in order."""
    if not found and not _UNTIDY.search(raw):
        return raw
    out: list[str] = []
    at = 0
    for edit in found:
        out.append(raw[at : edit.start])
        if edit.spoken in ",.":
            out.append(edit.spoken + " ")
        else:
            out.append(f" {edit.spoken} ")
        at = edit.end
    out.append(raw[at:])
    return tidy("".join(out))


_UNTIDY = lazy(r"\s\s|[\u1680\t\u00a0\x0b\x0c\x1c-\x1f\x85\u2028\u2029]|[,.;:!?][^\s]|^\W|\s[,.;:!?]|\s$")


def tidy(spoken: str) -> str:
    """One space between words, one mark between clauses, none at the head."""
    spoken = _SPACES.sub(" ", spoken)
    spoken = _MARKS.sub(_strongest, spoken)
    spoken = _SPACES.sub(" ", spoken)
    spoken = _BEFORE_MARK.sub(r"\1", spoken)
    spoken = _GLUED_MARK.sub(r"\1 ", spoken)
    return spoken.lstrip(" ,.;:!?").rstrip(" ,;:")


def _strongest(m: re.Match[str]) -> str:
    for mark in "?!.;:":
        if mark in m[0]:
            return mark + " "
    return ", "
