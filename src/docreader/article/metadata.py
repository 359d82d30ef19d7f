"""What a page says about its article: JSON-LD, Open Graph, meta elements, headings."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml.etree import _Element as Element

from docreader.article.dom import clean, text_of

_TYPES = re.compile(
    r"(?:News|Blog|Tech|Scholarly|Opinion|Reportage|Analysis|Background|Review)?Article|BlogPosting|Report|LiveBlogPosting"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")
_VN_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b(?:[\s,|–-]*(?:lúc )?(\d{1,2})[:hg](\d{2}))?")
_VN_WORDS = re.compile(
    r"\b(\d{1,2})\s+tháng\s+(\d{1,2}|[a-zăâêôơưáàảạốộơýấ]+(?:\s+(?:một|hai))?),?\s+(?:năm\s+)?(\d{4})\b(?:[\s,|–-]*(?:lúc )?(\d{1,2})[:hg](\d{2}))?",
    re.I,
)
_MONTHS = ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_TIME_FIRST = re.compile(r"\b(\d{1,2})[:hg](\d{2})[\s,|–-]*(?:ngày )?$")
_SEPARATOR = re.compile(r"\s+(?:[|»«·•–—]|-|::)\s+")
# How the names of sites begin that publish as an office does.
_OFFICE = re.compile(
    r"(?:Sở|UBND|Ủy ban|Uỷ ban|Bộ|Cổng|Trang|Báo|Đài|Trường|Tạp chí|Ban|Cục|Tổng cục|Phòng|Trung tâm|Hội|Tỉnh|Huyện|Viện) "
)
# "tittle" is how half of the systems spell it.
TITLE_CLASS = re.compile(r"title|tittle|headline|tieu[-_]?de(?!khac)")
_VI_LETTERS = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹẠ-Ỹ]")
_LATIN = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Metadata:
    """Empty strings for what the page doesn't say."""

    title: str = ""
    description: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    site: str = ""
    language: str = ""
    canonical: str = ""
    image: str = ""
    """An http(s) address."""
    body: str = ""
    """JSON-LD's articleBody."""


def metadata(root: Element, url: str) -> Metadata:
    """All that the head of the page and its structured data say."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name and name not in meta:
            meta[name] = clean(element.get("content") or "")
    data = _linked_data(root)

    def first(*names: str) -> str:
        return next((meta[name] for name in names if meta.get(name)), "")

    found = Metadata(
        title=first("og:title", "twitter:title") or _text(data.get("headline")),
        description=first("og:description", "description", "twitter:description") or _text(data.get("description")),
        author=_people(data.get("author")) or first("author", "article:author", "dc.creator", "dcterms.creator"),
        published=iso(
            _text(data.get("datePublished"))
            or first(
                "article:published_time", "datepublished", "pubdate", "dc.date.issued", "dcterms.created", "dc.date"
            )
        ),
        updated=iso(
            _text(data.get("dateModified")) or first("article:modified_time", "og:updated_time", "datemodified")
        ),
        site=first("og:site_name", "application-name") or _people(data.get("publisher")),
        language=(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or first("content-language")
        ).lower(),
        body=_text(data.get("articleBody")),
    )
    if found.author.startswith(("http://", "https://", "@")) or found.author.casefold() == found.site.casefold():
        found.author = ""
    for link in root.xpath("//link[@rel='canonical']/@href"):
        found.canonical = _absolute(url, str(link))
        break
    if not found.canonical:
        found.canonical = _absolute(url, first("og:url")) if first("og:url") else ""
    shown = first("og:image", "og:image:secure_url", "og:image:url", "twitter:image") or _picture(data.get("image"))
    found.image = picture_address(shown, url, found.canonical)
    return found


def picture_address(link: str, *bases: str) -> str:
    """The http(s) address that a page's link to a picture means; empty if it means none."""
    for base in bases:
        address = _absolute(base, link) if link else ""
        if address.startswith(("http://", "https://")):
            return address
    return ""


def headline(root: Element, found: Metadata) -> tuple[str, Element | None]:
    """The title as the reader sees it, and the element that shows it."""
    whole = text_of(root.find(".//title")) if root.find(".//title") is not None else ""
    known = [folded(text) for text in (found.title, whole) if text]
    best: tuple[int, str, Element | None] = (0, "", None)
    for element in root.iter("h1", "h2", "h3", "h4", "div", "span", "p", "td"):
        names = element.get("class")
        marked = element.tag in ("h1", "h2") or (names and TITLE_CLASS.search(names.lower()))
        if not marked or len(element) > 6:
            continue
        text = text_of(element)
        if not 8 <= len(text) <= 400:
            continue
        fold = folded(text)
        fits = any(fold in title for title in known)
        score = (len(fold) if fits else 0) + (40 if element.tag == "h1" else 0)
        if fits and score > best[0]:
            best = (score, text, element)
    if best[2] is not None and len(folded(best[1])) * 2 >= len(folded(_bare(found.title or whole, found.site))):
        return best[1], best[2]
    firsts = [element for element in root.iter("h1") if 8 <= len(text_of(element)) <= 400]
    title = _bare(found.title or whole, found.site)
    # The head of the page names the site only, or cuts the title short.
    if len(firsts) == 1 and (folded(title) in folded(text_of(firsts[0])) or folded(title) in folded(found.site)):
        return text_of(firsts[0]), firsts[0]
    return title, None


def _bare(title: str, site: str) -> str:
    """A title without the name of the site at its end or start."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site:
        kept = [part for part in parts if folded(part) != folded(site)]
        if len(kept) == len(parts) - 1 and (kept == parts[1:] or kept == parts[:-1]):
            return title[title.index(kept[0]) : title.rindex(kept[-1]) + len(kept[-1])]
    last = parts[-1]
    if "|" in title or len(last) * 4 < len(title) or _OFFICE.match(last):
        return title[: title.rindex(last)].rstrip(" |»«·•–—-:")
    return title


def folded(text: str) -> str:
    """Only letters and digits, lower case, for comparing."""
    return "".join(filter(str.isalnum, text.casefold()))


def same(text: str, other: str) -> bool:
    """Whether two texts say the same, but for punctuation and a few letters at an end."""
    one, two = folded(text), folded(other)
    return bool(one) and (
        one == two or (len(one) > 30 and len(two) > 30 and (one in two or two in one) and abs(len(one) - len(two)) < 12)
    )


def iso(text: str) -> str:
    """The date in ``text`` as ISO 8601, as precise as it is; empty if there is none."""
    if found := _ISO.search(text):
        day, hour, zone = found.groups()
        if hour == "00:00:00" and not zone:
            hour = None
        zone = "" if not zone else "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        return f"{day}T{hour}{zone}" if hour else str(day)
    if found := _VN_DATE.search(text) or _VN_WORDS.search(text):
        day, month, year, hour, minute = found.groups()
        if not month.isdecimal():
            month = str(_MONTHS.index(month.lower()) + 1) if month.lower() in _MONTHS else "0"
        if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
            return ""
        if hour is None and (before := _TIME_FIRST.search(text[: found.start()])):
            hour, minute = before.groups()
        date = f"{year}-{int(month):02}-{int(day):02}"
        return f"{date}T{int(hour):02}:{minute}:00+07:00" if hour is not None and int(hour) < 24 else date
    return ""


def language_of(text: str, declared: str) -> str:
    """``vi`` where the letters are Vietnamese, whatever is declared; else what is declared, if it isn't Vietnamese."""
    sample = text[:20_000]
    letters = sum(map(len, _LATIN.findall(sample)))
    if letters and len(_VI_LETTERS.findall(sample)) > 0.05 * letters:
        return "vi"
    return declared if not declared.startswith("vi") else "und" if letters > 200 else "vi"


def _linked_data(root: Element) -> dict[str, Any]:
    """The first article in the page's JSON-LD, flat."""
    for script in root.iter("script"):
        if (
            (script.get("type") or "").lower() != "application/ld+json"
            or not script.text
            or len(script.text) > 2_000_000
        ):
            continue
        try:
            data = json.loads(script.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(data):
            kinds = thing.get("@type")
            if any(
                isinstance(kind, str) and _TYPES.fullmatch(kind)
                for kind in (kinds if isinstance(kinds, list) else [kinds])
            ):
                return thing
    return {}


def _things(data: Any) -> Iterator[dict[str, Any]]:
    todo = [data]
    for _ in range(10_000):
        if not todo:
            return
        one = todo.pop(0)
        if isinstance(one, list):
            todo = one[:1000] + todo
        elif isinstance(one, dict):
            yield one
            todo += [one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in one]


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return clean(value) if isinstance(value, str) else ""


def _picture(value: Any) -> str:
    """JSON-LD's image: an address, an ImageObject, or several."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return _text(value.get("url") or value.get("contentUrl")) if isinstance(value, dict) else _text(value)


def _people(value: Any) -> str:
    people = value if isinstance(value, list) else [value]
    names = [_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in people[:20]]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""
