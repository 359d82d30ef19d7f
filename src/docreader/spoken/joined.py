"""Letters that stand together without a space, taken apart by the fewest pieces that are known."""

from collections.abc import Callable

from docreader.spoken.letters import is_syllable, new_placement
from docreader.spoken.lexicon import Lexicon, table

_MOST_PARTS = 3
"""Of an abbreviation, and of words that lost their spaces: more of them are no reading but a guess."""


def fewest(letters: str, reading: Callable[[int, int], str], longest: int, most: int | None = None) -> list[str]:
    """The readings of the pieces that make up ``letters``, as few as will do; empty where they are not made of known ones.

    ``reading`` is that of ``letters[start:end]``, empty where it has none; it is asked for pieces of 2 to ``longest`` letters.
    """
    best: dict[int, list[str]] = {0: []}
    for end in range(2, len(letters) + 1):
        for start in range(max(0, end - longest), end - 1):
            before = best.get(start)
            if before is None or len(before) == most or (end in best and len(before) + 1 >= len(best[end])):
                continue
            if said := reading(start, end):
                best[end] = [*before, said]
    return best.get(len(letters), [])


def parts(token: str, lexicon: Lexicon) -> str:
    """An unknown run of capitals by known abbreviations: BCHQSTP → ban chỉ huy quân sự thành phố. Empty where it is not made of them.

    A wrong expansion is worse than letters. So a known form of three letters or more must be among them, forms of several
    meanings are not, and two letters, which stand for many things (TC, CN, PT), are read at an end of the run only and
    where they nearly always mean the same (parts.tsv).
    """
    if not 5 <= len(token) <= 16:
        return ""

    def reading(start: int, end: int) -> str:
        whole = (start, end) == (0, len(token))
        return "" if whole else _part(token[start:end], start == 0, end == len(token), lexicon)

    return " ".join(fewest(token, reading, 9, _MOST_PARTS))


def _part(piece: str, first: bool, last: bool, lexicon: Lexicon) -> str:
    """What some letters stand for inside a longer abbreviation: two by the table of parts, more by the lexicon."""
    if len(piece) == 2:
        known = table("parts").get(piece) if first or last else None
        if known is None or (len(known) > 1 and not (first if known[1] == "first" else last)):
            return ""
        return known[0]
    entries = lexicon.forms.get(piece)
    return entries[0].spoken if entries and entries[0].free and entries[0].spoken not in ("=", "*") else ""


def apart(token: str) -> str:
    """Syllables that lost the space between them: theomẫu → theo mẫu. Empty where they are none, as in a foreign word."""
    if token.isascii() or not token.islower() or not 5 <= len(token) <= 21:
        return ""

    def reading(start: int, end: int) -> str:
        return token[start:end] if is_syllable(token[start:end]) else ""

    found = fewest(token, reading, 7, _MOST_PARTS)
    return new_placement(" ".join(found)) if len(found) > 1 else ""
