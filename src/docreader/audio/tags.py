"""ID3v2.4: what a player shows of a track."""
# mypy: allow-untyped-calls

import io
from collections.abc import Sequence
from urllib.parse import quote

from mutagen.id3 import (
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
)

from docreader import __version__
from docreader.article.model import Article
from docreader.audio.model import Mark

_MILLISECONDS, _TRANSCRIPT = 2, 2  # of SYLT: the unit of its times, and what kind of text it is
_MOST_CHAPTERS = 255  # the table of contents counts them in a byte


def id3(article: Article, marks: Sequence[Mark], duration: float) -> bytes:
    """For the start of the file: title, album, artist, date, source, language, length, chapters, transcript."""

    def text(frame: type, value: str, **more: str) -> None:
        if value:
            tag.add(frame(encoding=Encoding.UTF8, text=[value], **more))

    tag = ID3()
    text(TIT2, article.title)
    text(TALB, article.site)
    text(TPE1, article.author or article.site)
    text(TDRC, article.published[:19].replace(" ", "T"))
    language = _ISO_639_2.get(article.language[:2] or "vi", "und")
    text(TLAN, language)
    text(TLEN, str(round(duration * 1000)))
    text(TCON, "Speech")
    text(TXXX, f"docreader {__version__}", desc="encoded by")
    if source := article.canonical_url or article.url:
        tag.add(WOAS(url=_ascii(source)))
    sentences = [(mark.written, round(mark.start * 1000)) for mark in marks]
    transcript = "\n".join(sentence for sentence, _ in sentences)
    tag.add(USLT(encoding=Encoding.UTF8, lang=language, desc="", text=transcript))
    tag.add(
        SYLT(encoding=Encoding.UTF8, lang=language, format=_MILLISECONDS, type=_TRANSCRIPT, desc="", text=sentences)
    )
    _add_chapters(tag, article, marks, duration)
    out = io.BytesIO()
    tag.save(out, v2_version=4, padding=lambda info: 0)
    return out.getvalue()


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
