"""Installing neural voices: a folder of its own for each, there whole or not at all."""

import contextlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from docreader.errors import OutputError, VoiceError
from docreader.speech import engines, voices
from docreader.speech.engine import Clip
from docreader.speech.fault import fault
from docreader.speech.voices import Remote, Voice

HOME = "https://huggingface.co"
"""The voices' home; the environment variable HF_ENDPOINT names a mirror of it."""
LOUDNESS = -16.0
_SAMPLE = (
    "Hội đồng nhân dân tỉnh tổ chức kỳ họp thứ mười hai.",
    "Người dân có thể nộp hồ sơ tại nhà văn hóa thôn.",
)
_NAME = re.compile(r"\w[\w.-]*")

Tell = Callable[[str, int, int], None]
"""Called with (file, bytes there, bytes in all or 0)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be installed, before anything is."""

    name: str
    files: tuple[Remote, ...]
    """The model and its JSON: addresses, or paths on this machine."""
    licence: str
    toml: str
    """The voice's file, without what is known only afterwards."""

    @property
    def size(self) -> int:
        """Bytes; 0: not known."""
        return sum(file.size for file in self.files) if all(file.size for file in self.files) else 0

    @property
    def unchecked(self) -> str:
        """What its files cannot be checked against; empty: each is checked against a SHA-256."""
        if all(file.sha256 for file in self.files):
            return ""
        weak = "only an MD5 is known" if all(file.sha256 or file.md5 for file in self.files) else "no checksum is known"
        return (
            f"{weak}: damage is found, forgery is not"
            if "MD5" in weak
            else f"{weak}: make sure that you trust its source"
        )


def plan(name: str | None, source: str | None = None) -> Plan:
    """How to install the voice of this name; from ``source`` (the path of an .onnx or of a folder with one, or an address).

    Raises VoiceError: there is nothing to install by this name or there.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise VoiceError(f"{name!r} is no name for a voice: take letters, digits, - and _")
    shipped = {voice.name: voice for voice in map(voices.from_file, voices.folder().glob("*.toml"))}
    known = {name: voice for name, voice in shipped.items() if voice.files}
    if source is None:
        if name not in known:
            raise VoiceError(
                f"there is no voice {name!r} to install; there are {', '.join(sorted(known))}, "
                "and --from FILE.onnx, FOLDER or ADDRESS installs any other of Piper's"
            )
        model, told = map(_mirrored, known[name].files)
    else:
        model, told = _found(source)
        if name is None:
            name = next((v.name for v in known.values() if v.files[0].name == model.name), Path(model.name).stem)
    own = voices.own_folder() / f"{name}.toml"
    if own.is_file():
        raise VoiceError(f"{own} has this name already: remove it, or give another name")
    if name in known:
        checks = {file.name: file for file in known[name].files}
        model, told = (_checked(file, checks.get(file.name)) for file in (model, told))
        return _known(known[name], (model, told))
    if name in shipped:
        raise VoiceError(f"{name!r} is a voice that comes with docreader: give another name before --from")
    assert source is not None
    licence = _licence(source, model)
    return Plan(name, (model, told), licence, _template(name, model, source, licence))


def install(plan: Plan, tell: Tell, int8: bool = False) -> Voice:
    """Bring the files, check them, let the voice say a sentence, and only then give it its name. Raises DocreaderError."""
    kind = engines.kind("piper")
    if (module := engines.missing("piper")) is not None:
        raise VoiceError(f"a neural voice needs the module {module}, which is not installed: {kind.install}")
    home = voices.own_folder()
    half = home / f".{plan.name}.part"
    with _writing(home), _alone(home / f".{plan.name}.lock", plan.name):
        half.mkdir(parents=True, exist_ok=True)
        _clear(half, plan)
        for file in plan.files:
            _bring(file, half / file.name, home / plan.name / file.name, tell)
        made = _finish(plan, half, int8)
        _rename(half, home / plan.name)
    return voices.from_file(home / plan.name / made)


def remove(name: str) -> int:
    """Remove an installed voice, and what a broken download of it left; returns the bytes freed. Raises VoiceError."""
    home = voices.own_folder()
    places = [home / name, home / f".{name}.part"] if _NAME.fullmatch(name) else []
    found = [place for place in places if place.is_dir()]
    if not found:
        voice = voices.load(name)
        where = (
            f"your own file {voice.file}: delete it" if voice.file and home in voice.file.parents else "not installed"
        )
        raise VoiceError(f"the voice {name!r} is {where}")
    freed = sum(path.stat().st_size for place in found for path in place.rglob("*") if path.is_file())
    with _writing(home):
        for place in found:
            gone = home / f".{name}.{secrets.token_hex(4)}.gone"
            place.rename(gone)  # in one step: a half removed voice would seem damaged
            shutil.rmtree(gone)
    return freed


def _known(voice: Voice, files: tuple[Remote, ...]) -> Plan:
    """By its file that comes along, or by the one that is installed: what the user wrote there stays."""
    here = voices.own_folder() / voice.name / f"{voice.name}.toml"
    file = here if here.is_file() else voice.file
    assert file
    return Plan(voice.name, files, voice.licence, file.read_text(encoding="utf-8"))


def _mirrored(file: Remote) -> Remote:
    mirror = os.environ.get("HF_ENDPOINT", "").rstrip("/")
    return replace(file, url=file.url.replace(HOME, mirror, 1)) if mirror else file


def _checked(file: Remote, known: Remote | None) -> Remote:
    return replace(file, sha256=known.sha256, md5=known.md5) if known else file


def _found(source: str) -> tuple[Remote, Remote]:
    """A model and its JSON there. Raises VoiceError."""
    if source.startswith(("http://", "https://")):
        address, mark, query = source.partition("?")
        address = address.removesuffix(".json")
        if not address.endswith(".onnx"):
            raise VoiceError(f"{source} is not the address of a Piper voice: it ends in .onnx")
        beside = f"{address}.json{mark}{query}"
        return Remote(f"{address}{mark}{query}", _size(f"{address}{mark}{query}")), Remote(beside, _size(beside))
    path = Path(source.removesuffix(".json"))
    if path.is_dir():
        models = sorted(path.glob("*.onnx"))
        if len(models) != 1:
            which = ", ".join(p.name for p in models) or "none"
            raise VoiceError(
                f"{source} should hold one .onnx file with its .onnx.json, and holds {which}: give the file"
            )
        path = models[0]
    told = path.with_name(f"{path.name}.json")
    for file in (path, told):
        if not file.is_file():
            raise VoiceError(f"{file} is not there: a Piper voice is an .onnx and its .onnx.json, side by side")
    return Remote(str(path.absolute()), path.stat().st_size), Remote(str(told.absolute()), told.stat().st_size)


def _size(address: str) -> int:
    """Bytes, as its server says; 0 where it does not."""
    import requests

    try:
        response = requests.head(address, allow_redirects=True, timeout=(10, 10))
        return int(response.headers.get("Content-Length", 0)) if response.ok else 0
    except (requests.RequestException, ValueError):
        return 0


def _licence(source: str, model: Remote) -> str:
    """What the MODEL_CARD beside the model says; empty where there is none."""
    card = ""
    if source.startswith("http"):
        import requests

        with contextlib.suppress(requests.RequestException):
            beside = source.partition("?")[0].rpartition("/")[0] + "/MODEL_CARD"
            with requests.get(beside, timeout=(10, 10), stream=True) as response:
                card = response.raw.read(1 << 16).decode("utf-8", "replace") if response.ok else ""
    else:
        with contextlib.suppress(OSError):
            card = Path(model.url).with_name("MODEL_CARD").read_text(encoding="utf-8", errors="replace")
    told = re.search(r"^\W*Licen[cs]e:\s*(\S.*)$", card, re.MULTILINE)
    return "".join(c for c in told[1] if c.isprintable())[:100].strip() if told else ""


def _template(name: str, model: Remote, source: str, licence: str) -> str:
    host = urlsplit(source).hostname if source.startswith("http") else None
    description = f"giọng Piper {model.name}" + (f" từ {host}" if host else "")
    return (
        f"# Installed by docreader voices install --from; settings may be changed here.\n"
        f'name = {_text(name)}\ndescription = {_text(description)}\nengine = "piper"\nlanguage = "und"\n'
        f"licence = {_text(licence or 'unknown')}\nonline = false\ngain = 0.0\n\n"
        f"[settings]\nmodel = {_text(model.name)}\n# Of a model with several speakers: number or name.\n# speaker = 0\n"
        f"# Slower above 1; how lively the voice and its rhythm are. The model's own unless given.\n"
        f"# length_scale = 1.0\n# noise_scale = 0.667\n# noise_w = 0.8\n"
    )


def _text(text: str) -> str:
    """A string of TOML."""
    return json.dumps(text, ensure_ascii=False)


def _clear(half: Path, plan: Plan) -> None:
    """Leave of an earlier try only what can be gone on with."""
    names = {file.name for file in plan.files}
    for path in half.iterdir():
        if path.name.removesuffix(".etag") not in names:
            path.unlink()


def _bring(file: Remote, to: Path, before: Path, tell: Tell) -> None:
    """``before`` is where the file is when the voice is installed already: it need not come again if it is whole."""
    from docreader.speech.download import fetch, verify

    if (file.sha256 or file.md5) and before.is_file():
        with contextlib.suppress(VoiceError):
            verify(file, before)
            shutil.copyfile(before, to)
            return
    if file.url.startswith(("http://", "https://")):
        fetch(file, to, lambda done, total: tell(file.name, done, total))
        return
    shutil.copyfile(file.url, to)
    tell(file.name, file.size, file.size)
    try:
        verify(file, to)
    except VoiceError:
        to.unlink()
        raise


def _finish(plan: Plan, folder: Path, int8: bool) -> str:
    """Write the voice's file into its folder and have it say a sentence; returns its name. Raises VoiceError."""
    from docreader.speech.measure import loudness

    name = f"{plan.name}.toml"
    toml = plan.toml
    if 'language = "und"' in toml:
        toml = toml.replace('language = "und"', f"language = {_text(_language(folder / plan.files[1].name))}")
    if int8:
        toml = re.sub(r"^(# *)?int8 = .*\n", "", toml, flags=re.MULTILINE)
        toml = toml.replace("[settings]\n", "[settings]\nint8 = true\n", 1)
    if "[[files]]" not in toml:
        toml += "".join(_entry(file, folder / file.name) for file in plan.files)
    (folder / name).write_text(toml, encoding="utf-8")
    voice = voices.from_file(folder / name)
    if voice.lacks is not None:
        raise VoiceError(f"the voice {plan.name!r} {voice.lacks}")
    speaker = engines.make(voice.engine, voice.settings, voice.rate, voice.pitch, voice.volume)
    said = [speaker.speak(sentence) for sentence in _SAMPLE]
    for sentence, clip in zip(_SAMPLE, said, strict=True):
        if wrong := fault(sentence, clip):
            raise VoiceError(f"the voice {plan.name!r} gave {wrong} for a sentence: it is not installed")
    heard = loudness(Clip(b"".join(clip.samples for clip in said), said[0].rate))
    toml = re.sub(r"^gain = .*$", f"gain = {LOUDNESS - heard:.1f}", toml, count=1, flags=re.MULTILINE)
    (folder / name).write_text(toml, encoding="utf-8")
    for path in folder.glob("*.etag"):
        path.unlink()
    return name


def _language(told: Path) -> str:
    """Of the model, by its .json. Raises VoiceError."""
    try:
        config = json.loads(told.read_text(encoding="utf-8"))
        language = config.get("language", {}).get("family") or config.get("espeak", {}).get("voice") or "und"
    except (ValueError, AttributeError):
        raise VoiceError(f"{told.name} is damaged or not of a Piper voice: get it again") from None
    return str(language).partition("-")[0]


def _entry(file: Remote, path: Path) -> str:
    import hashlib

    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    address = file.url if file.url.startswith("http") else file.name
    return f'\n[[files]]\nurl = {_text(address)}\nsize = {path.stat().st_size}\nsha256 = "{digest}"\n'


def _rename(half: Path, whole: Path) -> None:
    old = whole.with_name(f".{whole.name}.{secrets.token_hex(4)}.gone")
    if whole.exists():
        whole.rename(old)
    half.rename(whole)
    for gone in whole.parent.glob(f".{whole.name}.*.gone"):
        shutil.rmtree(gone, ignore_errors=True)


@contextlib.contextmanager
def _writing(home: Path) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise OutputError(f"{error.filename or home} cannot be written: {error.strerror or error}") from None


@contextlib.contextmanager
def _alone(lock: Path, name: str) -> Iterator[None]:
    """Raises VoiceError: another process is installing it."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not lock.exists() or not os.path.samestat(lock.stat(), os.fstat(held.fileno())):
                raise BlockingIOError  # it was unlinked by its holder between our two steps
        except BlockingIOError:
            raise VoiceError(f"another docreader is installing the voice {name!r}: wait for it") from None
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
