"""One article, from its page to its files: what every worker does, on one machine or on a cluster."""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from docreader.article.fetch import Fetcher, Page, StatusError, Validators
from docreader.article.model import Article, Block
from docreader.article.robots import Manners
from docreader.article.source import from_answer, from_content
from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.captions import text
from docreader.audio.crew import Crew
from docreader.audio.described import with_marks
from docreader.audio.model import Recording
from docreader.audio.part import Line, Part
from docreader.audio.record import gather
from docreader.audio.tags import chapters
from docreader.audio.track import Piece, joined, utterances
from docreader.audio.track import line as line_of
from docreader.errors import DocreaderError, NotAnArticle, OutputError, SourceError, VoiceError
from docreader.outputs import BESIDE, slug
from docreader.site import clips
from docreader.site.model import Done, DoubtAt, Entry, How, Job, Kind, Outcome, digest
from docreader.site.storage import open_storage
from docreader.spoken.around import around
from docreader.spoken.lexicon import default, with_own
from docreader.spoken.model import Script
from docreader.spoken.script import script

VERSION = 1
"""Raise it when the same article would give other files."""
_SUMMARY = 300


def sound_of(how: How) -> str:
    """What decides how a sentence sounds."""
    voices = [how.voice] + ([how.second] if how.second else [])
    return "".join(Cache(".").key("", voice, formats.coding(how.format), apart=True) for voice in voices)


class Robots(SourceError):  # noqa: N818 (it says who forbids)
    """The site's robots.txt does not allow the page."""


class Tools:
    """What a worker holds from one article to the next: the voice, the lexicon, the storage."""

    def __init__(self, how: How) -> None:
        self.how = how
        cache = Cache(how.cache, how.cache_limit) if how.cache else None
        self.lexicon = with_own(*map(Path, how.lexicons)) if how.lexicons else default()
        self.storage = open_storage(how.out, how.storage)
        self.manners = Manners(how.fetch, how.delay or 0.0, heed_delay=how.delay is None, sharers=how.workers)
        self.sound = sound_of(how)
        self._stack = ExitStack()
        self.crew = self._stack.enter_context(
            Crew(how.voice, how.format, 1, cache, shared=True, apart=True, second=how.second)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def fetch(job: Job, tools: Tools, fetcher: Fetcher) -> Page:
    """The page of an article whose job does not hold it; of status 304 where it is as it was. Raises SourceError."""
    if tools.how.robots and not tools.manners.allowed(job.address):
        raise Robots(f"{job.address} is closed to programs by robots.txt; if the site is yours, give --no-robots")
    tools.manners.wait(job.address)
    known = Validators(job.etag, job.last_modified) if job.page else None
    return fetcher.fetch(job.address, known)


def make(job: Job, page: Page | Exception | None, tools: Tools) -> Done:
    """Read one article into its files, if there is anything new to say. Never raises.

    ``page``: what was fetched or why it was not; None where the job holds the page.
    """
    begun = time.monotonic()
    try:
        if isinstance(page, Exception):
            raise page
        done = _make(job, page, tools)
    except Exception as error:
        kind, retry = classify(error)
        content = page.content if isinstance(page, Page) else job.content
        done = Done(job.address, "failed", kind, _line(error), retry, page=digest(content or b""))
    return replace(
        done, seconds=round(time.monotonic() - begun, 3), fetched=len(page.content) if isinstance(page, Page) else 0
    )


def classify(error: BaseException) -> tuple[Kind, bool]:
    """What kind of failure it is, and whether it may go well soon."""
    match error:
        case StatusError(status=404 | 410):
            return "gone", False
        case StatusError(status=401 | 403 | 451) | Robots():
            return "refused", False
        case StatusError():
            return "server", error.status >= 500 or error.status == 429
        case SourceError():
            return "network", True
        case NotAnArticle():
            return "no article", False
        case VoiceError():
            return "voice", True
        case OutputError():
            return "storage", True
    return "bug", False


def _line(error: BaseException) -> str:
    return (
        str(error)
        if isinstance(error, DocreaderError)
        else f"unexpected {type(error).__name__}: {error}; please report this with the page"
    )


def _make(job: Job, page: Page | None, tools: Tools) -> Done:
    how = tools.how
    seen = _Seen(job, page)
    if seen.unchanged and job.current:
        return seen.done("unchanged", name=job.name, key=job.key)
    stored = tools.storage.get(f"{job.name}.json") if job.name else None
    if page is not None and page.status == 304:
        article = _stored_article(stored)
        if article is None:  # somebody removed the file: the site must tell all of it again
            return Done(job.address, "failed", "lost", f"the files of {job.address} are gone", retry=True)
    elif page is not None:
        article = from_answer(page, how.fetch)
    else:
        assert job.content is not None
        url = job.address if "://" in job.address else ""
        article = from_content(job.content, job.content_type, job.file or job.address, url)
    if how.since and (date := article.updated or article.published) and date < how.since:
        return seen.done("left")
    said = around(script(article, tools.lexicon), article, how.introduction, how.ending, tools.lexicon)
    key = digest(_described(job, article, said, tools).encode("utf-8", "surrogatepass"))
    name = job.name or f"{slug(article.title) or 'bai'}-{job.id}"
    doubts = _doubts(article, said)
    if stored is None and not job.name:
        stored = tools.storage.get(f"{name}.json")  # a state that was lost, or a run that was killed just then
    if stored is not None and (entry := _as_it_is(stored, name, key, tools)) is not None:
        return seen.done("same", name=name, key=key, entry=entry, doubts=doubts)
    known = (
        clips.known(stored, tools.storage.get(f"{name}.{formats.name(how.format)}"), tools.sound, how.format)
        if stored and formats.name(how.format) in clips.REUSABLE
        else {}
    )
    before = tools.crew.said
    files, entry = _files(job, article, said, name, key, known, tools)
    tools.storage.put(files)
    for other in _files_of(stored, name) - files.keys():
        tools.storage.remove(other)
    return seen.done("read", name=name, key=key, entry=entry, doubts=doubts, said=tools.crew.said - before)


class _Seen:
    """What a page's bytes tell before anybody looks into them."""

    def __init__(self, job: Job, page: Page | None) -> None:
        self._job = job
        still = page is not None and page.status == 304
        content = job.content if page is None else page.content
        self.page = job.page if still else digest(content or b"")
        self.unchanged = bool(job.page) and self.page == job.page and bool(job.name)
        self.etag = (page.etag if page else "") or (job.etag if still else "")
        self.last_modified = (page.last_modified if page else "") or (job.last_modified if still else "")

    def done(self, outcome: Outcome, **more: Any) -> Done:
        more |= {"page": self.page, "etag": self.etag, "last_modified": self.last_modified}
        return Done(self._job.address, outcome, **more)


def _described(job: Job, article: Article, said: Script, tools: Tools) -> str:
    """All that the files of an article are made from."""
    sentences = [(u.spoken, u.pause, u.written, u.kind, u.block, u.start, u.end) for u in said.utterances]
    what = [VERSION, job.id, tools.sound, tools.how.format, tools.how.beside, asdict(article), sentences]
    return json.dumps(what, ensure_ascii=False, sort_keys=True)


def _as_it_is(stored: bytes, name: str, key: str, tools: Tools) -> Entry | None:
    """What the files that are there tell of the article, if they were made from the same."""
    try:
        told = json.loads(stored)
        if told["key"] != key or tools.storage.size(f"{name}.{told['format']}") != told["bytes"]:
            return None
        return Entry(**{field.name: told[field.name] for field in fields(Entry)})
    except (ValueError, KeyError, TypeError):
        return None


def _files_of(stored: bytes | None, name: str) -> set[str]:
    """The files that an article had."""
    try:
        told = json.loads(stored or b"")
        return set(names(name, told["format"], told["chapters"], [kind for kind in BESIDE if kind in told]))
    except (ValueError, KeyError, TypeError):
        return set()


def names(name: str, format: str, chapters: bool = True, beside: Iterable[str] = BESIDE) -> list[str]:
    """The files of an article; the one that tells of the others is the last."""
    kinds = dict.fromkeys(("captions", *beside))
    kinds.pop("marks", None)
    more = [f"{name}.chapters.json"] if chapters else []
    return [f"{name}.{format}", *[f"{name}{BESIDE[kind]}" for kind in kinds], *more, f"{name}{BESIDE['marks']}"]


def _stored_article(stored: bytes | None) -> Article | None:
    """The article as its own file tells it."""
    try:
        told = json.loads(stored or b"")
        names = {field.name for field in fields(Article)} - {"blocks", "image"}
        blocks = tuple(Block(b["kind"], b["text"], b.get("level", 0)) for b in told["blocks"])
        return Article(blocks=blocks, image=told.get("image", ""), **{name: told[name] for name in names})
    except (ValueError, KeyError, TypeError):
        return None


def _files(
    job: Job, article: Article, said: Script, name: str, key: str, known: dict[Line, Part], tools: Tools
) -> tuple[dict[str, bytes], Entry]:
    """The files of an article by their names; the one that tells of the others is the last."""
    how = tools.how
    found: list[tuple[int, Part]] = []
    sentences = utterances(said)

    def noted(pieces: Iterator[Piece]) -> Iterator[Piece]:
        position = 0
        for piece in pieces:
            found.append((position, piece.part))
            position += len(piece.data)
            yield piece

    said_parts = clips.parts(tools.crew, map(line_of, sentences), known)
    recording = gather(noted(joined(sentences, said_parts, how.voice, how.format)), said, how.voice, how.format)
    try:
        track = _track(recording, article)
        body = recording.file.seek(0, 2)
    finally:
        recording.close()
    marks = recording.marks
    contents = chapters(article, marks)
    entry = Entry(
        title=article.title,
        url=article.url,
        canonical_url=article.canonical_url,
        author=article.author,
        site=article.site,
        language=article.language,
        published=article.published,
        updated=article.updated,
        summary=_summary(article),
        duration=round(recording.duration, 3),
        bytes=len(track),
        sentences=len(marks),
        characters=sum(len(mark.written) for mark in marks),
        chapters=bool(contents),
        voice=how.voice.name,
        format=formats.name(how.format),
    )
    beside = {kind: f"{name}{BESIDE[kind]}" for kind in how.beside}
    told = with_marks(
        recording,
        article,
        f"{name}.{entry.format}?v={key[:8]}",
        f"{name}.vtt",
        id=job.id,
        key=key,
        **asdict(entry),
        **beside,
        track=clips.table(found, tools.sound, len(track) - body, len(track)),
    )
    files = {f"{name}.{entry.format}": track, f"{name}.vtt": _bytes(recording.captions())}
    files |= {place: _bytes(text(kind, marks)) for kind, place in beside.items()}
    if contents:
        rows = [{"startTime": round(start, 3), "title": title} for start, title in contents]
        files[f"{name}.chapters.json"] = _bytes(json.dumps({"version": "1.2.0", "chapters": rows}, ensure_ascii=False))
    files[f"{name}.json"] = b"".join(told)
    return files, entry


def _track(recording: Recording, article: Article) -> bytes:
    with tempfile.TemporaryDirectory(prefix="docreader-") as folder:
        path = Path(folder) / "track"
        recording.save(path, article, format=recording.format)
        return path.read_bytes()


def _summary(article: Article) -> str:
    """The lead, or the beginning of the text."""
    text = article.lead or next((block.text for block in article.blocks if block.kind == "paragraph"), "")
    return text if len(text) <= _SUMMARY else text[:_SUMMARY].rsplit(" ", 1)[0] + "…"


def _doubts(article: Article, said: Script) -> tuple[DoubtAt, ...]:
    """The doubts of an article, each form once."""
    counts = Counter((d.written, d.taken, d.reason) for d in said.doubts)
    first = {(d.written, d.taken, d.reason): d for d in reversed(said.doubts)}
    return tuple(DoubtAt(*key[:2], first[key].others, key[2], count) for key, count in counts.items())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
