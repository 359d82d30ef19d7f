"""Voices: TOML files that name an engine and its settings, found, checked and chosen."""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from docreader.errors import VoiceError
from docreader.speech import engines

DEFAULTS = ("natural-female", "northern")
"""The first of them that is installed is the default; the environment variable DOCREADER_VOICE names another."""

# What --rate, --pitch and --volume accept: factors of the voice's own, 1.0 = as its maker set it.
LIMITS = {"rate": (0.5, 2.0), "pitch": (0.5, 2.0), "volume": (0.1, 2.0)}


@dataclass(frozen=True, slots=True)
class Voice:
    name: str
    engine: str
    language: str = "vi"
    region: str = ""
    """north, central or south; empty where the voice is of none."""
    licence: str = ""
    online: bool = False
    """Whether the text leaves this machine."""
    description: str = ""
    gain: float = 0.0
    """dB added to what the engine gives, so that all voices are heard at -16 LUFS."""
    rate: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What only the engine understands."""
    file: Path | None = None
    """Where it was read from; paths in its settings are relative to this file's folder."""

    @property
    def installed(self) -> bool:
        """Whether its engine, and the model if it needs one, are here."""
        model = self.settings.get("model")
        return engines.missing(self.engine) is None and (not isinstance(model, str) or Path(model).is_file())


def default() -> str:
    """The voice of whoever names none: DOCREADER_VOICE where it is set, else the best that is installed here."""
    return os.environ.get("DOCREADER_VOICE") or next(name for name in DEFAULTS if _find(name).installed)


def folder() -> Path:
    """The shipped voices: inside the package when it was installed from a wheel, at the top of a checkout otherwise."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "voices"
    return shipped if shipped.is_dir() else package.parents[1] / "voices"


def own_folder() -> Path:
    """Where the user's own voices are; may not exist."""
    from platformdirs import user_data_path

    return user_data_path("docreader", appauthor=False) / "voices"


def available() -> list[Voice]:
    """All voices that have a name: the user's own first, then the shipped ones, each name once."""
    found: dict[str, Voice] = {}
    for place in (own_folder(), folder()):
        for path in sorted(place.glob("*.toml")):
            voice = from_file(path)
            found.setdefault(voice.name, voice)
    first = default()
    return sorted(found.values(), key=lambda v: (v.name != first, v.online, v.name))


def listed(voice: Voice) -> dict[str, Any]:
    """What a list of voices tells of one, for JSON."""
    told = ("name", "engine", "language", "region", "licence", "online", "installed", "description")
    return {key: getattr(voice, key) for key in told}


def load(
    name: str | None = None, *, rate: float | None = None, pitch: float | None = None, volume: float | None = None
) -> Voice:
    """The voice of this name, or in this .toml file; None is the default. Factors override the voice's own.

    Raises VoiceError: no such voice, a file that is wrong, a factor out of its limits.
    """
    voice = _find(name or default())
    chosen: dict[str, Any] = {
        key: value for key, value in (("rate", rate), ("pitch", pitch), ("volume", volume)) if value is not None
    }
    for key, value in chosen.items():
        low, high = LIMITS[key]
        if not low <= value <= high:  # also true of NaN
            raise VoiceError(
                f"{key} {value} is out of range: give a factor from {low} to {high}, 1.0 is the voice's own"
            )
    return replace(voice, **chosen)


def from_file(path: Path) -> Voice:
    """Read and check a voice file. Raises VoiceError naming the file and the key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VoiceError(f"voice file {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VoiceError(f"voice file {path} is not valid TOML: {error}") from None
    known = {f.name: f for f in fields(Voice) if f.name != "file"}
    if unknown := sorted(data.keys() - known.keys()):
        raise VoiceError(f"voice file {path}: unknown key {unknown[0]!r}; known are {', '.join(known)}")
    data.setdefault("name", path.stem)
    for key, value in data.items():
        if not _fits(key, value):
            raise VoiceError(f"voice file {path}: {key} cannot be {value!r}")
    if not data.get("engine"):
        raise VoiceError(f"voice file {path} names no engine; known are {', '.join(engines.names())}")
    if isinstance(model := data.get("settings", {}).get("model"), str):
        data["settings"]["model"] = str(path.absolute().parent / model)
    return Voice(**data, file=path)


def _fits(key: str, value: object) -> bool:
    if key == "settings":
        return isinstance(value, dict)
    if key == "online":
        return isinstance(value, bool)
    if key in LIMITS or key == "gain":
        low, high = LIMITS.get(key, (-60.0, 60.0))
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and low <= value <= high
        )
    return isinstance(value, str) and (key != "name" or bool(value))


def _find(name: str) -> Voice:
    if name.endswith(".toml"):
        return from_file(Path(name))
    for place in (own_folder(), folder()):
        if "/" not in name and "\\" not in name and (place / f"{name}.toml").is_file():
            return from_file(place / f"{name}.toml")
    names = [voice.name for voice in available()]
    if name in names:  # a file of another name
        return next(voice for voice in available() if voice.name == name)
    raise VoiceError(
        f"there is no voice {name!r}; there are {', '.join(names)}, or give the path of a voice's .toml file"
    )
