"""What every engine is: text in, a Clip out. What a plug-in needs is here and in ``sound``; docs/engines.md tells how."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WordTime:
    """A spoken word ``text[start:end]`` of the text given to the engine, heard from ``time`` seconds on."""

    start: int
    end: int
    time: float


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound of one utterance: signed 16-bit little-endian mono samples."""

    samples: bytes
    rate: int
    """Samples a second."""
    words: tuple[WordTime, ...] | None = None
    """None where the engine gives no times."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / 2 / self.rate


class Engine(Protocol):
    """Speaks one utterance. Raises VoiceError; never returns a Clip without sound for a text with words.

    One that lives in a thread may have a method ``close``, which is called at an interruption and ends what it waits for.
    """

    def speak(self, text: str) -> Clip: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What must be known of an engine before it is loaded."""

    module: str
    """Its ``engine(settings, rate, pitch, volume) -> Engine`` makes one; settings are the voice's, the rest factors of its own."""
    process: bool
    """True: computes, and lives in a process of its own on each core. False: waits for others, lives in a thread, and sets
    limits of time itself; how many at once is the setting ``parallel`` of the voice, and the volume is no affair of its own."""
    needs: tuple[str, ...] = ()
    """Modules it cannot do without; the first is that of the engine itself."""
    install: str = ""
    """What gives the modules: a command."""
    edition: str = ""
    """Of what the engine itself does to the sound, apart from that package: a new one makes clips in the cache useless."""
    package: str = ""
    """The package whose release is the engine's, where it is not named as the first module."""
    patience: float = 0.05
    """Seconds for each character after which a process of it counts as hung, on the slowest machine that is of use."""
    files: tuple[str, ...] = ()
    """Settings that name files, relative to the voice's own: what they hold belongs to the sound, where they lie does not."""
    programs: tuple[str, ...] = ()
    """Settings that are commands, lists of words; those that begin with ./ or ../ are relative to the voice's own file."""
    quick: bool = False
    """Whether it says a sentence about as fast as that is compressed: then its sound is kept as the track needs it, not for all formats."""
    neural: bool = False
    """Whether a voice of it that somebody installed is better than the one that comes along."""
    remembers: bool = False
    """Whether what it says depends, by a few samples, on what it said before."""
