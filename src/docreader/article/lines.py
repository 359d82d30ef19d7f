"""Of the pieces of an article's box, those that are read: no title again, no other articles, no signature."""

import re
from collections.abc import Callable

from docreader.article import general, noise
from docreader.article.byline import name_in
from docreader.article.metadata import Metadata, folded, iso, language_of, same
from docreader.article.pieces import Piece, beginning

Rules = list[tuple[str, str]]
"""(rule, what it took or gave), in the order in which they came to bear."""

_CONTACT = re.compile(
    r"(hotline|điện thoại|đt|tel|phone|mobile|e-?mail|website|web|fanpage|facebook|zalo|địa chỉ|add(?:ress)?|trụ sở|fax)\b[^:]{0,20}:",
    re.I,
)
_QUOTATION = re.compile(r"[“\"‘«].*[”\"’»]\W{0,3}")
# What is set beside the text stands within so many blocks of it.
_NEAR = 6
_DAY = 40
_FEWEST_TEASERS = 3
# Characters of prose: no teaser is longer, no article above the teasers shorter.
_MOST_IN_TEASER = 400
_TEXT = 400
_REACH = re.compile(r"liên hệ|đăng ký|:$", re.I)


def read_aloud(found: list[Piece], title: str, lead: str, about: Metadata, rules: Rules) -> tuple[list[Piece], str]:
    """The pieces that are read, and who signed at the end. ``rules`` is told what was left out, and why."""
    kept: list[Piece] = []
    vietnamese = language_of(beginning(found), "") == "vi"
    centred = sum(piece.centred for piece in found) * 3 < len(found) + 6
    for piece in _above_teasers(_below_title(found, title, rules), rules):
        rule = noise.line_rule(piece)
        if not rule and len(kept) < 4 and same(piece.text, title):
            rule = "title again"
        if not rule and lead and len(kept) < 4 and same(piece.text, lead):
            rule = "lead again"
        if rule:
            rules.append((rule, piece.text[:60]))
            continue
        if noise.is_caption(piece, vietnamese, centred):
            rules.append(("caption", piece.text[:60]))
            piece.caption()
        kept.append(piece)
    kept = _without_contact(_unrelated(_said_once(kept, rules), rules), rules)
    return _unsigned(kept, about, rules)


def _below_title(found: list[Piece], title: str, rules: Rules) -> list[Piece]:
    """Without what stands above the title: the path to the page, its date."""
    for place, piece in enumerate(found[:10]):
        if same(piece.text, title):
            rules += [("above the title", one.text[:60]) for one in found[:place]]
            rules.append(("title again", piece.text[:60]))
            return found[place + 1 :]
        if general.prose(piece) > 100:
            break
    return found


def _above_teasers(found: list[Piece], rules: Rules) -> list[Piece]:
    """Without the beginnings of other articles below the text: each a title, its day and a paragraph, in one order,
    the newest first. What tells what happened when goes the other way."""
    last = next((place for place in range(len(found), 0, -1) if len(found[place - 1].text) > _DAY), 0)
    # The day comes last, first, or between; last first, as the day of one and the title of the next look like a pair too.
    for end, day in ((last + 1, 2), (last, 0), (last, 1)):
        start, days = end, list[str]()
        while start >= 3 and (written := _teaser_day(found[start - 3 : start], day)):
            days.append(written)
            start -= 3
        if len(days) >= _FEWEST_TEASERS and days == sorted(days) and sum(map(general.prose, found[:start])) > _TEXT:
            rules += [("teaser", one.text[:60]) for one in found[start:]]
            return found[:start]
    return found


def _teaser_day(three: list[Piece], place: int) -> str:
    """The day, as ISO 8601, at ``place`` among the three pieces of a teaser; empty if they are none."""
    if len(three) < 3 or not noise.is_date(three[place].text):
        return ""
    head, text = (piece for number, piece in enumerate(three) if number != place)
    is_head = 15 <= len(head.text) <= 200 and head.text[-1] not in ".;:,"
    return iso(three[place].text)[:10] if is_head and 40 <= general.prose(text) <= _MOST_IN_TEASER else ""


def _said_once(found: list[Piece], rules: Rules) -> list[Piece]:
    """Without what is set large beside the text and is said in it: “Nghề này trông cả vào trời”."""
    kept: list[Piece] = []
    for place, piece in enumerate(found):
        if _QUOTATION.fullmatch(piece.text) and len(words := folded(piece.text)) > 12:
            around = found[max(0, place - _NEAR) : place] + found[place + 1 : place + 1 + _NEAR]
            if any(len(one.text) > len(piece.text) and words in folded(one.text) for one in around):
                rules.append(("said in the text", piece.text[:60]))
                continue
        kept.append(piece)
    return kept


def _unrelated(found: list[Piece], rules: Rules) -> list[Piece]:
    """Without lists of links, and without what follows a head such as “Tin liên quan”."""
    kept: list[Piece] = []
    total = sum(general.prose(piece) for piece in found)
    done = 0.0
    index = 0
    while index < len(found):
        piece = found[index]
        if noise.starts_related(piece):
            run = _related(piece, found[index + 1 :], done, total)
            if run or piece.kind == "heading" or index + 1 == len(found) or found[index + 1].kind == "heading":
                rules += [("related", one.text[:60]) for one in found[index : index + 1 + run]]
                index += 1 + run
                continue
        if piece.kind == "item":
            run = 1 + _run(found[index + 1 :], lambda one: one.kind == "item")
            items = found[index : index + run]
            if sum(one.links for one in items) > 0.6 * sum(len(one.text) for one in items):
                rules += [("list of links", one.text[:60]) for one in items]
            else:
                kept += items
                done += sum(map(general.prose, items))
            index += run
            continue
        kept.append(piece)
        done += general.prose(piece)
        index += 1
    while kept and kept[-1].kind == "heading":
        rules.append(("heading of nothing", kept.pop().text[:60]))
    return kept


def _related(head: Piece, rest: list[Piece], done: float, total: float) -> int:
    """How many of the pieces after the head of a list of other articles belong to it."""
    run = _run(rest, lambda one: one.links * 2 > len(one.text) or general.prose(one) < 30)
    box = head.element.getparent()
    if box is not None:
        inside = _run(rest, lambda one: box in one.element.iterancestors())
        if sum(map(general.prose, rest[:inside])) < 0.2 * total:
            run = max(run, inside)
    if run == len(rest) or (done > 0.6 * total and sum(map(general.prose, rest)) < 0.12 * total):
        run = len(rest)
    # A heading without a link, and prose below it: the article goes on.
    while 0 < run < len(rest) and rest[run - 1].kind == "heading" and not rest[run - 1].links:
        run -= 1
    return run


def _without_contact(found: list[Piece], rules: Rules) -> list[Piece]:
    """Without the card of the publisher at the end: its name, then telephone, address and such, a line each."""
    start = len(found)
    kinds: set[str] = set()
    while start and (line := _CONTACT.match(found[start - 1].text)) and len(found[start - 1].text) < 200:
        kinds.add(line[1].casefold())
        start -= 1
    head = found[start - 1] if start else None
    if len(kinds) < 2 or head is None or start < 3:
        return found
    if not (len(head.text) < 80 and (head.text.isupper() or head.strong * 10 > 8 * len(head.text))):
        return found
    if _REACH.search(head.text) or _REACH.search(found[start - 2].text):
        return found
    rules += [("contact", one.text[:60]) for one in found[start - 1 :]]
    return found[: start - 1]


def _unsigned(found: list[Piece], about: Metadata, rules: Rules) -> tuple[list[Piece], str]:
    """Without the signature under the article and the names above it."""
    signed = ""
    while len(found) > 1 and found[-1].kind in ("paragraph", "heading", "quote", "caption"):
        text = found[-1].text
        if found[-1].kind == "caption" and not (noise.is_name(text) and found[-1].right):
            break
        if not (noise.is_name(text) or (about.author and same(text, about.author))):
            break
        signed = text
        rules.append(("signature", text))
        found = found[:-1]
    while len(found) > 1 and found[0].kind == "paragraph" and about.author and same(found[0].text, about.author):
        rules.append(("author", found[0].text))
        found = found[1:]
    return found, name_in(signed)


def _run(found: list[Piece], fits: Callable[[Piece], bool]) -> int:
    """How many of the first pieces fit."""
    return next((number for number, piece in enumerate(found) if not fits(piece)), len(found))
