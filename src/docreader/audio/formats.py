"""The formats of a track: each encodes parts that are joined as they are."""

from pathlib import PurePath
from typing import Protocol

from docreader.errors import OutputError

NAMES = ("mp3", "wav")


class Format(Protocol):
    """Encodes one mono track of signed 16-bit samples. File: ``head``, clips and silences, ``tail``."""

    def clip(self, pcm: bytes) -> tuple[bytes, int]:
        """``pcm`` encoded, with as much silence after it as it needs to end; and how many samples that is."""
        ...

    def silence(self, samples: int) -> tuple[bytes, int]:
        """About ``samples`` samples of silence; and how many it truly is."""
        ...

    def tail(self) -> bytes: ...

    def head(self, samples: int | None, length: int) -> bytes:
        """What stands before ``length`` bytes of clips, silences and tail that hold ``samples`` samples; None: not known."""
        ...


def check(name: str) -> None:
    """Raises OutputError: there is no such format."""
    if name not in NAMES:
        raise OutputError(f"there is no format {name!r}; there are {', '.join(NAMES)}")


def make(name: str, rate: int) -> Format:
    """The format of this name at ``rate`` samples a second. Raises OutputError."""
    match name:
        case "mp3":
            from docreader.audio.mp3 import Mp3

            return Mp3(rate)
        case "wav":
            from docreader.audio.wav import Wav

            return Wav(rate)
    check(name)
    raise AssertionError(name)


def of(path: str | PurePath, default: str = "mp3") -> str:
    """The format that the end of a file's name tells; ``default`` where it tells none."""
    suffix = PurePath(path).suffix.lower().lstrip(".")
    return suffix if suffix in NAMES else default
