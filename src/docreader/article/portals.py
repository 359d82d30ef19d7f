"""The layouts in portals.toml: which one a page has, and what its selectors find."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.etree import _Element as Element

from docreader.article.dom import begins, text_of

# A selector that finds less than this in a page did not find its article.
_LEAST_CHARACTERS = 80
# A condition on an attribute: libxml2 looks at the attributes of a page in a quarter of the time that it takes to ask each element.
_BY_ATTRIBUTE = re.compile(r"^(descendant-or-self::\*)\[@([\w-]+)(?= and | = )")
# A mark stands in the tag around the article: what comes later is the article, and of a huge page too long to search.
_MARKED_WITHIN = 1_000_000


@dataclass(frozen=True, slots=True)
class Portal:
    """One entry of portals.toml; its head says what the fields mean."""

    name: str
    body: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    mark: str = ""
    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()

    def may_fit(self, host: str, source: str) -> bool:
        """The quick test, before any selector."""
        if self.hosts and not any(host == name or host.endswith("." + name) for name in self.hosts):
            return False
        return self.mark in source


@lru_cache(maxsize=1)
def portals() -> tuple[Portal, ...]:
    """All entries, in the order of the file."""
    text = files("docreader.article").joinpath("portals.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["portal"]
    listed = ("hosts", "body", "title", "lead", "author", "published", "drop", "caption")
    return tuple(
        Portal(entry["name"], mark=entry.get("mark", ""), **{key: tuple(entry.get(key, ())) for key in listed})
        for entry in entries
    )


def find(root: Element, source: str, url: str | None) -> tuple[Portal, list[Element]] | None:
    """The layout of a page and the elements of its body."""
    host = _host(url)
    start = source[:_MARKED_WITHIN]
    for portal in portals():
        if portal.may_fit(host, start):
            for selector in portal.body:
                found = _outermost(select(root, selector))
                # Columns of small modules come as many bodies, the article as one that outweighs them, sometimes in
                # several pieces side by side.
                longest = (
                    max(found, key=lambda element: len(text_of(element))) if len(found) > 1 else next(iter(found), None)
                )
                if longest is not None and len(begins(longest, _LEAST_CHARACTERS)) >= _LEAST_CHARACTERS:
                    beside = longest.getparent()
                    return portal, [element for element in found if element.getparent() is beside]
    return None


def select(root: Element, selector: str) -> list[Element]:
    """What a CSS selector finds, in the order of the page."""
    found = _compiled(selector)(root)
    return [element for element in found if isinstance(element, Element)] if isinstance(found, list) else []


def first(root: Element, selectors: tuple[str, ...]) -> Element | None:
    """The first element with text that the best selector finds."""
    for selector in selectors:
        for element in select(root, selector):
            if text_of(element):
                return element
    return None


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> XPath:
    from cssselect import HTMLTranslator

    return XPath(_BY_ATTRIBUTE.sub(r"\1/@\2/parent::*[@\2", HTMLTranslator().css_to_xpath(selector)))


def _outermost(found: list[Element]) -> list[Element]:
    inside = set(found)
    return [element for element in found if not any(parent in inside for parent in element.iterancestors())]


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
