"""Who wrote an article and when, as the page shows it to its readers."""

import re
from itertools import chain, islice

from lxml.etree import _Element as Element

from docreader.article import noise, portals
from docreader.article.dom import begins, clean, following, label, preceding, text_of
from docreader.article.metadata import iso

_AUTHORS = ("[rel='author']", "[itemprop='author'] [itemprop='name']", "[itemprop='author']", ".author", ".credit")
_BEFORE_NAME = re.compile(
    r"^\W*(?:tin(?: và |, ?)?(?:bài|ảnh)?|bài(?:(?: và |, ?)ảnh)?|tác giả|người viết|viết bởi|đăng bởi|by|bởi|theo|ảnh|pv)\s*:?\s+",
    re.I,
)
# Names that systems give to whoever logs in.
_NOBODY = frozenset(("super user", "admin", "administrator", "quản trị", "quản trị viên", "webmaster", "editor"))
_DATED = re.compile(r"date|time|ngay|publish|cap-?nhat|created|submitted|meta|info")
# The day on which the page is looked at stands in its head.
_TODAY = re.compile(r"current|now|today|clock|hien-?tai")
_AROUND = 40


def name_in(text: str) -> str:
    """A person's name out of a line such as “Tác giả: Thùy Linh”."""
    name = clean(_BEFORE_NAME.sub("", text)).strip(" .,;:-–()[]")[:100]
    return "" if name.casefold() in _NOBODY else name


def author_of(root: Element) -> str:
    """Who is marked as the author; empty where nobody is."""
    for selector in _AUTHORS:
        for element in portals.select(root, selector)[:3]:
            name = name_in(text_of(element))
            if name and noise.is_name(name):
                return name
    return ""


def time_of(root: Element, title: Element | None) -> str:
    """When the article was published: marked as such, in a <time>, or as a date near its title; ISO 8601."""
    for element in portals.select(root, "[itemprop='datePublished']")[:3]:
        marked = element.get("content") or element.get("datetime") or element.get("title") or text_of(element)
        if found := iso(marked):
            return found
    for element in root.iter("time"):
        if found := iso(element.get("datetime") or text_of(element)):
            return found
    return "" if title is None else _near(title)


def _near(title: Element) -> str:
    """The date in one of the elements around the title, those below it first."""
    around = chain(title.iter(), islice(following(title), _AROUND), islice(preceding(title), _AROUND // 2))
    for element in around:
        names = label(element)
        if not isinstance(element.tag, str) or len(element) > 6 or _TODAY.search(names):
            continue
        text = begins(element, 120)
        shows = len(text) < 120 and (noise.is_date(text) or (_DATED.search(names) and len(text) < 80))
        if shows and (found := iso(text)):
            return found
    return ""
