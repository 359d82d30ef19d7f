"""Fuzz the extractor with atheris: python tests/fuzz/pages.py CORPUS [libFuzzer options, e.g. -max_total_time=1800]

CORPUS is a folder that grows; it is filled from tests/pages where it is empty. What is found becomes a case of
tests/article/test_hostile.py. Not run by pytest: atheris (``pip install atheris``) is no dependency of the tests."""

import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["docreader.article"]):
    from docreader.article.charset import decode
    from docreader.article.documents import from_markdown, from_text
    from docreader.article.html import extract
    from docreader.errors import NotAnArticle

PAGES = Path(__file__).parents[1] / "pages"
_MOST_SECONDS = 5.0


def one(data: bytes) -> None:
    """Raises what the extractor must never raise, and TimeoutError where it takes too long."""
    start = time.process_time()
    for take in (
        lambda: extract(data, "https://bao.example/bai"),
        lambda: from_text(decode(data), "a.txt"),
        lambda: from_markdown(decode(data), "a.md"),
    ):
        try:
            article = take()  # type: ignore[no-untyped-call]
        except NotAnArticle:
            continue
        assert all(block.text.strip() for block in article.blocks)
    if time.process_time() - start > _MOST_SECONDS:
        raise TimeoutError(f"{len(data)} bytes took {time.process_time() - start:.1f} s")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for page in PAGES.glob("*.html"):
            (folder / page.name).write_bytes(page.read_bytes())
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
