"""How large the numbers are that enter and leave the convolutions of the natural voice's decoder: its scales of 8 bits.

Says sentences in each style and in each voice and writes src/docreader/speech/decoder.npz. To be run again when the weights, the
cut or the curves of pitch change; then raise the edition of "kokoro" in speech/engines.py. Takes some minutes.
Usage: python benchmarks/ranges.py
"""

import sys
from typing import Any

import numpy as np

from docreader.speech import decoder, engines, voices, weights
from docreader.speech.kokoro import RATE, Kokoro

SENTENCES = (
    "Hội đồng nhân dân tỉnh đã thông qua nghị quyết về phát triển kinh tế, phải không?",
    "Ngày mai trời nắng, có nơi mưa rào và dông.",
    "Một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười!",
)


class Listener:
    """In place of the decoder: keeps what it is given, and returns some sound."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def run(self, names: list[str], given: dict[str, Any]) -> list[Any]:
        self.heard.append(given)
        return [np.sin(np.arange(RATE, dtype=np.float32))]


def main() -> None:
    listener = Listener()
    speakers = [Kokoro({style: 1.0}) for style in weights.styles().styles]
    for voice in voices.available():
        if voice.engine == "kokoro":
            made = engines.make(voice.engine, voice.settings, voice.rate, voice.pitch, 1.0)
            assert isinstance(made, Kokoro)
            speakers.append(made)
    for speaker in speakers:
        speaker._graphs["decoder"] = listener
        for sentence in SENTENCES:
            speaker.speak(sentence)
    model = weights.part(weights.model(), "decoder")
    decoder.floats(model)
    ranges = decoder.measured(model, listener.heard)
    packed: dict[str, Any] = {name: value.astype(np.float32) for name, value in ranges.items()}
    np.savez_compressed(decoder.RANGES, **packed)
    print(f"{len(ranges)} ranges of {len(listener.heard)} sentences in {decoder.RANGES}", file=sys.stderr)


if __name__ == "__main__":
    main()
