"""The example of docs/engines.md, installed as it stands there, reads through a service on loopback."""

import json
import re
import wave
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from docreader.speech import engines, espeak
from tests.conftest import ROOT, Run, running
from tests.speech.server import wav

PAGE = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
MODULE = re.findall(r"```python\n(.*?)```", PAGE, re.S)[0]
POINT = re.findall(r'\[project\.entry-points\."(docreader\.engines)"\]\n(\w+) = "(.*?)"', PAGE)[0]


@pytest.fixture
def service() -> Iterator[tuple[str, list[tuple[str | None, dict[str, str]]]]]:
    asked: list[tuple[str | None, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.headers["api-key"], body))
            if len(asked) == 1:
                self.send_error(503)
                return
            said = espeak.engine({"voice": "vi"}, 1.0, 1.0, 1.0).speak(body["text"])
            self.send_response(401 if self.headers["api-key"] != "k" else 200)
            self.end_headers()
            self.wfile.write(wav(said.samples, said.rate))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield f"{address}/speak", asked


@pytest.fixture
def site_packages(tmp_path: Path) -> Path:
    """What ``pip install .`` of the example leaves."""
    folder = tmp_path / "site"
    told = folder / "docreader_example-1.0.dist-info"
    told.mkdir(parents=True)
    (folder / "docreader_example.py").write_text(MODULE, encoding="utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: docreader-example\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{POINT[0]}]\n{POINT[1]} = {POINT[2]}\n")
    return folder


def seconds(path: Path) -> float:
    with wave.open(str(path)) as track:
        return float(track.getnframes() / track.getframerate())


def loudest(path: Path) -> int:
    with wave.open(str(path)) as track:
        return int(np.abs(np.frombuffer(track.readframes(track.getnframes()), "<i2").astype(int)).max())


def test_the_example_is_short_and_reads(
    docreader: Run, work: Path, site_packages: Path, service: tuple[str, list[tuple[str | None, dict[str, str]]]]
) -> None:
    assert len([line for line in MODULE.splitlines() if line.strip()]) <= 30
    assert POINT[0] == engines.GROUP
    url, asked = service
    (work / "mine.toml").write_text(f'engine = "example"\nonline = true\n[settings]\nurl = "{url}"\nparallel = 1\n')
    place = {"PYTHONPATH": str(site_packages), "EXAMPLE_KEY": "k"}
    done = docreader("read", "-", "-o", "a.wav", "--voice", "./mine.toml", input="HĐND tỉnh họp.", **place)
    assert (done.returncode, done.stderr) == (0, b"") and done.stdout.endswith(b"voice mine\n")
    assert asked == [("k", {"text": "hội đồng nhân dân tỉnh họp.", "voice": "hn-female"})] * 2, "again after the 503"
    assert seconds(work / "a.wav") > 1
    docreader("read", "-", "-o", "a.wav", "--voice", "./mine.toml", input="HĐND tỉnh họp.", **place)
    assert len(asked) == 2, "it is in the cache"
    docreader(
        "read", "-", "-o", "soft.wav", "--voice", "./mine.toml", "--volume", "0.25", input="HĐND tỉnh họp.", **place
    )
    assert loudest(work / "a.wav") / loudest(work / "soft.wav") == pytest.approx(4, rel=0.3), (
        "bent at the ceiling at most"
    )
    done = docreader(
        "read", "-", "-o", "b.wav", "--voice", "./mine.toml", input="Xin chào.", **place | {"EXAMPLE_KEY": ""}
    )
    assert done.returncode == 1 and b"HTTP 401; set EXAMPLE_KEY (at the sentence" in done.stderr


def test_a_plugin_that_is_wrong_or_gone(docreader: Run, work: Path, site_packages: Path) -> None:
    (work / "mine.toml").write_text('engine = "example"\n')
    order = ("read", "-", "-o", "a.wav", "--voice", "./mine.toml")
    gone = docreader(*order, input="Xin chào.")
    assert gone.returncode == 1 and b"there is no speech engine 'example'; there are " in gone.stderr
    no_address = docreader(*order, input="Xin chào.", PYTHONPATH=str(site_packages))
    assert no_address.returncode == 1 and b"write url under [settings]" in no_address.stderr
    (site_packages / "docreader_example.py").write_text("KIND = 1 / 0\n")
    broken = docreader(*order, input="Xin chào.", PYTHONPATH=str(site_packages))
    assert broken.returncode == 1 and b"cannot be loaded: ZeroDivisionError: division by zero" in broken.stderr
    (site_packages / "docreader_example.py").write_text("KIND = 1\n")
    wrong = docreader(*order, input="Xin chào.", PYTHONPATH=str(site_packages))
    assert wrong.returncode == 1 and b"is no docreader.speech.engine.Kind" in wrong.stderr
    assert all(done.stderr.count(b"\n") == 1 for done in (gone, no_address, broken, wrong))
