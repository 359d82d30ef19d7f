"""Fits src/docreader/speech/syllables.toml: how long each part of a Vietnamese syllable is, from espeak's own word times.

    python benchmarks/syllables.py TEXT_FILE > src/docreader/speech/syllables.toml

Two sentences of three, as they are and of shuffled words, said by the three embedded voices, are fitted by ridge regression; the third tells how good it is
(on standard error). Needs numpy.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

import docreader
from docreader.speech.engine import Clip, WordTime
from docreader.speech.estimate import features, phrases, times

VOICES = ("northern", "central", "southern")
SENTENCES = 1200
_SAY = """
import marshal, sys
from docreader.speech import engines, voices
voice = voices.load(sys.argv[1])
engine = engines.make(voice.engine, voice.settings, 1, 1, 1)
for text in marshal.loads(sys.stdin.buffer.read()):
    clip = engine.speak(text)
    marshal.dump((clip.samples, clip.rate, [(w.start, w.end, w.time) for w in clip.words]), sys.stdout.buffer)
"""


def say(voice: str, texts: list[str]) -> list[Clip]:
    import io
    import marshal

    done = subprocess.run(
        [sys.executable, "-c", _SAY, voice], input=marshal.dumps(texts), capture_output=True, check=True
    )
    out = io.BytesIO(done.stdout)
    clips = (marshal.load(out) for _ in texts)
    return [Clip(samples, rate, tuple(WordTime(*word) for word in words)) for samples, rate, words in clips]


def shuffled(vocabulary: list[str]) -> list[str]:
    """Sentences of any words next to any others: prose of one kind lacks most combinations."""
    chance = random.Random(0)
    return [
        ", ".join(" ".join(chance.choices(vocabulary, k=chance.randint(3, 9))) for _ in range(4)) + "."
        for _ in range(SENTENCES)
    ]


def main() -> None:
    script = docreader.script(Path(sys.argv[1]).read_text(encoding="utf-8"))
    texts = list(dict.fromkeys(u.spoken for u in script.utterances if 20 < len(u.spoken) < 500))[:SENTENCES]
    texts += shuffled(sorted({word.strip(",.;:?!").lower() for text in texts for word in text.split()}))
    pairs = [
        (text, clip)
        for voice in VOICES
        for text, clip in zip(texts, say(voice, texts), strict=True)
        if clip.words is not None and len(clip.words) == len(text.split())
    ]
    rows: list[tuple[list[tuple[str, str]], float]] = []
    for number, (text, clip) in enumerate(pairs):
        if number % 3:
            words, starts = text.split(), [word.time for word in clip.words or ()]
            for first, last, _, end in phrases(words, clip):
                ends = [*starts[first + 1 : last], end]
                rows += [
                    (features(words, first + n), stop - start)
                    for n, (start, stop) in enumerate(zip(starts[first:last], ends, strict=True))
                    if 0.03 < stop - start < 0.8
                ]
    counts = Counter(feature for found, _ in rows for feature in found)
    places = {feature: n for n, feature in enumerate(sorted(f for f, count in counts.items() if count >= 9))}
    matrix = np.zeros((len(rows), len(places)))
    for row, (found, _) in zip(matrix, rows, strict=True):
        row[[places[feature] for feature in found if feature in places]] = 1
    meant = np.array([seconds for _, seconds in rows])
    seconds = np.linalg.solve(matrix.T @ matrix + 0.3 * np.eye(len(places)), matrix.T @ meant)
    closures: dict[str, list[float]] = {}
    for text, clip in pairs:
        words = text.split()
        for first, _, begin, _ in phrases(words, clip):
            if first and clip.words:
                onset = dict(features(words, first))["onset"]
                closures.setdefault(onset, []).append(begin - clip.words[first].time)
    print("# Seconds by which each part of a syllable adds to its length; made by benchmarks/syllables.py.")
    kind = ""
    for (found_kind, value), place in places.items():
        if found_kind != kind:
            kind = found_kind
            print(f"\n[{kind}]")
        print(f"{json.dumps(value, ensure_ascii=False)} = {seconds[place]:.4f}")
    print("\n# Seconds between the beginning of a sound after a pause and its first noise.\n[closure]")
    for onset, lengths in sorted(closures.items()):
        print(f"{json.dumps(onset, ensure_ascii=False)} = {np.median(lengths):.4f}")

    wrong = [
        abs(guess.time - told.time)
        for text, clip in pairs[::3]
        for guess, told in zip(times(text, clip), clip.words or (), strict=True)
    ]
    within = np.mean(np.array(wrong) < 0.08)
    print(f"with the file as it was: {within:.1%} of {len(wrong)} words within 80 ms", file=sys.stderr)


if __name__ == "__main__":
    main()
