"""HTML -> Article. One glance at ``_read`` shows the whole way of a page."""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import _Element as Element

from docreader.article import general, noise, portals
from docreader.article.byline import author_of, name_in, time_of
from docreader.article.charset import decode
from docreader.article.dom import CssPaths, begins, drop, first_picture, following, label, parse, text_of
from docreader.article.lines import Rules, read_aloud
from docreader.article.metadata import (
    TITLE_CLASS,
    Metadata,
    folded,
    headline,
    iso,
    language_of,
    metadata,
    picture_address,
    same,
)
from docreader.article.model import Article, Block
from docreader.article.pieces import Piece, beginning, pieces
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

# With less prose than this a page is no article: a list of links, a form, a notice.
_LEAST_PROSE = 100
_LEAD_CLASS = re.compile(
    r"sapo|\blead\b|chapeau|chappeau|summary|tom-?tat|trich-?(dan|yeu)|\bintro|description|abstract"
)
_SCRIPTED = re.compile(
    r"enable javascript|bật javascript|kích hoạt javascript|requires javascript|javascript is (?:disabled|required)",
    re.I,
)
_APP_ROOT = re.compile(r"<(?:div|app-root)[^>]*\bid=[\"']?(?:root|app|__next|__nuxt|q-app)\b|<app-root", re.I)


def extract(html: str | bytes, url: str | None = None, charset: str = "") -> Article:
    """The article on a page. ``charset`` is what the server said of the bytes. Raises only NotAnArticle."""
    return _Reading(html, url, charset).article()


def explain(html: str | bytes, url: str | None = None, charset: str = "") -> Rules:
    """Which rule took what from the page, first the layout, in the end the article; never raises."""
    reading = _Reading(html, url, charset)
    try:
        article = reading.article()
        reading.rules.append(("article", f"{len(article.blocks)} blocks, “{article.title[:60]}”"))
    except NotAnArticle as error:
        reading.rules.append(("no article", str(error)))
    return reading.rules


@dataclass(slots=True)
class _Reading:
    """One page on its way to an article."""

    html: str | bytes
    url: str | None
    charset: str
    rules: Rules = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    """What holds the body."""

    def article(self) -> Article:
        source = decode(self.html, self.charset) if isinstance(self.html, bytes) else self.html
        source = to_unicode(source)
        root = parse(source)
        about = metadata(root, self.url or "")
        title, title_element = headline(root, about)
        # Before anything is dropped: these stand in what no one wants to hear.
        lead, author, published = "", author_of(root), time_of(root, title_element)
        layout = portals.find(root, source, self.url)
        if layout:
            portal, bodies = layout
            self.rules.append(("layout", portal.name))
            shown = portals.first(root, portal.title)
            if shown is not None and len(text_of(shown)) <= 400:
                title, title_element = text_of(shown), shown
            lead = self.take(root, portal.lead, "lead") or _described(root, bodies, about)
            lead = lead or _bold_below(title_element, bodies)
            author = self.take(root, portal.author, "author") or author
            published = iso(self.take(root, portal.published, "published", remove=False)) or published
            found = self.body(bodies, portal)
        else:
            found, lead, title = self.search(root, about, title, title_element)
        title = self.untitled(title, found)
        found, signed = read_aloud(found, title, lead, about, self.rules)
        body = sum(general.prose(piece) for piece in found) + len(lead)
        if body < _LEAST_PROSE and not (layout and found):
            raise NotAnArticle(_why_not(source, root, self.url))
        lead, found = self.lead_first(lead, found, about)
        published = about.published or published
        text = f"{title} {lead} {beginning(found)}"
        where = CssPaths()
        return Article(
            title=title,
            lead=_AGENCY.sub("", lead),
            blocks=tuple(Block(piece.kind, piece.text, piece.level, where(piece.element)) for piece in found),
            author=signed or about.author or name_in(author),
            published=published,
            updated=about.updated if about.updated != published else "",
            site=about.site,
            language=language_of(text, about.language),
            url=self.url or "",
            canonical_url=about.canonical,
            image=about.image or picture_address(first_picture(self.boxes), self.url or "", about.canonical),
        )

    def take(self, root: Element, selectors: tuple[str, ...], what: str, remove: bool = True) -> str:
        element = portals.first(root, selectors)
        if element is None:
            return ""
        text = text_of(element)
        if remove:
            drop(element)
        self.rules.append((what, text[:80]))
        return text

    def body(self, bodies: list[Element], portal: portals.Portal) -> list[Piece]:
        found: list[Piece] = []
        self.boxes = bodies
        for element in bodies:
            for selector in portal.drop:
                for unwanted in portals.select(element, selector):
                    if unwanted is not element and len(text_of(unwanted)):
                        self.rules.append((f"drop {selector}", text_of(unwanted)[:60]))
                        drop(unwanted)
            captions = {caption for selector in portal.caption for caption in portals.select(element, selector)}
            self.rules += noise.sweep(element)
            for piece in pieces(element):
                if captions and any(up in captions for up in _upwards(piece.element, element)):
                    piece.caption()
                found.append(piece)
        return found

    def search(
        self, root: Element, about: Metadata, title: str, title_element: Element | None
    ) -> tuple[list[Piece], str, str]:
        """The body on a page of no known layout, its lead where that stands before the body, and the title."""
        body = root.find("body")
        body = root if body is None else body
        self.rules += noise.sweep(body, title_element)
        found = pieces(body)
        box = general.container(found, body, title_element)
        self.boxes = [box]
        self.rules.append(("container", CssPaths()(box)))
        inside = set(box.iter())
        here = [index for index, piece in enumerate(found) if piece.element in inside]
        if not here:
            return [], "", title
        chosen = [found[index] for index in here]
        before = found[: here[0]]
        if title_element is None:
            title = _shown_title([*before[-8:], *chosen[:8]]) or _bold_title(before[-4:], title) or title
        # Only Vietnamese pages have a sapo, a first paragraph of the article that stands outside its box.
        if language_of(beginning(chosen), "") != "vi":
            return chosen, "", title
        if lead := _lead_before(before, about, title):
            return chosen, lead, title
        return _between(before, chosen, title) + chosen, "", title

    def untitled(self, title: str, found: list[Piece]) -> str:
        """The title; where the page has none, the first heading of its text, which then isn't read twice."""
        if title or not found or found[0].kind != "heading":
            return title
        return found.pop(0).text

    def lead_first(self, lead: str, found: list[Piece], about: Metadata) -> tuple[str, list[Piece]]:
        """The lead apart from the body, where it is marked as one inside it."""
        if not lead and len(found) > 1 and found[0].kind in ("paragraph", "heading"):
            first = found[0]
            names = " ".join((up.get("class") or "").lower() for up in [first.element])
            if first.kind == "paragraph" and _LEAD_CLASS.search(names) and len(first.text) < 1000:
                self.rules.append(("lead", first.text[:60]))
                return first.text, found[1:]
        return lead, found


# (Chinhphu.vn) - Quyết định mới nêu rõ …: whose report it is
_AGENCY = re.compile(r"^\((?:[A-Za-zÀ-ỹ]{2,20}\.(?:com\.|org\.|gov\.)?vn|TTXVN|VNA)\)\s*[-–—:]\s*")


def _shown_title(around: list[Piece]) -> str:
    """The line that the page marks as the title, where its <title> only names the site."""
    for piece in around:
        parent = piece.element.getparent()
        names = label(piece.element) + ("" if parent is None else label(parent))
        if 15 <= len(piece.text) <= 300 and piece.links * 2 < len(piece.text) and TITLE_CLASS.search(names):
            return piece.text
    return ""


def _bold_title(before: list[Piece], title: str) -> str:
    """The line in bold above the body, where the <title> names only the site: nothing near the body repeats it."""
    if any(same(piece.text, title) for piece in before):
        return ""
    for piece in reversed(before):
        text = piece.text
        if noise.line_rule(piece) or noise.is_name(text):
            continue
        if 20 <= len(text) <= 250 and piece.strong * 10 >= len(text) * 6 and not piece.links and text[-1] not in ".:;":
            return text
    return ""


def _between(before: list[Piece], chosen: list[Piece], title: str) -> list[Piece]:
    """What stands between the title and the box of the body and is prose: of a question and its answer the question."""
    titled = next((place for place, piece in enumerate(before) if same(piece.text, title)), len(before))
    between = [piece for piece in before[titled + 1 :] if not noise.line_rule(piece) and not noise.is_name(piece.text)]
    while between and general.prose(between[0]) < 60 and not between[0].text.endswith(":"):
        between.pop(0)
    much = sum(map(general.prose, between))
    fits = len(between) <= 8 and 60 <= much <= 0.4 * sum(map(general.prose, chosen))
    return between if fits and not any(map(noise.starts_related, between)) else []


def _lead_before(before: list[Piece], about: Metadata, title: str) -> str:
    """The lead (sapo) that stands between the title and the body: by its name, by the page's description, or in bold."""
    titled = next((place for place, piece in enumerate(before) if same(piece.text, title)), len(before))
    for place, piece in reversed(list(enumerate(before))[-12:]):
        text = piece.text
        if len(text) < 40 or len(text) > 1000 or piece.links * 2 > len(text) or same(text, title):
            continue
        parent = piece.element.getparent()
        names = label(piece.element) + (label(parent) if parent is not None else "")
        bold = place > titled and piece.strong * 10 >= len(text) * 9 and text[-1] in '.!?…”"'
        if _describes(about.description, text) or _LEAD_CLASS.search(names) or bold:
            return text
    return ""


def _described(root: Element, bodies: list[Element], about: Metadata) -> str:
    """The paragraph outside the body that the page's description repeats."""
    if len(about.description) < 40:
        return ""
    for element in root.iter("p", "h2", "h3"):
        text = text_of(element)
        if 40 <= len(text) <= 1000 and _describes(about.description, text):
            return "" if any(body in bodies for body in element.iterancestors()) else text
    return ""


def _bold_below(title: Element | None, bodies: list[Element]) -> str:
    """The paragraph in bold between the title and the body."""
    if title is None:
        return ""
    around = {up for body in bodies for up in body.iterancestors()}
    for element in islice(following(title), 80):
        if element in bodies:
            break
        if element.tag not in ("p", "div", "h2", "h3", "td"):
            continue
        bold = next(element.iter("strong", "b"), None)
        if bold is not None and 40 <= len(text := begins(element)) <= 1000 and text_of(bold) == text:
            return (
                ""
                if text[-1] not in '.!?…”"'
                or any(noise.named(up) for up in (element, *element.iterancestors()) if up not in around)
                else text
            )
    return ""


def _describes(description: str, text: str) -> bool:
    """Whether a description, often cut short, is of ``text``."""
    wanted, whole = folded(description), folded(text)
    return len(wanted) > 30 and (wanted[:60] in whole or (len(whole) > 30 and whole.endswith(wanted[-40:])))


def _upwards(element: Element, top: Element) -> list[Element]:
    chain = [element]
    while chain[-1] is not top and (parent := chain[-1].getparent()) is not None and len(chain) < 50:
        chain.append(parent)
    return chain


def _why_not(source: str, root: Element, url: str | None) -> str:
    page = url or "the page"
    scripts = source.lower().count("<script")
    if _SCRIPTED.search(source) or (_APP_ROOT.search(source) and scripts):
        return f"{page} shows its text only with JavaScript; open it in a browser, save the page and give the file"
    return f"{page} holds no article, only links, forms or a few words; give the address of one article"
