"""A Recording becomes a file: what stands before the sound, the sound, its tags."""

import shutil
from pathlib import Path
from typing import BinaryIO

from docreader.article.model import Article
from docreader.audio import formats
from docreader.audio.files import whole
from docreader.audio.model import Recording
from docreader.errors import OutputError


def save(recording: Recording, path: Path, article: Article | None, format: str | None, cover: bytes | None) -> None:
    """See Recording.save."""
    book = (format or path.suffix.lower().lstrip(".")) == formats.EPUB
    if book and article is None:
        raise OutputError(f"{path} cannot be made: an e-book needs the article: recording.save(path, article)")
    inside = formats.of("a.mp3", recording.format) if book else format or formats.of(path, recording.format)
    if inside != recording.format:
        if recording.again is None:
            raise OutputError(f"{path} cannot be made: this recording is in {recording.format} only")
        again = recording.again(inside)
        try:
            save(again, path, article, formats.EPUB if book else inside, cover)
        finally:
            again.close()
        return
    with whole(path) as out:
        if book and article:
            from docreader.audio import epub

            epub.write(out, recording, article, cover)
        else:
            _track(recording, out, article, cover, into_file=not path.exists() or path.is_file())


def _track(
    recording: Recording, out: BinaryIO, article: Article | None, cover: bytes | None, *, into_file: bool
) -> None:
    """``into_file``: what is written may be changed afterwards."""
    kind = formats.name(recording.format)
    if kind == "m4a" and into_file:
        from docreader.audio.m4a import to_file
        from docreader.audio.tags import chapters

        to_file(recording.file, out.name, chapters(article, recording.marks) if article else [], recording.duration)
    else:
        if kind == "mp3" and article is not None:
            from docreader.audio.tags import id3

            out.write(id3(article, recording.marks, recording.duration, cover))
        out.write(recording.head)
        recording.file.seek(0)
        shutil.copyfileobj(recording.file, out, 1 << 20)
    if kind != "mp3" and article is not None and into_file:
        from docreader.audio import tags

        out.flush()
        tags.write(kind, out, article, recording.marks, recording.duration, cover)
