"""Where each source's track goes."""

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from docreader.errors import OutputError

_LONGEST = 80

BESIDE = {"captions": ".vtt", "word_captions": ".words.vtt", "srt": ".srt", "marks": ".json"}
"""What may be written beside a track, and the end of its name."""


def slug(title: str) -> str:
    """A file name from a title: ``Hội nghị, tổng kết`` -> ``hoi-nghi-tong-ket``; empty if it has no letter or digit."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    name = "-".join(words)
    if len(name) > _LONGEST:
        name = name[: _LONGEST + 1].rpartition("-")[0] or name[:_LONGEST]
    return name


@dataclass
class Names:
    """Names files in a folder, or gives the one name that was asked for; no name twice in a run."""

    folder: Path
    file: Path | None = None
    format: str = "mp3"
    _taken: set[str] = field(default_factory=set)

    @classmethod
    def choose(cls, output: str | None, sources: int, format: str) -> "Names":
        """From ``-o`` and the number of sources. Raises OutputError: the place cannot be written to."""
        if output is None:
            names = cls(Path(), None, format)
        elif sources > 1 or output.endswith(("/", os.sep)) or Path(output).is_dir():
            names = cls(Path(output), None, format)
            try:
                names.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(f"folder {output} cannot be made: {error.strerror}") from None
        else:
            names = cls(Path(output).parent, Path(output), format)
        # Better now than after a long reading; writing can still fail later.
        if names.file and names.file.exists() and not names.file.is_file():
            return names
        if not names.folder.is_dir():
            raise OutputError(f"{names.file or names.folder} cannot be written: there is no folder {names.folder}")
        if not os.access(names.folder, os.W_OK | os.X_OK):
            raise OutputError(f"{names.file or names.folder} cannot be written: no permission for {names.folder}")
        return names

    def take(self, title: str, source: str) -> Path:
        """The path for this source: from its title, else from the source's own name."""
        if self.file:
            return self.file
        stem = slug(title) or slug(Path(source.rstrip("/")).stem) or "article"
        name, number = stem, 1
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name)
        return self.folder / f"{name}.{self.format.partition('-')[0]}"
