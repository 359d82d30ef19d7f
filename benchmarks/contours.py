"""Draws docs/tones.svg: each tone as it is written into the voice, as it is heard in the sound, and as books give it.

    python benchmarks/contours.py [VOICE] > docs/tones.svg

Heard: the period of "la" with each tone in the middle of a phrase, by autocorrelation of 40 ms. Books: the numerals of the
northern tones from 1 (low) to 5 (high), as Thompson (1965) and Nguyễn and Edmondson (1998) give them, 3 semitones a step.
"""

import sys

import numpy as np

from docreader.speech import engines, tones, voices

WORDS = {"ngang": "la", "huyền": "là", "sắc": "lá", "hỏi": "lả", "ngã": "lã", "nặng": "lạ"}
NUMERALS = {
    "ngang": (3, 3), "huyền": (2, 1), "sắc": (3, 5), "hỏi": (3, 1, 3), "ngã": (3, 2.5, 5), "nặng": (2, 1),
}  # fmt: skip
PHRASE = "ta nghe {} ba lần"
WIDTH, HEIGHT, LOW, HIGH = 200, 180, -12.0, 10.0


def heard(samples: np.ndarray, rate: int, middle: float) -> list[tuple[float, float]]:
    """Semitones from ``middle`` Hz along the voiced part of the samples, at (0..1, height)."""
    window, low, high = rate // 25, rate // 450, rate // 80
    found = []
    for start in range(0, len(samples) - 2 * window, rate // 100):
        piece = samples[start : start + 2 * window] - samples[start : start + 2 * window].mean()
        matches = np.array([np.dot(piece[:window], piece[lag : lag + window]) for lag in range(low, min(high, window))])
        energy = float(np.dot(piece[:window], piece[:window])) or 1.0
        best = int(np.argmax(matches))
        if matches[best] > 0.5 * energy:
            found.append((start, 12 * np.log2(rate / (low + best) / middle)))
    if not found:
        return []
    first, last = found[0][0], max(found[-1][0], found[0][0] + 1)
    return [((start - first) / (last - first), float(height)) for start, height in found]


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
        out.append(line(heard(sounds[tone], rate, middle), 'stroke="#c30" stroke-width="2"', left, top))
    foot = 2 * HEIGHT + 18
    for n, (colour, name) in enumerate((("#06c", "written"), ("#c30", "heard"), ("#999", "books"))):
        out.append(f'<text x="{15 + n * 90}" y="{foot}" fill="{colour}">{name}</text>')
    out.append(f'<text x="290" y="{foot}">semitones, {LOW:.0f} to +{HIGH:.0f}; time from left to right</text></svg>')
    print("\n".join(out))


if __name__ == "__main__":
    main()
