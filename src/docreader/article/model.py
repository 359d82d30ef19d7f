"""The Article: what is to be read, and nothing else."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "quote", "row", "caption"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text, NFC, on one line, no mark-up."""

    kind: Kind
    text: str
    level: int = 0
    """Headings: 1 to 6; list items: depth from 1; else 0."""
    where: str = ""
    """Where it stands in the page, as a CSS path; empty where the source has no such thing."""


@dataclass(frozen=True, slots=True)
class Article:
    """Title, lead and blocks in reading order. What the source does not say is an empty string."""

    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    author: str = ""
    published: str = ""
    """ISO 8601, as precise as the page is: ``2020-11-17`` or ``2020-11-17T08:30:00+07:00``."""
    updated: str = ""
    site: str = ""
    """The name of the site, as people know it."""
    language: str = ""
    """BCP 47, lower case: ``vi``, ``en``."""
    url: str = ""
    canonical_url: str = ""
    image: str = ""
    """The http(s) address of its picture."""
