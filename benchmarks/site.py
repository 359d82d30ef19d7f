"""The batch job on a portal on loopback: python benchmarks/site.py [--articles 400] [--addresses 100000]

Prints, each from one run: two workers against one; the job's own share of the CPU; how fast an unchanged site is looked at, from
loopback and from a folder; what a change of one sentence in many articles costs; memory with many addresses; how soon the first
article of a large sitemap is begun. The portal and all workers share the machine with each other.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PORTAL = Path(__file__).parents[1] / "tests" / "site" / "portal.py"


@contextmanager
def portal(articles: int, sentences: int, *more: str) -> Iterator[str]:
    command = [sys.executable, str(PORTAL), "--articles", str(articles), "--sentences", str(sentences), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def order(address: str, name: str, numbers: range) -> None:
    for at in range(0, len(numbers), 500):
        query = "&".join(f"n={n}" for n in numbers[at : at + 500])
        urllib.request.urlopen(urllib.request.Request(f"{address}/-/{name}?{query}", method="POST")).close()


def job(*arguments: str, out: Path) -> dict[str, Any]:
    """Run the job; its closing object, with ``wall`` and ``cpu``, seconds of all its processes."""
    environment = os.environ | {"DOCREADER_VOICE": "northern", "XDG_STATE_HOME": str(out.parent)}
    command = [sys.executable, "-m", "docreader", "site", *arguments, "--out", str(out), "--no-cache", "--json-log"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return told | {"wall": time.monotonic() - begun, "cpu": cpu}


def workers(folder: Path, articles: int) -> None:
    with portal(articles, 6) as address:
        walls = [job(address, "-j", str(n), out=folder / f"workers-{n}")["wall"] for n in (1, 2)]
    print(f"{articles} articles: one worker {walls[0]:.1f} s, two {walls[1]:.1f} s: {walls[0] / walls[1]:.2f} times")


def share(folder: Path, articles: int) -> None:
    """The job against bare extraction, normalising and speech of the same pages in one process."""
    bare = (
        "import sys, tempfile, pathlib\n"
        "sys.path[:0] = [sys.argv[1]]\n"
        "import portal\n"
        "from docreader.article.source import from_content\n"
        "from docreader.audio.crew import Crew\n"
        "from docreader.audio.track import line\n"
        "from docreader.speech import voices\n"
        "from docreader.spoken.script import script\n"
        "voice = voices.load('northern')\n"
        "with Crew(voice, 'mp3', 1, None, apart=True) as crew:\n"
        "    for n in range(1, int(sys.argv[2]) + 1):\n"
        "        article = from_content(portal.page(n, 0, 6), 'text/html', 'page.html', f'https://portal.example/tin/{n}')\n"
        "        for part in crew.parts(map(line, script(article).utterances)): pass\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", bare, str(PORTAL.parent), str(articles)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    floor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with portal(articles, 6) as address:
        whole = job(address, "-j", "1", out=folder / "share")["cpu"]
    print(f"CPU of {articles} articles: {floor:.1f} s bare, {whole:.1f} s as a job: {whole / floor - 1:+.1%}")


def unchanged(folder: Path, articles: int) -> None:
    with portal(articles, 2) as address:
        out = folder / "unchanged"
        first = job(address, out=out)
        second = job(address, out=out)
        numbers = range(1, min(100, articles) + 1)
        order(address, "change", numbers)
        third = job(address, out=out)
        pages = folder / "pages"
        pages.mkdir()
        for n in range(1, articles + 1):
            (pages / f"{n}.html").write_bytes(urllib.request.urlopen(f"{address}/tin/{n}").read())
    print(
        f"first run: {articles / first['wall']:.1f} articles/s ({first['counts']}), start-up counted as in all that follow"
    )
    print(f"unchanged, over loopback: {articles / second['wall']:.0f} articles/s ({second['counts']})")
    print(f"{len(numbers)} articles with another sentence: {third['said']} sentences said ({third['counts']})")
    job(str(pages), out=folder / "from-folder")
    fourth = job(str(pages), out=folder / "from-folder")
    print(f"unchanged, from a folder: {articles / fourth['wall']:.0f} articles/s ({fourth['counts']})")


def many(folder: Path, addresses: int) -> None:
    """Memory of the largest process, and the first article, where all pages but the first that is listed are gone."""
    peaks = {}
    for count in (1000, addresses):
        with portal(count, 2, "--alive", "1") as address:
            out = folder / f"many-{count}"
            command = [
                sys.executable,
                "-m",
                "docreader",
                "site",
                address,
                "--out",
                str(out),
                "--no-cache",
                "--json-log",
            ]
            environment = os.environ | {"DOCREADER_VOICE": "northern"}
            begun = looked = time.monotonic()
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
                assert process.stdout
                first, peak = 0.0, 0
                for line in process.stdout:
                    if not first and '"event": "read"' in line.replace('":"', '": "'):
                        first = time.monotonic() - begun
                    if time.monotonic() - looked > 0.2:
                        peak = max(peak, *map(_peak, _family(process.pid)))
                        looked = time.monotonic()
            wall = time.monotonic() - begun
        peaks[count] = peak
        print(
            f"{count} addresses in {wall:.0f} s: first article read after {first:.2f} s, largest process {peak / 1024:.0f} MB"
        )
    print(f"memory: {peaks[addresses] / peaks[1000]:.2f} times")


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def _peak(pid: int) -> int:
    """VmHWM, kilobytes; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--articles", type=int, default=400)
    ask.add_argument("--addresses", type=int, default=100_000)
    ask.add_argument("--only", choices=("workers", "share", "unchanged", "many"))
    given = ask.parse_args()
    measures: dict[str, Callable[[Path], None]] = {
        "workers": lambda folder: workers(folder, min(given.articles, 60)),
        "share": lambda folder: share(folder, min(given.articles, 60)),
        "unchanged": lambda folder: unchanged(folder, given.articles),
        "many": lambda folder: many(folder, given.addresses),
    }
    for name, measure in measures.items():
        if given.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="docreader-") as folder:
                measure(Path(folder))


if __name__ == "__main__":
    main()
