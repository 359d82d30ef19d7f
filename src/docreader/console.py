"""What the program says and to whom: results to standard output, errors to standard error, on any terminal."""

import json
import os
import sys
from contextlib import suppress
from typing import Any

from docreader.errors import OutputError


def write(text: str) -> None:
    """Put ``text`` on standard output now. What the terminal cannot show becomes ``?``; odd bytes stay as they came.

    Raises BrokenPipeError when nobody reads any more; OutputError: no space and the like.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        data = text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode(encoding, "replace")
    write_bytes(data)


def write_bytes(data: bytes | memoryview) -> None:
    """Put ``data`` on standard output now. Raises like ``write``."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from None


def write_json(value: Any) -> None:
    """One object, one line."""
    ascii_only = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=ascii_only)
    write("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text) + "\n")


def complain(message: str) -> None:
    """One line to standard error. Sources and titles stand in messages: control characters in them stay out."""
    line = "".join(c if c.isprintable() else " " for c in message)
    with suppress(OSError):  # nobody to tell
        print(f"docreader: {line}", file=sys.stderr, flush=True)


def drop_output() -> None:
    """Nobody can read what is still in the buffer: keep Python from failing over it at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
