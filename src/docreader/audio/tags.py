"""What a player shows of a track: ID3v2.4, Vorbis comments, MPEG-4 atoms."""
# mypy: allow-untyped-calls

import base64
import io
from collections.abc import Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

from mutagen import MutagenError
from mutagen.id3 import (
    APIC,
    CHAP,
    CTOC,
    ID3,
    SYLT,
    TALB,
    TCON,
    TDRC,
    TIT2,
    TLAN,
    TLEN,
    TPE1,
    TXXX,
    USLT,
    WOAS,
    CTOCFlags,
    Encoding,
    PictureType,
)

from docreader import __version__
from docreader.article.model import Article
from docreader.audio.model import Mark

_MILLISECONDS, _TRANSCRIPT = 2, 2  # of SYLT: the unit of its times, and what kind of text it is
_PROGRAM = f"docreader {__version__}"
_MOST_CHAPTERS = 255  # the table of contents counts them in a byte


def id3(article: Article, marks: Sequence[Mark], duration: float, cover: bytes | None = None) -> memoryview:
    """For the start of an MP3: title, album, artist, date, source, language, length, chapters, transcript, cover."""
    out = io.BytesIO()
    _id3(article, marks, duration, cover).save(out, v2_version=4, padding=lambda info: 0)
    return out.getbuffer()  # a book's tags are megabytes: no copy


def write(
    kind: str, file: BinaryIO, article: Article, marks: Sequence[Mark], duration: float, cover: bytes | None
) -> None:
    """The same into a file of another format, which is there already. Raises OSError.

    Its chapters are those of the format: an M4A has them from its making.
    """
    try:
        file.seek(0)
        match kind:
            case "wav":
                from mutagen.wave import WAVE

                wave = WAVE(file)
                wave.add_tags()
                tags: Any = wave.tags
                for frame in _id3(article, marks, duration, cover).values():
                    tags.add(frame)
                file.seek(0)
                tags.save(file, v2_version=4)
            case "flac":
                from mutagen.flac import FLAC

                flac = FLAC(file)
                flac.update(_comments(article, marks, duration))
                if cover:
                    flac.add_picture(_picture(cover))
                file.seek(0)
                flac.save(file)
            case "opus":
                from mutagen.oggopus import OggOpus

                opus = OggOpus(file)
                opus.update(_comments(article, marks, duration))
                if cover:
                    opus["metadata_block_picture"] = base64.b64encode(_picture(cover).write()).decode()
                file.seek(0)
                opus.save(file)
            case "m4a":
                from mutagen.mp4 import MP4

                mp4 = MP4(file)
                mp4.update(_atoms(article, marks, cover))
                file.seek(0)
                mp4.save(file)
    except MutagenError as error:
        cause = error.__context__
        raise cause if isinstance(cause, OSError) else OSError(None, str(error)) from None


def picture_type(data: bytes) -> str | None:
    """``image/jpeg`` or ``image/png``; None: neither, which players do not show."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else None


def _id3(article: Article, marks: Sequence[Mark], duration: float, cover: bytes | None) -> ID3:
    def text(frame: type, value: str, **more: str) -> None:
        if value:
            tag.add(frame(encoding=Encoding.UTF8, text=[value], **more))

    tag = ID3()
    text(TIT2, article.title)
    text(TALB, article.site)
    text(TPE1, article.author or article.site)
    text(TDRC, _date(article))
    language = _ISO_639_2.get(article.language[:2] or "vi", "und")
    text(TLAN, language)
    text(TLEN, str(round(duration * 1000)))
    text(TCON, "Speech")
    text(TXXX, _PROGRAM, desc="encoded by")
    if source := article.canonical_url or article.url:
        tag.add(WOAS(url=_ascii(source)))
    sentences = [(mark.written, round(mark.start * 1000)) for mark in marks]
    tag.add(USLT(encoding=Encoding.UTF8, lang=language, desc="", text=_transcript(marks)))
    tag.add(
        SYLT(encoding=Encoding.UTF8, lang=language, format=_MILLISECONDS, type=_TRANSCRIPT, desc="", text=sentences)
    )
    if cover:
        tag.add(APIC(encoding=Encoding.UTF8, mime=picture_type(cover), type=PictureType.COVER_FRONT, data=cover))
    _add_chapters(tag, article, marks, duration)
    return tag


def _comments(article: Article, marks: Sequence[Mark], duration: float) -> dict[str, str]:
    """Vorbis comments, of FLAC and Opus."""
    found = {
        "title": article.title,
        "album": article.site,
        "artist": article.author or article.site,
        "date": _date(article),
        "language": _ISO_639_2.get(article.language[:2] or "vi", "und"),
        "genre": "Speech",
        "url": article.canonical_url or article.url,
        "encoded-by": _PROGRAM,
        "lyrics": _transcript(marks),
        "syncedlyrics": "\n".join(f"[{_clock(mark.start, 2)}]{mark.written}" for mark in marks),
    }
    for number, (start, title) in enumerate(chapters(article, marks)):
        hours, rest = divmod(start, 3600)
        found[f"chapter{number:03}"] = f"{int(hours):02}:{_clock(rest, 3)}"
        found[f"chapter{number:03}name"] = title
    return {name: value for name, value in found.items() if value}


def _atoms(article: Article, marks: Sequence[Mark], cover: bytes | None) -> dict[str, Any]:
    """Of M4A, by iTunes' names."""
    from mutagen.mp4 import AtomDataType, MP4Cover

    found: dict[str, Any] = {
        "\xa9nam": article.title,
        "\xa9alb": article.site,
        "\xa9ART": article.author or article.site,
        "\xa9day": _date(article),
        "\xa9gen": "Speech",
        "\xa9cmt": article.canonical_url or article.url,
        "\xa9too": _PROGRAM,
        "\xa9lyr": _transcript(marks),
    }
    if cover:
        kind = AtomDataType.PNG if picture_type(cover) == "image/png" else AtomDataType.JPEG
        found["covr"] = [MP4Cover(cover, imageformat=kind)]
    return {name: value for name, value in found.items() if value}


def _picture(cover: bytes) -> Any:
    from mutagen.flac import Picture

    picture = Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, picture_type(cover) or "", cover
    return picture


def _date(article: Article) -> str:
    return article.published[:19].replace(" ", "T")


def _transcript(marks: Sequence[Mark]) -> str:
    return "\n".join(mark.written for mark in marks)


def _clock(seconds: float, digits: int) -> str:
    minutes, rest = divmod(round(seconds * 10**digits), 60 * 10**digits)
    return f"{minutes:02}:{rest // 10**digits:02}.{rest % 10**digits:0{digits}}"


_ISO_639_2 = {"vi": "vie", "en": "eng", "fr": "fra", "zh": "zho", "ja": "jpn", "ko": "kor", "ru": "rus"}


def chapters(article: Article, marks: Sequence[Mark]) -> list[tuple[float, str]]:
    """Start and title of each chapter: one a heading, and one for what stands before the first; none if no headings."""
    found: list[tuple[float, str, int]] = []
    block = None
    for mark in marks:
        if mark.kind == "heading":
            if mark.block == block:  # a heading of several sentences
                start, title, level = found[-1]
                found[-1] = (start, f"{title} {mark.written}", level)
            else:
                level = article.blocks[mark.block].level if 0 <= mark.block < len(article.blocks) else 1
                found.append((mark.start, mark.written, level))
        block = mark.block
    if not found:
        return []
    if found[0][0] > 0:
        found.insert(0, (0.0, article.title or marks[0].written, 0))
    if len(found) > _MOST_CHAPTERS:  # a book: the higher headings come first
        deepest = sorted(level for _, _, level in found)[_MOST_CHAPTERS]
        found = [chapter for chapter in found if chapter[2] < deepest] or found[:_MOST_CHAPTERS]
    return [(start, title) for start, title, _ in found]


def _add_chapters(tag: ID3, article: Article, marks: Sequence[Mark], duration: float) -> None:
    starts = chapters(article, marks)
    if not starts:
        return
    ends = [start for start, _ in starts[1:]] + [duration]
    for number, ((start, title), end) in enumerate(zip(starts, ends, strict=True), 1):
        name = TIT2(encoding=Encoding.UTF8, text=[title])
        tag.add(
            CHAP(element_id=f"c{number}", start_time=round(start * 1000), end_time=round(end * 1000), sub_frames=[name])
        )
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    ids = [f"c{number}" for number in range(1, len(starts) + 1)]
    tag.add(CTOC(element_id="toc", flags=flags, child_element_ids=ids, sub_frames=[]))


def _ascii(url: str) -> str:
    """ID3 addresses are Latin-1: what is not ASCII is written in percent."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")
