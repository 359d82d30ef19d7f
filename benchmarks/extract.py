"""Us, trafilatura and readability-lxml on the same pages in one run, with the public benchmark's measure.

    python benchmarks/extract.py FOLDER

FOLDER holds ``html/ID.html.gz`` and ``ground-truth.json`` ({ID: {articleBody, url}}), or pairs NAME.html and NAME.txt
(title on the first line, then a block a line). The rivals are no dependency: pip install trafilatura readability-lxml
'lxml[html-clean]'. The measure: 4-shingles of words with their counts; true positives are
shared, each page's counts are divided by its shingles; precision, recall and F1 over all pages.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from docreader.article.html import extract
from docreader.errors import NotAnArticle

_WORD = re.compile(r"\w+")


class Page(NamedTuple):
    url: str | None
    html: str
    wanted: str


class Score(NamedTuple):
    f1: float
    precision: float
    recall: float


def pages(folder: Path) -> list[Page]:
    """The pages with what should be taken from each."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        wanted = json.loads(truth.read_text("utf-8"))
        return [
            Page(
                one["url"],
                gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode(),
                one["articleBody"],
            )
            for name, one in wanted.items()
        ]
    sources = folder / "SOURCES.tsv"
    lines = sources.read_text("utf-8").splitlines() if sources.exists() else []
    urls = {line.split("\t")[0]: line.split("\t")[1] for line in lines if "\t" in line}
    return [
        Page(
            urls.get(page.stem),
            page.read_text("utf-8", "replace"),
            page.with_suffix(".txt").read_text("utf-8").partition("\n")[2],
        )
        for page in sorted(folder.glob("*.html"))
        if page.with_suffix(".txt").exists()
    ]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3))) if words else Counter()


def score(pairs: list[tuple[str, str]]) -> Score:
    """Over all (wanted, taken)."""
    shared = ours = theirs = 0.0
    for wanted, taken in pairs:
        one, two = shingles(wanted), shingles(taken)
        both, alone, missed = (one & two).total(), (two - one).total(), (one - two).total()
        whole = (both + alone + missed) or 1
        shared, ours, theirs = shared + both / whole, ours + alone / whole, theirs + missed / whole
    precision = shared / (shared + ours) if shared + ours else 0.0
    recall = shared / (shared + theirs) if shared + theirs else 0.0
    return Score(2 * precision * recall / (precision + recall) if precision + recall else 0.0, precision, recall)


def docreader(page: Page) -> str:
    try:
        article = extract(page.html, page.url)
    except NotAnArticle:
        return ""
    return "\n".join([article.lead, *(block.text for block in article.blocks if block.kind != "caption")])


def with_trafilatura(favor_precision: bool = False) -> Callable[[Page], str]:
    from trafilatura import extract as take

    return lambda page: take(page.html, url=page.url, include_comments=False, favor_precision=favor_precision) or ""


def with_readability(page: Page) -> str:
    from lxml.html import fromstring
    from readability import Document

    return str(fromstring(Document(page.html).summary()).text_content())


def main(folder: Path) -> None:
    found = pages(folder)
    rivals: dict[str, Callable[[Page], str]] = {
        "docreader": docreader,
        "trafilatura": with_trafilatura(),
        "trafilatura, precision": with_trafilatura(favor_precision=True),
        "readability-lxml": with_readability,
    }
    results: dict[str, tuple[Score, float]] = {}
    for name, take in rivals.items():
        take(found[0])  # imports are not measured
        start = time.process_time()
        taken = [take(page) for page in found]
        seconds = time.process_time() - start
        results[name] = (
            score([(page.wanted, text) for page, text in zip(found, taken, strict=True)]),
            len(found) / seconds,
        )
    speed = results["trafilatura"][1]
    best = max(result.f1 for name, (result, _) in results.items() if name != "docreader")
    print(f"{len(found)} pages of {folder}")
    print(f"{'':24} {'F1':>6} {'prec.':>6} {'recall':>6} {'pages/s':>8} {'/ trafilatura':>13}")
    for name, (result, rate) in results.items():
        print(
            f"{name:24} {result.f1:6.3f} {result.precision:6.3f} {result.recall:6.3f} {rate:8.1f} {rate / speed:13.2f}"
        )
    print(f"F1 above the best of the others by {results['docreader'][0].f1 - best:+.4f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/extract.py FOLDER")
    if missing := [name for name in ("trafilatura", "readability") if find_spec(name) is None]:
        sys.exit(
            f"{' and '.join(missing)}, a rival to measure against, is not installed: "
            f"{sys.executable} -m pip install trafilatura readability-lxml 'lxml[html-clean]'"
        )
    main(Path(sys.argv[1]))
