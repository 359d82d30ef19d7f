"""What an operator can set: in a TOML file, by the environment, by options; the later ones win."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_type_hints

from docreader.errors import SettingsError

PREFIX = "DOCREADER_SERVE_"
"""Of the environment: DOCREADER_SERVE_PORT is ``port``. Lists are separated by commas or spaces."""

_CHOICES = {"keys_for": ("all", "texts"), "log_level": ("debug", "info", "warning", "error")}
_ZERO = ("requests_per_second", "works_per_minute", "linger", "grace", "fresh", "queue", "port")  # may be 0


def _folder() -> str:
    from platformdirs import user_cache_path

    return str(user_cache_path("docreader", appauthor=False) / "service")


@dataclass(frozen=True, slots=True)
class Settings:
    """One field a setting; in the file and after ``--set`` they have these names."""

    host: str = "127.0.0.1"
    port: int = 8000

    allow: tuple[str, ...] = ()
    """Addresses that may be fetched: ``https://portal.example/*``. None by default."""
    own_origin: bool = False
    """Whether a page of one of ``origins`` may ask for addresses of its own origin."""
    origins: tuple[str, ...] = ()
    """Origins whose pages may use the service (CORS), besides those of ``allow``; ``*`` is any."""
    private: tuple[str, ...] = ()
    """Private networks that may be fetched from all the same: ``10.1.0.0/16``. None by default."""
    keys: tuple[str, ...] = ()
    """API keys; none: nobody needs one."""
    keys_for: str = "all"
    """What needs a key: ``all``, or ``texts``: what a client writes itself (speech, normalise), not articles."""

    voice: str = "northern"
    """The voice of who asks for none."""
    voices: tuple[str, ...] = ()
    """Voices that may be asked for; none: all that are installed and don't send the text over the network."""
    lexicons: tuple[str, ...] = ()
    """Lexicon files of the operator, before docreader's own."""

    cache: str = field(default_factory=_folder)
    """The folder of what was made: articles, tracks, sentences."""
    cache_megabytes: int = 4096
    """Of tracks; sentences may take as much again."""
    fresh: float = 300.0
    """Seconds for which an article is taken as it was fetched; then its page is asked whether it changed."""

    fetch_seconds: float = 20.0
    """For the whole of a page."""
    page_megabytes: float = 10.0
    article_seconds: float = 30.0
    """From the request to the article's text, waiting included."""
    make_seconds: float = 900.0
    """For the making of one track."""
    stall_seconds: float = 3600.0
    """For which a listener may take nothing (a paused player does)."""
    linger: float = 5.0
    """Seconds for which a track that nobody listens to any more is still made."""
    grace: float = 10.0
    """Seconds that open answers get to end when the service is stopped."""

    max_characters: int = 300_000
    """Of an article."""
    max_text: int = 20_000
    """Characters of a text that a client sends."""
    jobs: int = 4
    """Tracks, and articles, and PDFs, that are made at the same time."""
    queue: int = 64
    """And of each how many may wait; who comes then is told to come again later (503)."""

    requests_per_second: float = 50.0
    """Of one client (an address, a /64 of IPv6, or a key); 0: no limit."""
    works_per_minute: float = 60.0
    """Of one client: what must be fetched or made first, not what is there; 0: no limit."""
    streams_per_client: int = 256
    """Tracks and marks that one client may wait for at the same time; a whole office may be one client."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Whose X-Forwarded-For and X-Forwarded-Proto are believed."""

    log_level: str = "info"
    log_clients: bool = False
    """Whether the addresses of clients are logged: who reads what is nobody's business."""


def load(
    file: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings, checked. Raises SettingsError naming the setting and where it stands."""
    found: dict[str, Any] = {}
    if file is not None:
        for name, value in _read(Path(file)).items():
            found[name] = _checked(name, value, str(file))
    for variable, text in (os.environ if environment is None else environment).items():
        if variable.startswith(PREFIX):
            name = variable[len(PREFIX) :].lower()
            found[name] = _checked(name, _parsed(name, text, variable), variable)
    for name, value in (options or {}).items():
        found[name] = _checked(
            name, _parsed(name, value, f"--set {name}") if isinstance(value, str) else value, "options"
        )
    return Settings(**found)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings {file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings {file} are not valid TOML: {error}") from None


_TYPES: dict[str, Any] = get_type_hints(Settings)
_LIST = tuple[str, ...]


def _parsed(name: str, text: str, where: str) -> Any:
    """A setting that was written as text."""
    kind = _TYPES.get(name)
    try:
        if kind == _LIST:
            return text.replace(",", " ").split()
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.strip().lower()]
        return kind(text) if kind in (int, float) else text
    except (KeyError, ValueError):
        raise SettingsError(f"{where}: {name} cannot be {text!r}") from None


def _checked(name: str, value: Any, where: str) -> Any:
    kind = _TYPES.get(name)
    if kind is None:
        known = ", ".join(f.name for f in fields(Settings))
        raise SettingsError(f"{where}: there is no setting {name!r}; there are {known}")
    wrong = SettingsError(f"{where}: {name} cannot be {value!r}")
    if kind == _LIST:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v for v in value):
            raise SettingsError(f"{where}: {name} must be a list of texts, not {value!r}")
        value = tuple(value)
        if name == "private":
            for network in value:
                try:
                    ip_network(network)
                except ValueError:
                    raise SettingsError(f"{where}: {network!r} of private is no network such as 10.1.0.0/16") from None
    elif kind is float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise wrong
        value = float(value)
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise wrong
    if kind in (int, float) and not (0 if name in _ZERO else 1e-9) <= value <= 1e12:  # also false of NaN
        raise SettingsError(f"{where}: {name} cannot be {value}: give a positive number")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise SettingsError(f"{where}: {name} cannot be {value!r}; choose one of {', '.join(_CHOICES[name])}")
    return value
