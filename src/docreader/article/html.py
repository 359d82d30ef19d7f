"""HTML -> Article. One glance at ``_read`` shows the whole way of a page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from docreader.article import general, noise, portals
from docreader.article.charset import decode
from docreader.article.dom import CssPaths, clean, drop, label, parse, text_of
from docreader.article.metadata import Metadata, folded, headline, iso, language_of, metadata
from docreader.article.model import Article, Block
from docreader.article.pieces import Piece, pieces
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

Rules = list[tuple[str, str]]
"""(rule, what it took or gave), in the order in which they came to bear."""


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

    def article(self) -> Article:
        source = decode(self.html, self.charset) if isinstance(self.html, bytes) else self.html
        source = to_unicode(source)
        root = parse(source)
        about = metadata(root, self.url or "")
        title, title_element = headline(root, about)
        # Before anything is dropped: these stand in what no one wants to hear.
        lead, author, published = "", _author_of(root), _time_of(root)
        layout = portals.find(root, source, self.url)
        if layout:
            portal, bodies = layout
            self.rules.append(("layout", portal.name))
            shown = portals.first(root, portal.title)
            if shown is not None and len(text_of(shown)) <= 400:
                title = text_of(shown)
            lead = self.take(root, portal.lead, "lead") or _described(root, bodies, about)
            author = self.take(root, portal.author, "author") or author
            published = iso(self.take(root, portal.published, "published", remove=False)) or published
            found = self.body(bodies, portal)
        else:
            found, lead = self.search(root, about, title, title_element)
        title = self.untitled(title, found)
        found, signed = self.cleaned(found, title, lead, about)
        body = sum(general.prose(piece) for piece in found) + len(lead)
        if body < _LEAST_PROSE and not (layout and found):
            raise NotAnArticle(_why_not(source, root, self.url))
        lead, found = self.lead_first(lead, found, about)
        published = about.published or published
        text = " ".join([title, lead, *(piece.text for piece in found)])
        where = CssPaths()
        return Article(
            title=title,
            lead=_AGENCY.sub("", lead),
            blocks=tuple(Block(piece.kind, piece.text, piece.level, where(piece.element)) for piece in found),
            author=signed or about.author or _name(author),
            published=published,
            updated=about.updated if about.updated != published else "",
            site=about.site,
            language=language_of(text, about.language),
            url=self.url or "",
            canonical_url=about.canonical,
        )

    def take(self, root: HtmlElement, selectors: tuple[str, ...], what: str, remove: bool = True) -> str:
        element = portals.first(root, selectors)
        if element is None:
            return ""
        text = text_of(element)
        if remove:
            drop(element)
        self.rules.append((what, text[:80]))
        return text

    def body(self, bodies: list[HtmlElement], portal: portals.Portal) -> list[Piece]:
        found: list[Piece] = []
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
                    piece.kind, piece.level = "caption", 0
                found.append(piece)
        return found

    def search(
        self, root: HtmlElement, about: Metadata, title: str, title_element: HtmlElement | None
    ) -> tuple[list[Piece], str]:
        """The body on a page of no known layout, and its lead where that stands before the body."""
        body = root.find("body")
        body = root if body is None else body
        self.rules += noise.sweep(body, title_element)
        found = pieces(body)
        box = general.container(found, body, title_element)
        self.rules.append(("container", CssPaths()(box)))
        inside = set(box.iter())
        here = [index for index, piece in enumerate(found) if piece.element in inside]
        if not here:
            return [], ""
        chosen = [found[index] for index in here]
        before = found[: here[0]]
        # Only Vietnamese pages have a sapo, a first paragraph of the article that stands outside its box.
        vietnamese = language_of(" ".join(piece.text for piece in chosen), "") == "vi"
        return chosen, _lead_before(before, about, title) if vietnamese else ""

    def untitled(self, title: str, found: list[Piece]) -> str:
        """The title; where the page has none, the first heading of its text, which then isn't read twice."""
        if title or not found or found[0].kind != "heading":
            return title
        return found.pop(0).text

    def cleaned(self, found: list[Piece], title: str, lead: str, about: Metadata) -> tuple[list[Piece], str]:
        """Without what no one wants to hear; and who signed at the end."""
        kept: list[Piece] = []
        vietnamese = language_of(" ".join(piece.text for piece in found), "") == "vi"
        centred = sum(piece.centred for piece in found) * 3 < len(found) + 6
        for piece in found:
            rule = noise.line_rule(piece)
            if not rule and len(kept) < 4 and _same(piece.text, title):
                rule = "title again"
            if not rule and lead and len(kept) < 4 and _same(piece.text, lead):
                rule = "lead again"
            if rule:
                self.rules.append((rule, piece.text[:60]))
                continue
            if noise.is_caption(piece, vietnamese, centred):
                self.rules.append(("caption", piece.text[:60]))
                piece.kind, piece.level = "caption", 0
            kept.append(piece)
        kept = self.unrelated(kept)
        return self.unsigned(kept, about)

    def unrelated(self, found: list[Piece]) -> list[Piece]:
        """Without lists of links, and without what follows a head such as “Tin liên quan”."""
        kept: list[Piece] = []
        total = sum(general.prose(piece) for piece in found)
        done = 0.0
        index = 0
        while index < len(found):
            piece = found[index]
            if noise.starts_related(piece):
                rest = found[index + 1 :]
                run = _run(rest, lambda one: one.links * 2 > len(one.text) or general.prose(one) < 30)
                if run == len(rest) or (done > 0.6 * total and sum(map(general.prose, rest)) < 0.12 * total):
                    run = len(rest)
                # A heading without a link, and prose below it: the article goes on.
                while 0 < run < len(rest) and rest[run - 1].kind == "heading" and not rest[run - 1].links:
                    run -= 1
                if run or piece.kind == "heading" or not rest or rest[0].kind == "heading":
                    self.rules += [("related", one.text[:60]) for one in found[index : index + 1 + run]]
                    index += 1 + run
                    continue
            if piece.kind == "item":
                run = 1 + _run(found[index + 1 :], lambda one: one.kind == "item")
                items = found[index : index + run]
                if sum(one.links for one in items) > 0.6 * sum(len(one.text) for one in items):
                    self.rules += [("list of links", one.text[:60]) for one in items]
                else:
                    kept += items
                    done += sum(map(general.prose, items))
                index += run
                continue
            kept.append(piece)
            done += general.prose(piece)
            index += 1
        while kept and kept[-1].kind == "heading":  # a heading of nothing
            self.rules.append(("heading of nothing", kept.pop().text[:60]))
        return kept

    def unsigned(self, found: list[Piece], about: Metadata) -> tuple[list[Piece], str]:
        """Without the signature under the article and the names above it."""
        signed = ""
        while len(found) > 1 and found[-1].kind in ("paragraph", "heading", "quote", "caption"):
            text = found[-1].text
            if found[-1].kind == "caption" and not (noise.is_name(text) and found[-1].right):
                break
            if not (noise.is_name(text) or (about.author and _same(text, about.author))):
                break
            signed = text
            self.rules.append(("signature", text))
            found = found[:-1]
        while len(found) > 1 and found[0].kind == "paragraph" and about.author and _same(found[0].text, about.author):
            self.rules.append(("author", found[0].text))
            found = found[1:]
        return found, _name(signed)

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


def _lead_before(before: list[Piece], about: Metadata, title: str) -> str:
    """The lead (sapo) that stands between the title and the body."""
    for piece in reversed(before[-12:]):
        text = piece.text
        if len(text) < 40 or len(text) > 1000 or piece.links * 2 > len(text) or _same(text, title):
            continue
        parent = piece.element.getparent()
        names = label(piece.element) + (label(parent) if parent is not None else "")
        if _describes(about.description, text) or _LEAD_CLASS.search(names):
            return text
    return ""


def _described(root: HtmlElement, bodies: list[HtmlElement], about: Metadata) -> str:
    """The paragraph outside the body that the page's description repeats."""
    if len(about.description) < 40:
        return ""
    for element in root.iter("p", "h2", "h3"):
        text = text_of(element)
        if 40 <= len(text) <= 1000 and _describes(about.description, text):
            return "" if any(body in bodies for body in element.iterancestors()) else text
    return ""


def _describes(description: str, text: str) -> bool:
    """Whether a description, often cut short, is of ``text``."""
    wanted, whole = folded(description), folded(text)
    return len(wanted) > 30 and (wanted[:60] in whole or (len(whole) > 30 and whole.endswith(wanted[-40:])))


def _run(found: list[Piece], fits: Callable[[Piece], bool]) -> int:
    """How many of the first pieces fit."""
    return next((number for number, piece in enumerate(found) if not fits(piece)), len(found))


def _same(text: str, other: str) -> bool:
    one, two = folded(text), folded(other)
    return bool(one) and (
        one == two or (len(one) > 30 and len(two) > 30 and (one in two or two in one) and abs(len(one) - len(two)) < 12)
    )


def _name(text: str) -> str:
    """A person's name out of a line such as “Tác giả: Thùy Linh”."""
    text = re.sub(
        r"^\W*(?:tin(?: và |, ?)?(?:bài|ảnh)?|bài(?:(?: và |, ?)ảnh)?|tác giả|người viết|by|theo|ảnh|pv)\s*:?\s+",
        "",
        text,
        flags=re.I,
    )
    return clean(text).strip(" .,;:-–()[]")[:100]


def _upwards(element: HtmlElement, top: HtmlElement) -> list[HtmlElement]:
    chain = [element]
    while chain[-1] is not top and (parent := chain[-1].getparent()) is not None and len(chain) < 50:
        chain.append(parent)
    return chain


def _author_of(root: HtmlElement) -> str:
    for selector in (
        "[rel='author']",
        "[itemprop='author'] [itemprop='name']",
        "[itemprop='author']",
        ".author",
        ".credit",
    ):
        for element in portals.select(root, selector)[:3]:
            name = _name(text_of(element))
            if name and noise.is_name(name):
                return name
    return ""


def _time_of(root: HtmlElement) -> str:
    for element in root.iter("time"):
        if found := iso(element.get("datetime") or text_of(element)):
            return found
    return ""


def _why_not(source: str, root: HtmlElement, url: str | None) -> str:
    page = url or "the page"
    scripts = source.lower().count("<script")
    if _SCRIPTED.search(source) or (_APP_ROOT.search(source) and scripts):
        return f"{page} shows its text only with JavaScript; open it in a browser, save the page and give the file"
    return f"{page} holds no article, only links, forms or a few words; give the address of one article"
