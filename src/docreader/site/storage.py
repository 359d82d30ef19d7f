"""Where the files go: a folder, or any address that fsspec knows (s3://, gs://, memory://). Each file appears whole."""

import mimetypes
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from docreader.errors import OutputError

PRIVATE = ".docreader"
"""In the folder: the job's state, and files that are being written."""
TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    ".xml": "application/rss+xml",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
}


class Storage(Protocol):
    """Names are relative, with ``/`` between their parts. Raises OutputError."""

    def put(self, files: dict[str, bytes]) -> None:
        """Write files so that each is whole or as it was, in this order, close upon each other."""
        ...

    def put_file(self, name: str, path: Path) -> None:
        """The same with a file of this machine, which goes with it."""
        ...

    def get(self, name: str) -> bytes | None:
        """None if it is not there."""
        ...

    def size(self, name: str) -> int | None:
        """Bytes; None if it is not there."""
        ...

    def remove(self, name: str) -> None:
        """No error if it is not there."""
        ...


def is_remote(out: str) -> bool:
    return "://" in out and not out.startswith("file://")


def open_storage(out: str, options: dict[str, Any] | None = None) -> Storage:
    """The storage at a folder's path or an fsspec address. Raises OutputError: it cannot be used."""
    if is_remote(out):
        return Remote(out, options or {})
    return Folder(out.removeprefix("file://"))


class Folder:
    """On this machine: written beside, then renamed."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._beside = self.path / PRIVATE / "new"
        try:
            self._beside.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder {path} cannot be made: {error.strerror}; name another with --out") from None

    def clear(self) -> None:
        """Remove what a kill left half written. Only while nobody else writes here."""
        with suppress(OSError):
            for part in self._beside.iterdir():
                part.unlink()

    def put(self, files: dict[str, bytes]) -> None:
        token = secrets.token_hex(6)
        written: list[tuple[Path, Path]] = []
        try:
            for number, (name, data) in enumerate(files.items()):
                beside = self._beside / f"{token}-{number}"
                written.append((beside, self.path / name))
                beside.write_bytes(data)
            for beside, place in written:
                try:
                    os.replace(beside, place)  # noqa: PTH105 (Path.replace is the same call)
                except FileNotFoundError:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(beside, place)  # noqa: PTH105
        except OSError as error:
            for beside, _ in written:
                with suppress(OSError):
                    beside.unlink()
            raise OutputError(
                f"{self.path} cannot be written: {error.strerror or error}; make room or choose another place with --out"
            ) from error

    def put_file(self, name: str, path: Path) -> None:
        beside = self._beside / secrets.token_hex(6)
        try:
            shutil.move(path, beside)
            beside.chmod(0o666 & ~_umask())
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(beside, self.path / name)  # noqa: PTH105
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise OutputError(f"{self.path / name} cannot be written: {error.strerror or error}; make room") from error

    def get(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def size(self, name: str) -> int | None:
        try:
            return (self.path / name).stat().st_size
        except OSError:
            return None

    def remove(self, name: str) -> None:
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self.path / name} cannot be removed: {error.strerror}; check its permissions"
            ) from None

    def free(self) -> int:
        """Bytes that there is room for."""
        return shutil.disk_usage(self.path).free


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


class Remote:
    """An object store: a put is whole or not at all."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        import fsspec

        try:
            self._system, self._root = fsspec.core.url_to_fs(url.rstrip("/"), **options)
        except (ImportError, ValueError) as error:
            scheme = url.partition("://")[0]
            hint = f"; pip install 'docreader[{scheme}]'" if scheme in ("s3", "gs") else ""
            raise OutputError(f"{_shown(url)} cannot be used: {error}{hint}") from None
        self._url = _shown(url)

    def put(self, files: dict[str, bytes]) -> None:
        for name, data in files.items():
            try:
                self._system.pipe_file(self._path(name), data, **self._kind(name))
            except Exception as error:  # each file system has errors of its own
                raise OutputError(f"{self._url}/{name} cannot be written: {_reason(error)}; check --out") from error

    def put_file(self, name: str, path: Path) -> None:
        try:
            self._system.put_file(str(path), self._path(name), **self._kind(name))
            path.unlink()
        except Exception as error:
            raise OutputError(f"{self._url}/{name} cannot be written: {_reason(error)}; check --out") from error

    def _kind(self, name: str) -> dict[str, str]:
        """What servers will say that the object is; only S3's file system takes it."""
        if "s3" not in self._system.protocol:
            return {}
        suffix = "." + name.rpartition(".")[2]
        return {"ContentType": TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"}

    def get(self, name: str) -> bytes | None:
        try:
            data: bytes = self._system.cat_file(self._path(name))
            return data
        except FileNotFoundError:
            return None
        except Exception as error:
            raise OutputError(f"{self._url}/{name} cannot be read: {_reason(error)}; check --out") from error

    def size(self, name: str) -> int | None:
        try:
            size: int = self._system.info(self._path(name))["size"]
            return size
        except FileNotFoundError:
            return None
        except Exception as error:
            raise OutputError(f"{self._url}/{name} cannot be read: {_reason(error)}; check --out") from error

    def remove(self, name: str) -> None:
        try:
            self._system.rm_file(self._path(name))
        except FileNotFoundError:
            pass
        except Exception as error:
            raise OutputError(f"{self._url}/{name} cannot be removed: {_reason(error)}; check --out") from error

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _shown(url: str) -> str:
    """Without what may be a password."""
    return re.sub(r"//[^/@]*@", "//", url)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
