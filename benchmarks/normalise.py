"""Characters a second of docreader's normaliser beside its peers', on the same text in one run.

    python benchmarks/normalise.py [TEXT_FILE] [--peers ENV]

The peers (sea-g2p, g2p-hamster, vietnormalizer) are installed by pip into an environment of their own (default: .venv-peers), so that none
of them becomes a dependency. Each is warmed up, then timed line by line in a process of its own. Prints ratios: docreader's speed over the peer's.
"""

import argparse
import json
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "tests" / "spoken" / "seed-written.txt"
PEERS = ("sea-g2p", "g2p-hamster", "vietnormalizer")

LOADERS = {
    "docreader": "from docreader.spoken.normalise import normalise as f",
    "sea-g2p": "from sea_g2p import Normalizer\nf = Normalizer().normalize",
    "g2p-hamster": "from g2p_hamster.t0.pipeline import normalize as f",
    "vietnormalizer": "from vietnormalizer import VietnameseNormalizer\nf = VietnameseNormalizer().normalize",
}

RUNNER = """
import json, sys, time
began = time.perf_counter()
{loader}
f("Ngày 17/11/2020")
started = time.perf_counter() - began
text = open(sys.argv[1], encoding="utf-8").read()
def run(lines, seconds=1.5):
    for line in lines: f(line)
    n, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for line in lines: n += len(line); f(line)
    return n / (time.process_time() - began)
lines = text.splitlines()
print(json.dumps({{"start": started, "lines": run(lines)}}))
"""


def measure(python: str, loader: str, path: Path) -> dict[str, float] | str:
    done = subprocess.run(
        [python, "-c", RUNNER.format(loader=loader), str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2]
    result: dict[str, float] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return result


def flatness(path: Path) -> None:
    from docreader.spoken.normalise import normalise

    text = path.read_text(encoding="utf-8")
    print("characters a second by length of one text:")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        sample = (text * (size // len(text) + 1))[:size]
        normalise(sample)
        rounds = max(1, 2_000_000 // size)
        began = time.process_time()
        for _ in range(rounds):
            normalise(sample)
        print(f"  {size:>9,} {size * rounds / (time.process_time() - began):>12,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("text", nargs="?", type=Path, default=SEED)
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-peers")
    args = parser.parse_args()
    python = args.peers / "bin" / "python"
    if not python.exists():
        venv.create(args.peers, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
        for peer in PEERS:
            if subprocess.run([python, "-m", "pip", "install", "--quiet", peer], check=False).returncode:
                print(f"{peer} could not be installed", file=sys.stderr)
    flatness(args.text)
    ours = measure(sys.executable, LOADERS["docreader"], args.text)
    if isinstance(ours, str):
        sys.exit(ours)
    print(f"{'line by line':16} {'chars/s':>12} {'import and start, s':>20} {'ours / theirs':>14}")
    print(f"{'docreader':16} {ours['lines']:>12,.0f} {ours['start']:>20.3f}")
    for peer in PEERS:
        theirs = measure(str(python), LOADERS[peer], args.text)
        if isinstance(theirs, str):
            print(f"{peer:16} {theirs}")
        else:
            print(
                f"{peer:16} {theirs['lines']:>12,.0f} {theirs['start']:>20.3f} {ours['lines'] / theirs['lines']:>14.1f}"
            )


if __name__ == "__main__":
    main()
