"""Draws docs/tones.svg: each tone as it is written into the voice, as it is heard in the sound, and as books give it.

    python benchmarks/contours.py [VOICE] > docs/tones.svg

Heard: the period of "la" with each tone in the middle of a phrase, by autocorrelation of 25 ms. Books: the numerals by which
the tones of Hà Nội are described, from 1 (low) to 5 (high), 3 semitones a step: ngang 33, huyền 21, sắc 35, hỏi 313, ngã 3ʔ5,
nặng 3ʔ1, the numerals that the literature on northern tones has (Nguyễn and Edmondson 1998, Kirby 2011, as the article "Vietnamese phonology" of
the English Wikipedia gathers them; the papers themselves could not be opened where this was written, and they give other values
too: 44 for ngang, 32 for huyền, 312 for hỏi). How alike heard and books are goes to standard error.
"""

import sys

import numpy as np

from docreader.speech import engines, tones, voices

WORDS = {"ngang": "la", "huyền": "là", "sắc": "lá", "hỏi": "lả", "ngã": "lã", "nặng": "lạ"}
NUMERALS = {
    "ngang": (3, 3), "huyền": (2, 1), "sắc": (3, 5), "hỏi": (3, 1, 3), "ngã": (3, 2.5, 5), "nặng": (3, 1),
}  # fmt: skip
PHRASE = "ta nghe {} ba lần"
WIDTH, HEIGHT, LOW, HIGH = 200, 180, -12.0, 10.0


def heard(samples: np.ndarray, rate: int, middle: float) -> list[tuple[float, float]]:
    """Semitones from ``middle`` Hz along the voiced part of the samples, at (0..1, height)."""
    window, low, high = rate // 40, rate // 450, rate // 80
    found: list[tuple[int, float]] = []
    for start in range(0, len(samples) - window - high, rate // 100):
        piece = samples[start : start + window + high] - samples[start : start + window + high].mean()
        first = piece[:window]
        matches = np.array(
            [
                np.dot(first, piece[lag : lag + window])
                / (np.linalg.norm(first) * np.linalg.norm(piece[lag : lag + window]) + 1.0)
                for lag in range(low, high)
            ]
        )
        # Of two periods that fit nearly as well the shorter one: the longer is two of it.
        peaks = [n for n in range(1, len(matches) - 1) if matches[n - 1] < matches[n] >= matches[n + 1]]
        best = next((n for n in peaks if matches[n] > 0.9 * matches.max()), 0)
        if best and matches[best] > 0.6:
            found.append((start, 12 * np.log2(rate / (low + best) / middle)))
    if len(found) < 3:
        return []
    heights = [float(np.median([h for _, h in found[max(0, n - 1) : n + 2]])) for n in range(len(found))]
    first_at, last_at = found[0][0], found[-1][0]
    return [((at - first_at) / (last_at - first_at), h) for (at, _), h in zip(found, heights, strict=True)]


def fit(points: list[tuple[float, float]], curve: list[tuple[float, float]]) -> str:
    """How alike the two are: correlation, and the root of the mean square in semitones after both are set to a mean of 0."""
    along = np.linspace(0.05, 0.95, 19)
    one, other = (np.interp(along, np.array(part)[:, 0], np.array(part)[:, 1]) for part in (points, curve))
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    alike = f"{float(np.dot(one, other)) / size:+.2f}" if size > 1 else "level"
    return f"{alike}, {float(np.sqrt(np.mean((one - other) ** 2))):.1f} st"


def line(points: list[tuple[float, float]], style: str, left: float, top: float) -> str:
    spots = " ".join(
        f"{left + 15 + x * (WIDTH - 30):.1f},{top + 25 + (HIGH - min(HIGH, max(LOW, y))) / (HIGH - LOW) * (HEIGHT - 40):.1f}"
        for x, y in points
    )
    return f'<polyline fill="none" {style} points="{spots}"/>'


def main() -> None:
    voice = voices.load(sys.argv[1] if len(sys.argv) > 1 else "natural-female")
    engine = engines.make(voice.engine, voice.settings, 1.0, 1.0, 1.0)
    melody = tones.melody(dict(voice.settings.get("melody", {})))
    clips = {tone: engine.speak(PHRASE.format(word)) for tone, word in WORDS.items()}
    sounds = {}
    for tone, clip in clips.items():
        assert clip.words
        span = slice(round(clip.words[2].time * clip.rate), round(clip.words[3].time * clip.rate))
        sounds[tone] = np.frombuffer(clip.samples, "<i2").astype(float)[span]
    rate = clips["ngang"].rate
    level = float(np.median([y for _, y in heard(sounds["ngang"], rate, 1.0)]))
    middle = 2 ** ((level - melody.contours["ngang"][0][1]) / 12)  # Hz at which ngang is as high as it was written
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{3 * WIDTH}" height="{2 * HEIGHT + 30}" font-family="sans-serif" font-size="13">',
        "<title>The six northern tones: written, heard, and as books give them</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, tone in enumerate(WORDS):
        left, top = number % 3 * WIDTH, number // 3 * HEIGHT
        out.append(f'<text x="{left + 15}" y="{top + 18}">{tone} ({WORDS[tone]})</text>')
        out.append(line([(0, 0), (1, 0)], 'stroke="#ddd"', left, top))
        steps = NUMERALS[tone]
        book = [(n / (len(steps) - 1), (numeral - 3) * 3.0 + 1.8) for n, numeral in enumerate(steps)]
        out.append(line(book, 'stroke="#999" stroke-dasharray="5 4" stroke-width="2"', left, top))
        out.append(line(list(melody.contours[tone]), 'stroke="#06c" stroke-width="2"', left, top))
        track = heard(sounds[tone], rate, middle)
        out.append(line(track, 'stroke="#c30" stroke-width="2"', left, top))
        if track:
            written = list(melody.contours[tone])
            print(f"{tone:6} books: {fit(track, book)}; written: {fit(track, written)}", file=sys.stderr)
    foot = 2 * HEIGHT + 18
    for n, (colour, name) in enumerate((("#06c", "written"), ("#c30", "heard"), ("#999", "books"))):
        out.append(f'<text x="{15 + n * 90}" y="{foot}" fill="{colour}">{name}</text>')
    out.append(f'<text x="290" y="{foot}">semitones, {LOW:.0f} to +{HIGH:.0f}; time from left to right</text></svg>')
    print("\n".join(out))


if __name__ == "__main__":
    main()
