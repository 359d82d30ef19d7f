"""The article that the project started from, read without one mistake. The reading was written by hand before the code."""

from pathlib import Path

from docreader.spoken.script import script

HERE = Path(__file__).parent


def test_seed_article() -> None:
    written = (HERE / "seed-written.txt").read_text(encoding="utf-8")
    right = (HERE / "seed-spoken.txt").read_text(encoding="utf-8").splitlines()
    assert [u.spoken for u in script(written).utterances] == right
