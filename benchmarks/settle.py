"""How the contours in src/docreader/speech/tones.py should change for viet-asr to hear the tones better.

    python benchmarks/settle.py [--minutes 10] [--seed 1]

Says drills (learn.drills) twice: with each height, inner time and onset of the contours moved up or down by chance, with the lengths and
the creak as well (MORE), and with each moved the other way. Least squares over the differences tell what a move upwards does to how far its tone is from being the likeliest of
six (learn.far; less is better), all moves at once: a line for each, with its standard error. 600 words of a tone, as are
heard in ten minutes on two cores, give 0.01. Slopes are those of the place: after a step, ask again.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import learn
import numpy as np
import recogniser
import torch
from listen import TONES

from docreader.speech import kokoro, tones, voices
from docreader.speech.tones import Melody

HEIGHT, TIME = 1.2, 0.05  # semitones, and parts of a rime, by which things are moved
Move = tuple[str, str]  # a tone, and what of it
MORE: dict[Move, tuple[str, float]] = {
    ("nặng", "force"): ("_FORCE", 0.5),
    ("nặng", "closing"): ("_CLOSING", 0.05),
    ("nặng", "beaten from"): ("_BEATEN", 0.06),
    ("nặng", "between"): ("_BETWEEN", 0.06),
    ("ngã", "break"): ("_BREAK", 1.0),
}
"""Of the creak: what it is called in docreader.speech.tones, and by how much it is moved."""
LONGER = 1  # frames
USUAL: dict[str, Any] = {name: getattr(tones, name) for name, _ in MORE.values()}
USUAL |= {"_BROKEN": tones._BROKEN, "_LONGER": kokoro._LONGER}


def moves(melody: Melody) -> list[Move]:
    found: list[Move] = []
    for tone in TONES:
        size = len(melody.contours[tone])
        found += [(tone, f"height {n}") for n in range(size)] + [(tone, f"time {n}") for n in range(1, size - 1)]
        found += [(tone, "onset"), (tone, "longer")]
    return [*found, ("ngã", "broken from"), ("ngã", "broken to"), *MORE]


def moved(melody: Melody, by: Mapping[Move, int]) -> Melody:
    """``melody`` moved; what stands in no melody is moved where it stands."""
    for move, (name, step) in MORE.items():
        setattr(tones, name, USUAL[name] + step * by[move])
    first, last = USUAL["_BROKEN"]
    tones._BROKEN = (first + TIME * by["ngã", "broken from"], last + TIME * by["ngã", "broken to"])
    kokoro._LONGER = {tone: USUAL["_LONGER"].get(tone, 0) + LONGER * by[tone, "longer"] for tone in TONES}
    contours, onsets = dict(melody.contours), dict(melody.onsets)
    for tone in TONES:
        contours[tone] = tuple(
            (time + TIME * by.get((tone, f"time {n}"), 0), height + HEIGHT * by[tone, f"height {n}"])
            for n, (time, height) in enumerate(contours[tone])
        )
        onsets[tone] = onsets.get(tone, 0.0) + HEIGHT * by[tone, "onset"]
    return replace(melody, contours=contours, onsets=onsets)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--voice", default="natural-female")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    engine = kokoro.engine(voices.load(given.voice).settings, 1.0, 1.0, 1.0)
    usual, chance = engine.melody, np.random.default_rng(given.seed)
    known = moves(usual)
    seen: dict[int, list[tuple[dict[Move, int], float, float]]] = defaultdict(list)
    end = time.monotonic() + 60 * given.minutes
    for drill in learn.drills(given.seed):
        by = {move: int(chance.choice((-1, 1))) for move in known}
        up: list[float] = []
        down: list[float] = []
        for way, out in ((1, up), (-1, down)):
            engine.melody = moved(usual, {move: way * sign for move, sign in by.items()})
            heard = recogniser.heard_now(np.frombuffer(engine.speak(drill.text).samples, "<i2"), kokoro.RATE)
            out += learn.far(learn.tones_found(torch.tensor(heard.logs), drill), drill).tolist()
        for (_, said), above, below in zip(drill.said, up, down, strict=True):
            seen[said].append((by, above, below))
        if time.monotonic() > end:
            break
    for number, tone in enumerate(TONES):
        own = [move for move in known if move[0] == tone]
        rows = seen[number]
        if len(rows) <= len(own):
            print(f"{tone}: said {len(rows)} times, too few")
            continue
        signs = np.array([[by[move] for move in own] for by, _, _ in rows], float)
        change = np.array([(above - below) / 2 for _, above, below in rows])
        far = np.mean([(above + below) / 2 for _, above, below in rows])
        slopes, *_ = np.linalg.lstsq(signs, change, rcond=None)
        left = (change - signs @ slopes).var() * len(rows) / (len(rows) - len(own))
        errors = np.sqrt(np.diag(np.linalg.pinv(signs.T @ signs)) * left)
        print(f"{tone}, {len(rows)} words, {far:.2f} from right")
        for (_, what), slope, error in zip(own, slopes, errors, strict=True):
            print(f"  {what:11} {slope:+.3f} ± {error:.3f}{' *' if abs(slope) > 2.5 * error else ''}")


if __name__ == "__main__":
    main()
