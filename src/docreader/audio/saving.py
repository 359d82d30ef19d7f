"""A Recording becomes a file: what stands before the sound, the sound, its tags."""

import shutil
from pathlib import Path

from docreader.article.model import Article
from docreader.audio import formats
from docreader.audio.files import whole
from docreader.audio.model import Recording
from docreader.errors import OutputError

_LARGEST_COVER = 10_000_000


def save(recording: Recording, path: Path, article: Article | None, format: str | None, cover: bytes | None) -> None:
    """See Recording.save."""
    if (format or path.suffix.lower().lstrip(".")) == formats.EPUB:
        _book(recording, path, article, cover)
        return
    format = format or formats.of(path, recording.format)
    if format != recording.format:
        from docreader.audio.record import record

        again = record(recording.script, recording.voice, format=format)
        try:
            save(again, path, article, format, cover)
        finally:
            again.close()
        return
    kind = formats.name(format)
    into_file = not path.exists() or path.is_file()
    with whole(path) as out:
        if kind == "m4a" and into_file:
            from docreader.audio.m4a import to_file
            from docreader.audio.tags import chapters

            to_file(
                recording.file,
                out.name,
                chapters(article, recording.marks) if article else [],
                recording.duration,
            )
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


def _book(recording: Recording, path: Path, article: Article | None, cover: bytes | None) -> None:
    if article is None:
        raise OutputError(f"{path} cannot be made: an e-book needs the article: recording.save(path, article)")
    if formats.name(recording.format) == "mp3":
        from docreader.audio import epub

        with whole(path) as out:
            epub.write(out, recording, article, cover)
        return
    from docreader.audio.record import record

    again = record(recording.script, recording.voice, format="mp3")
    try:
        _book(again, path, article, cover)
    finally:
        again.close()


def cover_of(path: str | Path) -> bytes:
    """A picture file. Raises OutputError: it cannot be read, or is no JPEG or PNG, or too large for players."""
    from docreader.audio.tags import picture_type

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise OutputError(f"the cover {path} cannot be read: {error.strerror}") from None
    if picture_type(data) is None:
        raise OutputError(f"the cover {path} is no picture that players show: give a JPEG or PNG")
    if len(data) > _LARGEST_COVER:
        raise OutputError(f"the cover {path} has {len(data) // 1_000_000} MB: give one of at most 10")
    return data
