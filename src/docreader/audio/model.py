"""The Recording: a track on disk with the time of every sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence in the track. Times are seconds from its start."""

    start: float
    end: float
    written: str
    spoken: str
    kind: str
    block: int
