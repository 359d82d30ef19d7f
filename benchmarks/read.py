"""What `docreader read` costs beside the bare floor, as ratios, in one run.

    python benchmarks/read.py [SOURCE] [--runs N] [--book CHARACTERS] [--memory | --first]

The floor is one warm process in which libespeak-ng says the same spoken text and lameenc encodes it (quality 5, 64 kb/s),
nothing else. --first tells how soon a player has sound, in each format: of what a warm crew streams, the time of the first
bytes out of which a decoder gets samples, less what the engine takes for the first sentence; and the same through a pipe
from a cold start, `docreader read SOURCE -o - --format F`. Each figure is the best of N runs, taken in turns, because other work on the machine only ever adds time.
Start-up is what `docreader read` takes for the shortest page that counts as an article, less the floor of that.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "tests/pages/drupal-seed.html"
DOCREADER = [sys.executable, "-m", "docreader"]
FORMATS = ("mp3", "wav", "flac", "opus", "m4a")

_FLOOR = """
import json, sys, time
import lameenc
from docreader.speech import engines, voices

voice = voices.load()
engine = engines.make(voice.engine, voice.settings, 1, 1, 1)
sentences = sys.stdin.read().splitlines()
def once():
    encoder = lameenc.Encoder()
    encoder.silence(); encoder.set_channels(1); encoder.set_in_sample_rate(22050); encoder.set_bit_rate(64)
    encoder.set_quality(5)
    for sentence in sentences:
        encoder.encode(engine.speak(sentence).samples)
    encoder.flush()
once()
cpu, wall = time.process_time(), time.perf_counter()
once()
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""

_WARM = """
import json, os, sys, time
from pathlib import Path
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.record import record
from docreader.speech import voices
from docreader.spoken.model import Script, Utterance

def cpu():
    workers = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    used = (Path(f"/proc/{worker}/schedstat").read_text().split()[0] for worker in workers)
    return time.process_time() + sum(map(int, used)) / 1e9
script = Script(tuple(Utterance(s, s, 450) for s in sys.stdin.read().splitlines()))
folder = sys.argv[2] if len(sys.argv) > 2 else None
with Crew(voices.load(), "mp3", cache=Cache(folder) if folder else None) as crew:
    record(script, voices.load(), crew=crew).save(sys.argv[1])
    before, wall = cpu(), time.perf_counter()
    record(script, voices.load(), crew=crew).save(sys.argv[1])
    spent = time.perf_counter() - wall
    print(json.dumps([cpu() - before, spent]))
"""

_FIRST = """
import io, json, sys, time
import av
from docreader.audio.crew import Crew
from docreader.audio.record import stream
from docreader.speech import engines, voices
from docreader.spoken.model import Script, Utterance

def heard(got):
    # the time by which a decoder has samples
    sent = b""
    for time, data in got:
        sent += data
        try:
            with av.open(io.BytesIO(sent)) as file:
                if any(frame.samples for frame in file.decode(audio=0)):
                    return time
        except av.FFmpegError:
            pass

voice = voices.load()
texts = sys.stdin.read().splitlines()[:6]
script = Script(tuple(Utterance(s, s, 450) for s in texts))
found = {}
for format in sys.argv[2:]:
    with Crew(voice, format) as crew:
        for run in range(int(sys.argv[1]) + 1):
            begun, got = time.perf_counter(), []
            for data in stream(script, voice, format=format, crew=crew):
                got.append((time.perf_counter() - begun, data))
            if run:
                found.setdefault(format, []).append(heard(got))
engine = engines.make(voice.engine, voice.settings, voice.rate, voice.pitch, voice.volume)
spent = []
for _ in range(int(sys.argv[1]) + 1):
    begun = time.perf_counter()
    engine.speak(texts[0])
    spent.append(time.perf_counter() - begun)
print(json.dumps([min(spent), found]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    """Seconds, of the process and all its children."""
    wall: float
    peak: int = 0
    """Most memory at any moment, bytes, of the process and all its children; shared pages counted once."""


def run(command: list[str], watch: bool = False) -> Cost:
    """Run a command to its end. ``watch`` also measures memory, which costs time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while watch and process.poll() is None:
        peak = max(peak, memory(process.pid))
        time.sleep(0.01)
    if process.wait():
        sys.exit(f"{' '.join(command)} failed")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, peak)


def memory(root: int) -> int:
    """Bytes of a process and its descendants now (proportional set size)."""
    total = 0
    for process in [root, *descendants(root)]:
        try:
            rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it ended meanwhile
            continue
        total += sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))
    return total


def descendants(root: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def inside(code: str, text: str, *args: str) -> Cost:
    """What the code says that its own work cost."""
    out = subprocess.run([sys.executable, "-c", code, *args], input=text, capture_output=True, text=True, check=True)
    return Cost(*json.loads(out.stdout))


def best(runs: int, *measures: Callable[[], Cost]) -> list[Cost]:
    """The best of each, measured in turns."""
    rounds = [[measure() for measure in measures] for _ in range(runs)]
    return [Cost(min(c.cpu for c in costs), min(c.wall for c in costs)) for costs in zip(*rounds, strict=True)]


def line(what: str, ratio: float, limit: float, more: str, unit: str = "x") -> None:
    print(f"{what:<44}{ratio:7.2f} {unit:<2} (at most {limit:g})  {'ok  ' if ratio <= limit else 'OVER'}  {more}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default=str(SEED))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--book", type=int, default=100_000, help="characters of the long text; a book has a million")
    parser.add_argument("--memory", action="store_true", help="measure memory only")
    parser.add_argument("--formats", default="mp3", help="of the track whose memory is measured: mp3,m4a,epub …")
    parser.add_argument("--first", action="store_true", help="measure how soon a player has sound only")
    options = parser.parse_args()
    os.environ["DOCREADER_VOICE"] = "northern"  # the floor is that of the embedded voice
    os.chdir(tempfile.mkdtemp(prefix="docreader-benchmark-"))
    source = Path(ROOT, options.source) if not Path(options.source).is_absolute() else Path(options.source)

    import docreader
    from docreader.article.source import load

    spoken = docreader.script(load(str(source))).spoken
    small = Path("small.html")
    prose = "Chào các bạn, " * 8
    small.write_text(f"<article><h1>Chào</h1><p>{prose}hết.</p><p>{prose}hết.</p></article>", encoding="utf-8")
    spoken_small = docreader.script(load(str(small))).spoken

    def read(path: Path | str, watch: bool = False, format: str = "mp3") -> Cost:
        return run([*DOCREADER, "read", "--no-cache", "--quiet", str(path), "-o", f"a.{format}"], watch)

    if options.memory:
        memory_of(read, spoken, options.book, options.formats.split(","))
        return
    if options.first:
        first_bytes(spoken, source, options.runs)
        return
    floor, floor_small, warm, cached, whole, small_read, version, bare = best(
        options.runs,
        lambda: inside(_FLOOR, spoken),
        lambda: inside(_FLOOR, spoken_small),
        lambda: inside(_WARM, spoken, "b.mp3"),
        lambda: inside(_WARM, spoken, "b.mp3", "clips"),
        lambda: read(source),
        lambda: read(small),
        lambda: run([*DOCREADER, "--version"]),
        lambda: run([sys.executable, "-c", "pass"]),
    )
    start = Cost(small_read.cpu - floor_small.cpu, small_read.wall - floor_small.wall)
    print(f"{source.name}: {len(spoken)} characters spoken; floor: {floor.cpu:.3f} s CPU, {floor.wall:.3f} s")
    line(
        "docreader read, CPU",
        (whole.cpu - start.cpu) / floor.cpu,
        1.5,
        f"{whole.cpu:.3f} s, {start.cpu:.3f} of it start-up",
    )
    line("docreader read, wall", (whole.wall - start.wall) / floor.wall, 1.0, f"{whole.wall:.3f} s")
    line("record, warm, CPU", warm.cpu / floor.cpu, 1.15, f"{warm.cpu:.3f} s")
    line("record, warm, wall", warm.wall / floor.wall, 0.6, f"{warm.wall:.3f} s on {os.cpu_count()} cores")
    line("record, all in the cache / not, wall", cached.wall / warm.wall, 0.1, f"{cached.wall * 1000:.1f} ms")
    line("start-up", start.wall, 0.3, f"{start.cpu:.3f} s CPU", "s")
    line("docreader --version / python -c pass", version.wall / bare.wall, 3, f"{version.wall * 1000:.0f} ms")

    first_bytes(spoken, source, options.runs)
    memory_of(read, spoken, options.book, options.formats.split(","))


def first_bytes(spoken: str, source: Path, runs: int) -> None:
    out = subprocess.run(
        [sys.executable, "-c", _FIRST, str(runs), *FORMATS], input=spoken, capture_output=True, text=True, check=True
    )
    engine, found = json.loads(out.stdout)
    for format, times in found.items():
        line(
            f"first sound of a warm stream, {format}",
            (min(times) - engine) * 1000,
            20,
            f"{min(times) * 1000:.1f} ms, {engine * 1000:.1f} of it the engine's",
            "ms",
        )
    for format in FORMATS:
        command = [*DOCREADER, "read", "--no-cache", "--quiet", str(source), "-o", "-", "--format", format]
        print(f"first byte through a pipe, cold, {format:<11}{min(piped(command) for _ in range(runs)) * 1000:7.0f} ms")


def piped(command: list[str]) -> float:
    """Seconds until `| head -c 1` would be at its end."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        if not process.stdout.read(1):
            sys.exit(f"{' '.join(command)} failed")
        spent = time.perf_counter() - begun
        process.stdout.close()
    return spent


def memory_of(read: Callable[[str, bool, str], Cost], spoken: str, book: int, formats: list[str]) -> None:
    text = (spoken + "\n") * (book // len(spoken) + 1)
    for size in (10_000, book):
        Path(f"{size}.txt").write_text(text[:size], encoding="utf-8")
    for format in formats:
        small, large = (read(f"{size}.txt", True, format).peak for size in (10_000, book))
        line(
            f"memory, {book:,} / 10,000 characters, {format}",
            large / small,
            1.3,
            f"{small >> 20} and {large >> 20} MiB",
        )


if __name__ == "__main__":
    main()
