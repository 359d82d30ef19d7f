"""What the natural voice knows of Vietnamese sounds beside the symbols that stand for them: vectors that were learned.

Kokoro has no ɗ, no ɨə and no tones. Each sound by its place in the syllable, each tone, and each tone by the place, has a vector here
that is added to those of its symbols where the model's text encoder reads them, and there is one that is added to the style. They were learned by
descent (benchmarks/learn.py): Vietnamese phrases are said, and the vectors go where viet-asr finds the phrase more likely. The model
itself is unchanged.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

LEARNED = Path(__file__).with_name("sounds.npz")
WIDTH = 512


class Sounds:
    """``vectors``: (names, WIDTH); ``style``: (1, 256), to be added to the decoder's."""

    def __init__(self, names: "Sequence[str]", vectors: "NDArray[np.float32]", style: "NDArray[np.float32]") -> None:
        self.names, self.vectors, self.style = tuple(names), vectors, style
        self._places = {name: place for place, name in enumerate(names)}

    def of(self, named: "Sequence[tuple[str, ...]]") -> "NDArray[np.float32]":
        """(1, symbols, WIDTH): of each symbol the sum of the vectors so called; zeros for what was never learned."""
        import numpy as np

        out = np.zeros((1, len(named), WIDTH), np.float32)
        for place, own in enumerate(named):
            for name in own:
                if name in self._places:
                    out[0, place] += self.vectors[self._places[name]]
        return out


def load(file: Path = LEARNED) -> Sounds:
    """Those that come with docreader."""
    import numpy as np

    with np.load(file) as packed:
        vectors = packed["vectors"].astype(np.float32) * packed["scale"]
        return Sounds(packed["names"].tolist(), vectors, packed["style"].astype(np.float32))


def none() -> Sounds:
    """Nothing learned: the model as it came."""
    import numpy as np

    return Sounds((), np.zeros((0, WIDTH), np.float32), np.zeros((1, 256), np.float32))
