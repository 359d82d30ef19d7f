"""Voices: TOML files that name an engine and its settings, found, checked and chosen."""

import math
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from docreader.errors import VoiceError
from docreader.speech import engines
from docreader.speech.engine import Kind

INSTALLED_FIRST = ("vais1000", "25hours", "vivos")
"""Of several that the user installed, the order in which they are preferred; then the others by name."""
SHIPPED_FIRST = ("natural-female", "northern")
"""Where the user installed none: the first that can speak here."""

# What --rate, --pitch and --volume accept: factors of the voice's own, 1.0 = as its maker set it.
LIMITS = {"rate": (0.5, 2.0), "pitch": (0.5, 2.0), "volume": (0.1, 2.0)}


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of a voice: where it comes from, and how it is known to be whole."""

    url: str
    size: int = 0
    """Bytes; 0: not known."""
    sha256: str = ""
    md5: str = ""
    """Where nobody has published its SHA-256."""

    @property
    def name(self) -> str:
        return self.url.partition("?")[0].rstrip("/").rpartition("/")[2]


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
    files: tuple[Remote, ...] = ()
    """What ``docreader voices install`` puts beside its file."""
    file: Path | None = None
    """Where it was read from; paths in its settings are relative to this file's folder."""

    @property
    def lacks(self) -> str | None:
        """What keeps it from speaking here, and what mends it; None: nothing. Its files are looked at, not read."""
        try:
            kind = engines.kind(self.engine)
        except VoiceError as error:
            return str(error)
        if (module := engines.missing(self.engine)) is not None:
            return f"needs the module {module}, which is not installed: {kind.install}"
        remedy = f"docreader voices install {self.name}" if self.files else "put it there"
        for path in self.paths:
            if not path.is_file():
                return f"is not installed: {remedy}" if self.files else f"lacks its file {path}: {remedy}"
        for setting in kind.programs:
            if (command := self.settings.get(setting)) and not shutil.which(str(command[0])):
                return f"needs the program {command[0]}, which is not installed"
        if self.file and self.paths:
            for remote in self.files:
                path = self.file.parent / remote.name
                if not path.is_file() or remote.size not in (0, path.stat().st_size):
                    return f"is damaged ({path} is not whole): {remedy}"
        return None

    @property
    def installed(self) -> bool:
        return self.lacks is None

    @property
    def paths(self) -> list[Path]:
        """The files that its settings name."""
        kind = _kind(self.engine)
        named = (self.settings.get(setting) for setting in kind.files) if kind else ()
        return [Path(path) for path in named if isinstance(path, str)]


def identity(voice: Voice) -> dict[str, Any]:
    """Its settings, with what a file holds in place of its path: the same voice in another folder is the same."""
    held: dict[str, Any] = dict(voice.settings)
    if kind := _kind(voice.engine):
        held |= {name: _content(Path(held[name])) for name in kind.files if isinstance(held.get(name), str)}
        for name in kind.programs:
            if isinstance(words := held.get(name), list):
                held[name] = [_content(Path(word)) if Path(word).is_absolute() else word for word in map(str, words)]
    return held


def _content(path: Path) -> list[str]:
    """What identifies a file and what stands beside it under the same name (Piper's .onnx.json): their digests."""
    found = [p for p in (path, path.with_name(f"{path.name}.json")) if p.is_file()]
    return [_digest(p, p.stat().st_size, p.stat().st_mtime_ns) for p in found] or [str(path)]


@cache
def _digest(path: Path, size: int, changed: int) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind(engine: str) -> Kind | None:
    """None: it is unknown here. Who is to speak with it will say so."""
    try:
        return engines.kind(engine)
    except VoiceError:
        return None


def default() -> str:
    """The voice of whoever names none: DOCREADER_VOICE where it is set, else the best that is installed here."""
    return os.environ.get("DOCREADER_VOICE") or next(voice.name for voice in _preferred() if voice.installed)


def passed_over() -> list[Voice]:
    """Voices that the user installed and that would be the default if they did not lack something."""
    if os.environ.get("DOCREADER_VOICE"):
        return []
    found = []
    for voice in _preferred():
        if voice.installed or voice.name in SHIPPED_FIRST:
            break
        found.append(voice)
    return found


def _preferred() -> Iterator[Voice]:
    """Those that can be the default, the best first: neural voices that speak Vietnamese and that the user installed."""
    own = [voice for voice in map(from_file, _folders()) if voice.language == "vi"]
    order = {name: number for number, name in enumerate(INSTALLED_FIRST)}
    neural = [voice for voice in own if (kind := _kind(voice.engine)) and kind.neural]
    yield from sorted(neural, key=lambda voice: (order.get(voice.name, len(order)), voice.name))
    yield from (from_file(_placed(name) or folder() / f"{name}.toml") for name in SHIPPED_FIRST)


def folder() -> Path:
    """The shipped voices: inside the package when it was installed from a wheel, at the top of a checkout otherwise."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "voices"
    return shipped if shipped.is_dir() else package.parents[1] / "voices"


def own_folder() -> Path:
    """Where the user's own voices are, each a .toml file or a folder with one of its name; may not exist."""
    from platformdirs import user_data_path

    return user_data_path("docreader", appauthor=False) / "voices"


def available() -> list[Voice]:
    """All voices that have a name: the user's own first, then the shipped ones, each name once."""
    found: dict[str, Voice] = {}
    for path in _all_files():
        voice = from_file(path)
        found.setdefault(voice.name, voice)
    first = default()
    return sorted(found.values(), key=lambda v: (v.name != first, v.online, v.name))


def _folders() -> list[Path]:
    """The voices that were installed, each in a folder of its own; one whose name begins with a dot is not whole."""
    return sorted(p for p in own_folder().glob("*/*.toml") if not p.parent.name.startswith("."))


def _all_files() -> Iterator[Path]:
    yield from sorted(own_folder().glob("*.toml"))
    yield from _folders()
    yield from sorted(folder().glob("*.toml"))


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
    data["files"] = tuple(_remote(path, entry) for entry in data.get("files", ()))
    settings = data.get("settings", {})
    here = path.absolute().parent
    if kind := _kind(data["engine"]):
        for name in kind.files:
            if isinstance(value := settings.get(name), str):
                settings[name] = str(here / value)
        for name in kind.programs:
            if isinstance(words := settings.get(name), list):
                settings[name] = [str(here / w) if str(w).startswith(("./", "../")) else w for w in words]
    return Voice(**data, file=path)


def _remote(path: Path, entry: dict[str, Any]) -> Remote:
    try:
        remote = Remote(**entry)
    except TypeError:
        raise VoiceError(f"voice file {path}: each of files has a url, and size, sha256 or md5") from None
    texts = (remote.url, remote.sha256, remote.md5)
    if not all(isinstance(text, str) for text in texts) or type(remote.size) is not int or remote.name in ("", ".."):
        raise VoiceError(f"voice file {path}: a file cannot be {entry!r}")
    return remote


def _fits(key: str, value: object) -> bool:
    if key == "settings":
        return isinstance(value, dict)
    if key == "files":
        return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
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


def _placed(name: str) -> Path | None:
    """The file that is called like the voice."""
    file = f"{name}.toml"
    return next((p for p in (own_folder() / file, own_folder() / name / file, folder() / file) if p.is_file()), None)


def _find(name: str) -> Voice:
    if name.endswith(".toml"):
        return from_file(Path(name))
    if "/" not in name and "\\" not in name and (path := _placed(name)):
        return from_file(path)
    names = [voice.name for voice in available()]
    if name in names:  # a file of another name
        return next(voice for voice in available() if voice.name == name)
    raise VoiceError(
        f"there is no voice {name!r}; there are {', '.join(names)}, or give the path of a voice's .toml file"
    )
