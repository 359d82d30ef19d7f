"""A portal on this machine and the job as a user starts it."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PORTAL = Path(__file__).with_name("portal.py")


@dataclass(frozen=True)
class Portal:
    """A site that does as it is told; see portal.py."""

    address: str

    def order(self, name: str, *numbers: int) -> None:
        query = "&".join(f"n={n}" for n in numbers)
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/-/{name}?{query}", method="POST")).close()

    def counts(self) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.address}/-/counts") as answer:
            counts: dict[str, int] = json.load(answer)
        return counts


@contextmanager
def portal_of(articles: int, sentences: int = 4) -> Iterator[Portal]:
    command = [sys.executable, str(PORTAL), "--articles", str(articles), "--sentences", str(sentences)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Portal(process.stdout.readline().strip())
        finally:
            process.terminate()


@pytest.fixture
def portal() -> Iterator[Portal]:
    """Of six articles."""
    with portal_of(6) as portal:
        yield portal


def articles(out: Path) -> dict[str, dict[str, Any]]:
    """What lies in a job's folder, by the articles' names; each must be whole."""
    found = {}
    for path in out.glob("*-??????????.json"):
        told = json.loads(path.read_text("utf-8"))
        track = (out / told["audio"].partition("?")[0]).read_bytes()
        assert len(track) == told["bytes"]
        assert track[:3] == {"mp3": b"ID3", "opus": b"Ogg", "wav": b"RIF"}[told["format"]]
        assert (out / told["captions"]).read_text("utf-8").count("-->") == len(told["marks"])
        found[path.stem] = told
    return found


def contents(out: Path) -> dict[str, bytes]:
    """All that is published, by its name, but for what tells of the run itself."""
    found = {}
    for path in out.rglob("*"):
        name = str(path.relative_to(out))
        if path.is_file() and not name.startswith((".docreader", "report.")):
            found[name] = path.read_bytes()
    return found
