"""What a recogniser understands of a voice: word and character errors, with and without tones, and tones in forced choice.

    python benchmarks/listen.py [VOICE ...] [--part choose|hold] [--tones N] [--flat] [--json FILE] [--samples FOLDER]

VOICE is a name or a .toml file, as for ``docreader read --voice``. ``choose`` is the part by which settings may be chosen,
``hold`` the part that is looked at afterwards only. ``--tones N`` says N sets of six tones in a carrier phrase: of the six
phrases, the one nearest to what was understood is taken (a tie counts its share). ``--flat`` adds the same voice without tones
(natural voices only). ``--samples`` keeps what was said, as WAV. Needs viet-asr (extra bench); what it understood is kept by
the sound's hash in the cache folder.
"""

import argparse
import hashlib
import json
import re
import time
import unicodedata
import wave
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from docreader.audio.crew import Crew
from docreader.speech import voices
from docreader.speech.voices import Voice

SENTENCES = Path(__file__).with_suffix(".tsv")
HEARD = user_cache_path("docreader", appauthor=False) / "heard"
EDGE = 0.3  # seconds of silence on both sides, as a recogniser expects
CARRIER = "Tôi vừa đọc chữ {} cho các bạn nghe."
SETS = [
    "ma",
    "ba",
    "la",
    "ca",
    "cha",
    "đa",
    "ta",
    "na",
    "nga",
    "tho",
    "thu",
    "sao",
    "tao",
    "cao",
    "bao",
    "lao",
    "mau",
    "tai",
    "hai",
    "lai",
    "hoa",
    "qua",
    "tan",
    "ban",
    "man",
    "lan",
    "tin",
    "minh",
    "linh",
    "lanh",
    "canh",
    "tranh",
    "đong",
    "bong",
    "cung",
    "tương",
    "đương",
    "hương",
    "nương",
    "liên",
    "tiên",
    "mên",
]
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
    clipped: int
    """Samples at the limit."""
    speed: float
    tones_right: float | None = None


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
        list(crew.parts(["một", "hai"]))  # all workers warm
        begun = time.perf_counter()
        parts = list(crew.parts(texts))
        took = time.perf_counter() - begun
    return [(np.frombuffer(part.data, "<i2")[: part.sounding], part.rate) for part in parts], took


@cache
def _recogniser() -> Any:
    import vietasr

    return vietasr.Pipeline.new().add("vietasr").build()


def hear(samples: Any, rate: int) -> str:
    place = HEARD / hashlib.blake2b(samples.tobytes() + bytes([rate % 251]), digest_size=16).hexdigest()
    if place.exists():
        return place.read_text(encoding="utf-8")
    from scipy.signal import resample_poly

    edge = np.zeros(round(16000 * EDGE))
    sound = resample_poly(samples.astype(float), 16000 // 50, rate // 50)
    text = str(_recogniser().transcribe(np.clip(np.concatenate([edge, sound, edge]), -32768, 32767)).text)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return text


def choose(heard: str, candidates: list[str]) -> dict[int, float]:
    """The share of each candidate that is nearest to what was heard, by letters and tones."""
    letters = unicodedata.normalize("NFD", heard)
    far = [distance(unicodedata.normalize("NFD", candidate), letters) for candidate in candidates]
    nearest = [n for n, d in enumerate(far) if d == min(far)]
    return {n: 1 / len(nearest) for n in nearest}


def tones(voice: Voice, sets: int) -> tuple[float, dict[str, dict[str, float]]]:
    """Per cent right, and for each tone what it was taken for."""
    phrases = [[CARRIER.format(word) for word in tone_set(base)] for base in SETS[:sets]]
    said, _ = say(voice, [phrase for six in phrases for phrase in six])
    names = ("ngang", "huyền", "sắc", "hỏi", "ngã", "nặng")
    taken = {name: dict.fromkeys(names, 0.0) for name in names}
    for number, (samples, rate) in enumerate(said):
        six = [normal(phrase) for phrase in phrases[number // 6]]
        for choice, share in choose(normal(hear(samples, rate)), six).items():
            taken[names[number % 6]][names[choice]] += share
    right = sum(taken[name][name] for name in names) / max(1, len(said))
    return 100 * right, taken


def listen(voice: Voice, texts: list[str], samples: Path | None = None, verbose: bool = False) -> Figures:
    said, took = say(voice, texts)
    counts = np.zeros(6)
    seconds = quiet = clipped = 0.0
    for number, (text, (sound, rate)) in enumerate(zip(texts, said, strict=True)):
        heard = normal(hear(sound, rate))
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
        quiet += float((levels < 0.01 * levels.max()).sum()) / 100
        clipped += int((np.abs(sound.astype(int)) >= 32767).sum())
        seconds += len(sound) / rate
        if samples:
            samples.mkdir(parents=True, exist_ok=True)
            with wave.open(str(samples / f"{voice.name}-{number:03}.wav"), "wb") as file:
                file.setparams((1, 2, rate, 0, "NONE", ""))
                file.writeframes(sound.tobytes())
    words = sum(len(normal(text).split()) for text in texts)
    return Figures(
        voice.name, words, 100 * counts[0] / words, 100 * counts[1] / words, 100 * counts[2] / counts[4],
        100 * counts[3] / counts[5], 60 * words / seconds, 100 * quiet / seconds, int(clipped), seconds / took,
    )  # fmt: skip


def flat(voice: Voice) -> Voice:
    melody = {**voice.settings.get("melody", {}), "range": 0.0}
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
    chosen = [voices.load(name) for name in given.voices]
    if given.flat:
        chosen += [flat(voice) for voice in chosen if voice.engine == "kokoro"]
    results = []
    for voice in chosen:
        figures = listen(voice, texts, given.samples, given.verbose)
        if given.tones:
            right, taken = tones(voice, given.tones)
            figures = replace(figures, tones_right=right)
            for tone, row in taken.items():
                print(f"  {tone:6}" + "".join(f" {name} {share:5.1f}" for name, share in row.items()))
        results.append(asdict(figures))
        print(
            " ".join(f"{k}={v:.1f}" if isinstance(v, float) else f"{k}={v}" for k, v in results[-1].items()), flush=True
        )
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
