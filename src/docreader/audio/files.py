"""Files that appear whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from docreader.errors import OutputError


@contextmanager
def whole(path: str | Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it gets its name, replacing what had it, only if the block ends well.

    What is not a regular file (a pipe, /dev/stdout) is written to directly. Raises OutputError.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise OutputError(f"{path} is a folder: give the name of a file in it")
            with path.open("wb") as file:
                yield file
            return
        beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
        try:
            with beside.open("x+b") as file:
                yield file
            os.replace(beside, path)  # noqa: PTH105 (Path.replace is the same call)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{path} cannot be written: {reason}; choose another place with -o or make room") from error


def inside(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of a folder that others write to too: one that is gone by now is passed over, and so is the folder."""
    with suppress(OSError), os.scandir(folder) as files:
        for file in files:
            with suppress(OSError):
                yield Path(file.path), file.stat()
