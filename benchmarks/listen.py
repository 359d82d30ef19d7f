"""What a recogniser understands of a voice: word and character errors, with and without tones, and tones in forced choice.

    python benchmarks/listen.py [VOICE ...] [--part choose|hold] [--tones N] [--flat] [--json FILE] [--samples FOLDER]

VOICE is a name or a .toml file, as for ``docreader read --voice``. ``choose`` is the part by which settings may be chosen,
``hold`` the part that is looked at afterwards only. ``--tones N`` says N sets of six words that differ in their tone alone, three
words to a phrase; for each, the recogniser must choose between the six (the phrase it finds likeliest, the other two words
given). ``--flat`` adds the same voice without tones (natural voices only): a control, and, for the tones, what the recogniser
expects before it hears any: its leaning to frequent words is taken off by the difference. ``--samples`` keeps what was said,
as WAV. Needs viet-asr (extra bench); see recogniser.py.
"""

import argparse
import json
import random
import re
import time
import unicodedata
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import recogniser

from docreader.audio.crew import Crew
from docreader.audio.part import Line
from docreader.speech import voices
from docreader.speech.voices import Voice

SENTENCES = Path(__file__).with_suffix(".tsv")
CARRIER = "Một là {}, hai là {}, ba là {}."
# Sets of which all six tones are words or common syllables.
SETS = [
    "ma",
    "la",
    "ba",
    "đa",
    "va",
    "nga",
    "tai",
    "lai",
    "hai",
    "vai",
    "mai",
    "ngai",
    "cao",
    "bao",
    "lan",
    "van",
    "tinh",
    "minh",
    "le",
    "ve",
    "me",
    "no",
    "ngo",
    "lê",
    "mi",
    "di",
    "nghi",
    "vi",
    "thu",
    "du",
    "tư",
    "sư",
    "hô",
    "đô",
    "mô",
    "ngô",
    "lô",
    "bơ",
    "nơ",
    "vơ",
    "lương",
    "đông",
    "tiên",
    "biên",
    "hương",
    "quy",
    "thi",
    "ti",
]
_CHOICE = 8  # of the sets, those by which settings may be chosen
_MARKS = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@dataclass(frozen=True, slots=True)
class Figures:
    """Per cent, but for ``speed`` (seconds of sound a second, all cores) and the others named."""

    voice: str
    words: int
    word_errors: float
    word_errors_without_tones: float
    character_errors: float
    character_errors_without_tones: float
    syllables_a_minute: float
    silence: float
    longest_silence: float
    """Seconds, inside a sentence."""
    clipped: int
    """Sounds that are cut off: runs of three samples and more at the highest level of their sentence, within 0.1 dB of the limit."""
    speed: float
    tones_right: float | None = None
    tones_right_without_leaning: float | None = None
    """Each tone's likeliness less what it has of the flat voice."""


def normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text.lower())
    return " ".join(_placed(word) for word in re.findall(r"\w+", text))


def _placed(word: str) -> str:
    """hoà and hòa are one word: the tone mark goes to the end."""
    letters = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in letters if c in _MARKS[1:])
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _MARKS[1:])) + tone


def toneless(text: str) -> str:
    return "".join(c for c in text if c not in _MARKS[1:])


def distance(a: list[str] | str, b: list[str] | str) -> int:
    """Least number of insertions, deletions and replacements."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def tone_set(base: str) -> list[str]:
    place = max((n for n, c in enumerate(base) if c in "ăâêôơư"), default=-1)
    if place < 0:
        start = 2 if base.startswith("qu") else 0
        vowels = [n for n, c in enumerate(base) if n >= start and c in "aeiouy"]
        place = vowels[-1] if base[-1] not in "aeiouy" else vowels[0]
    return [unicodedata.normalize("NFC", base[: place + 1] + mark + base[place + 1 :]) for mark in _MARKS]


def say(voice: Voice, texts: list[str]) -> tuple[list[tuple[Any, int]], float]:
    """The samples and rate of each, and the seconds that all took."""
    with Crew(voice, "wav") as crew:
        list(crew.parts(map(Line, ["một", "hai"])))  # all workers warm
        begun = time.perf_counter()
        parts = list(crew.parts(map(Line, texts)))
        took = time.perf_counter() - begun
    return [(np.frombuffer(part.data, "<i2")[: part.sounding], part.rate) for part in parts], took


TONES = ("ngang", "huyền", "sắc", "hỏi", "ngã", "nặng")


def scores(voice: Voice, sets: Sequence[str]) -> tuple[Any, list[int]]:
    """(words, six tones): how likely each tone is found, as a logarithm; and which tone was said."""
    said = [(base, tone) for base in sets for tone in range(6)]
    random.Random(6).shuffle(said)
    threes = [said[n : n + 3] for n in range(0, len(said), 3)]
    phrases = [CARRIER.format(*(tone_set(base)[tone] for base, tone in three)) for three in threes]
    rows = []
    for three, (samples, rate) in zip(threes, say(voice, phrases)[0], strict=True):
        logs = recogniser.hear(samples, rate).logs
        for place in range(3):
            words = [tone_set(base)[tone] for base, tone in three]
            row = []
            for candidate in tone_set(three[place][0]):
                words[place] = candidate
                row.append(recogniser.likely(logs, CARRIER.format(*words)))
            rows.append(row)
    return np.array(rows), [tone for _, tone in said]


def chosen(rows: Any, said: list[int]) -> tuple[float, list[list[int]]]:
    """Per cent right, and for each tone how often it was taken for each."""
    taken = [[0] * 6 for _ in TONES]
    for row, tone in zip(rows, said, strict=True):
        taken[tone][int(np.argmax(row))] += 1
    return 100 * sum(taken[n][n] for n in range(6)) / len(said), taken


def cut_off(sound: Any) -> int:
    """See Figures.clipped."""
    level = np.abs(sound.astype(int))
    highest = int(level.max(initial=0))
    if highest < 32767 * 10 ** (-0.1 / 20):
        return 0
    runs = "".join(" x"[int(at)] for at in level == highest).split()
    return sum(len(run) >= 3 for run in runs)


def listen(voice: Voice, texts: list[str], samples: Path | None = None, verbose: bool = False) -> Figures:
    said, took = say(voice, texts)
    counts = np.zeros(6)
    seconds = quiet = clipped = longest = 0.0
    for number, (text, (sound, rate)) in enumerate(zip(texts, said, strict=True)):
        heard = normal(recogniser.hear(sound, rate).text)
        wanted = normal(text)
        if verbose:
            wrong = [w for w in wanted.split() if w not in heard.split()]
            print(f"  {text}\n    {heard}   ({' '.join(wrong)})")
        for n, (a, b) in enumerate(((wanted, heard), (toneless(wanted), toneless(heard)))):
            counts[n] += distance(a.split(), b.split())
            plain_a, plain_b = (unicodedata.normalize("NFD", x) for x in (a, b))
            counts[2 + n] += distance(plain_a, plain_b)
            counts[4 + n] += len(plain_a)
        block = rate // 100
        levels = np.abs(sound[: len(sound) // block * block].astype(float)).reshape(-1, block).max(1)
        silent = levels < 0.01 * levels.max()
        quiet += float(silent.sum()) / 100
        longest = max(longest, max(map(len, "".join(" x"[int(q)] for q in silent).strip("x").split(" "))) / 100)
        clipped += cut_off(sound)
        seconds += len(sound) / rate
        if samples:
            samples.mkdir(parents=True, exist_ok=True)
            with wave.open(str(samples / f"{voice.name}-{number:03}.wav"), "wb") as file:
                file.setparams((1, 2, rate, 0, "NONE", ""))
                file.writeframes(sound.tobytes())
    words = sum(len(normal(text).split()) for text in texts)
    return Figures(
        voice.name, words, 100 * counts[0] / words, 100 * counts[1] / words, 100 * counts[2] / counts[4],
        100 * counts[3] / counts[5], 60 * words / seconds, 100 * quiet / seconds, longest, int(clipped), seconds / took,
    )  # fmt: skip


def flat(voice: Voice) -> Voice:
    melody = {**voice.settings.get("melody", {}), "range": 0.0, "creak": 0.0}
    return replace(voice, name=f"{voice.name} flat", settings={**voice.settings, "melody": melody})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("voices", nargs="*", default=["natural-female"])
    options.add_argument("--part", choices=("choose", "hold"), default="choose")
    options.add_argument("--tones", type=int, default=0)
    options.add_argument("--flat", action="store_true")
    options.add_argument("--limit", type=int)
    options.add_argument("--verbose", action="store_true")
    options.add_argument("--json", type=Path)
    options.add_argument("--samples", type=Path)
    given = options.parse_args()
    rows = [line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines()[1:]]
    texts = [text for part, text in rows if part == given.part][: given.limit]
    wanted = [voices.load(name) for name in given.voices]
    if given.flat:
        wanted += [flat(voice) for voice in wanted if voice.engine == "kokoro"]
    sets = (SETS[:_CHOICE] if given.part == "choose" else SETS[_CHOICE:])[: given.tones]
    results = []
    told: dict[str, tuple[Any, list[int]]] = {}  # what was found of each voice's tones
    for voice in reversed(wanted):  # a flat voice before the one whose leaning it tells
        figures = listen(voice, texts, given.samples, given.verbose)
        if given.tones:
            rows, said = told[voice.name] = scores(voice, sets)
            right, taken = chosen(rows, said)
            places = " ".join(f"{chosen(rows[place::3], said[place::3])[0]:.0f}" for place in range(3))
            print(f"  right at the first, the second and the last place of {voice.name}'s phrases: {places}")
            figures = replace(figures, tones_right=right)
            if f"{voice.name} flat" in told:
                right, taken = chosen(rows - told[f"{voice.name} flat"][0], said)
                figures = replace(figures, tones_right_without_leaning=right)
            for tone, row in zip(TONES, taken, strict=True):
                print(f"  {tone:6}" + "".join(f" {name} {share:3}" for name, share in zip(TONES, row, strict=True)))
        results.append(asdict(figures))
        print(
            " ".join(f"{k}={v:.1f}" if isinstance(v, float) else f"{k}={v}" for k, v in results[-1].items()), flush=True
        )
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
