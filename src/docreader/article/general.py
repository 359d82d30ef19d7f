"""Finding the article on a page of no known layout: the smallest element that holds nearly all of its prose."""

import re
from collections import Counter

from lxml.etree import _Element as Element

from docreader.article.dom import label, text_of
from docreader.article.pieces import Piece

_SENTENCE = re.compile(r"[.!?…;:][”\"'’)\]]?(?:\s|$)|[。！？]")
_GOOD = re.compile(r"article|story|post|entry|content|main|detail|body|noi-?dung|chi-?tiet|bai-?viet|news|text")
_BAD = re.compile(r"comment|related|sidebar|footer|header|menu|widget|list|teaser|promo|recirc|module|card")
# Of the prose of an element this share must be in one child for the search to go on there.
_SHARE = 0.75
_FEWEST_TEASERS = 3
# Title, date, text and a link to the rest.
_MOST_IN_TEASER = 4
_DATE_BETWEEN = 30
# With so many paragraphs of so many characters, and this share of the page's prose, a box with the title is the article;
# where the rest are teasers by their boxes, a smaller one is enough.
_FEWEST_PARAGRAPHS = 3
_PARAGRAPH = 60
_SHARE_AROUND = 0.3
_SHARE_AMONG_TEASERS = 0.1
_MOST_IN_SMALL_BOX = 2


def prose(piece: Piece) -> float:
    """How much of a piece is running text, in characters: headings, links and labels count little or nothing."""
    if piece.judged < 0:
        piece.judged = _prose(piece)
    return piece.judged


def _prose(piece: Piece) -> float:
    own = len(piece.text) - piece.links
    if piece.links > own or piece.kind in ("heading", "caption"):
        return 0.0
    # Most paragraphs end as a sentence does: then nothing has to be searched.
    sentences = piece.text[-1] in ".!?…;:" or _SENTENCE.search(piece.text) is not None
    if own < 60 and not sentences:
        return own * 0.1
    if piece.kind in ("item", "row"):
        return own * 0.5
    return float(own) if sentences or own > 150 else own * 0.4


def weights(found: list[Piece], root: Element) -> dict[Element, float]:
    """The prose in each element, children included, without the teasers; linear in the size of the tree."""
    teasing: set[int] = set()
    if sum(piece.links >= 15 for piece in found) >= _FEWEST_TEASERS:
        counts: dict[Element, float] = {}
        for piece in found:
            counts[piece.element] = counts.get(piece.element, 0.0) + 1
        teasing = teasers(found, _summed(counts, root))
    weight: dict[Element, float] = {}
    for number, piece in enumerate(found):
        if number not in teasing:
            weight[piece.element] = weight.get(piece.element, 0.0) + prose(piece)
    return _summed(weight, root)


def _summed(weight: dict[Element, float], root: Element) -> dict[Element, float]:
    """With what is in the children of each element."""
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if element is not root and parent is not None and weight.get(element):
            weight[parent] = weight.get(parent, 0.0) + weight[element]
    return weight


def teasers(found: list[Piece], counts: dict[Element, float]) -> set[int]:
    """Which pieces are the first words of other articles: each in a small box below a title that is a link, or behind
    one. One alone proves nothing, three do. ``counts``: of each element, the pieces in it."""
    teasing: set[int] = set()
    linked = [piece.links * 5 >= len(piece.text) * 4 for piece in found]
    for number, piece in enumerate(found):
        below = any(linked[max(0, number - 2) : number])
        if not (piece.links or below) or prose(piece) < 40:
            continue
        if _begins_with_link(piece) or (below and _below_link(number, found, linked, counts)):
            teasing.add(number)
    return teasing if len(teasing) >= _FEWEST_TEASERS else set()


def _begins_with_link(piece: Piece) -> bool:
    if not 20 <= piece.links <= 200:
        return False
    link = next(piece.element.iter("a"), None)
    if link is None:
        return False
    title = text_of(link)
    rest = piece.text[len(title) :]
    return len(title) >= 20 and piece.text.startswith(title) and len(rest) >= 40 and rest.lstrip()[:1].isupper()


def _below_link(number: int, found: list[Piece], linked: list[bool], counts: dict[Element, float]) -> bool:
    """Whether the piece stands in a small box with the link above it; the date may stand between."""
    piece = found[number]
    near = range(max(0, number - 2), number)
    if len(near) > 1 and len(found[near[1]].text) > _DATE_BETWEEN:
        near = near[1:]
    title = next((found[above] for above in reversed(near) if linked[above]), None)
    if title is None or not 15 <= len(title.text) <= 250:
        return False
    above = {title.element, *title.element.iterancestors()}
    box = next((up for up in (piece.element, *piece.element.iterancestors()) if up in above), None)
    return box is not None and counts.get(box, 0.0) <= _MOST_IN_TEASER


def container(found: list[Piece], root: Element, title: Element | None = None) -> Element:
    """The element that holds the article's body; of several the one that also holds the title."""
    weight = weights(found, root)
    marked = _marked(root, weight, title)
    node: Element = marked if marked is not None else root
    node = _around(title, node, found, weight, root)
    while True:
        children = [child for child in node if weight.get(child)]
        if not children:
            return node
        best = max(children, key=lambda child: weight[child] * _taste(child))
        rest = weight[node] - weight[best]
        if weight[best] < _SHARE * weight[node] and rest > 150:
            # Two or more children hold text: paragraphs of the article, or the article beside something else.
            if _taste(best) <= 1.0 or weight[best] < 0.5 * weight[node]:
                return node
        elif best.tag in ("p", "li", "blockquote") or weight[best] < 0.6 * weight[node]:
            return node
        node = best


def _around(
    title: Element | None, node: Element, found: list[Piece], weight: dict[Element, float], root: Element
) -> Element:
    """The smallest element around the title, in ``node``, with an article's worth of prose; else ``node``. What stands
    outside it, however long, are beginnings of other articles, columns beside a live report, other questions."""
    above = list(title.iterancestors()) if title is not None else []
    total = weight.get(root, 0.0)
    if node not in above:
        return node
    boxes = [up for up in above[: above.index(node)] if weight.get(up, 0.0) >= _SHARE_AMONG_TEASERS * total]
    if not boxes:
        return node
    long = [piece.element for piece in found if prose(piece) >= _PARAGRAPH]
    paragraphs = _summed({element: float(number) for element, number in Counter(long).items()}, root)
    # Each in a small box of its own, the others are teasers; many in one are the article below its beginning.
    alone = [element for element in long if paragraphs.get(element.getparent(), 0.0) <= _MOST_IN_SMALL_BOX]
    small = _summed({element: float(number) for element, number in Counter(alone).items()}, root)
    for up in boxes:
        if paragraphs.get(up, 0.0) < _FEWEST_PARAGRAPHS:
            continue
        teasing = small.get(root, 0.0) - small.get(up, 0.0)
        if weight[up] >= _SHARE_AROUND * total or teasing * 2 > paragraphs[root] - paragraphs[up]:
            return up
    return node


def _marked(root: Element, weight: dict[Element, float], title: Element | None) -> Element | None:
    """What the page itself says is the article: schema.org's articleBody, <article>, <main>."""
    total = weight.get(root, 0.0)
    above = set(title.iterancestors()) if title is not None else set()
    articles = list(root.iter("article"))
    own = [element for element in articles if element in above and weight.get(element, 0.0) > 100]
    if len(articles) > 1 and own:
        return own[-1]
    for path, least in (
        ("//@itemprop[contains(.,'articleBody')]/..|//@property[contains(.,'articleBody')]/..", 0.3),
        ("//article", 0.4),
        ("//main|//@role[.='main']/..", 0.5),
    ):
        options = [element for element in root.xpath(path) if weight.get(element, 0.0) >= least * total and total]
        if options:
            best: Element = max(options, key=lambda element: weight[element])
            return best
    return None


def _taste(element: Element) -> float:
    names = label(element)
    taste = 1.0
    if element.tag in ("article", "main"):
        taste += 0.3
    if len(names) > 1:
        if _GOOD.search(names):
            taste += 0.2
        if _BAD.search(names):
            taste -= 0.3
    return taste
