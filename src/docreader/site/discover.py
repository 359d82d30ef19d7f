"""Finding the articles: whatever the user names becomes addresses and pages, one after the other, in bounded memory."""

import re
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import translate
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote, urljoin, urlsplit

from docreader.article.fetch import Fetch
from docreader.article.robots import Manners
from docreader.article.source import SUFFIXES
from docreader.errors import SourceError
from docreader.site import listing
from docreader.site.listing import Listings
from docreader.site.model import Found

_ADDRESS = re.compile(r"https?://", re.I)
_LARGEST = 50_000_000
"""Bytes of a page in a folder or an archive."""
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|mp[34]|m4[av]|webm|avi|wav|zip|rar|7z|css|js|xlsx?|pptx?)(?:$|\?)", re.I
)
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_WARC = (".warc", ".warc.gz")
_READ_TYPES = ("text/html", "application/xhtml+xml", "application/pdf")


@dataclass(frozen=True)
class Wanted:
    """Which of the articles that are found are read."""

    include: tuple[str, ...] = ()
    """Patterns in which * stands for anything; without * or ?, what an address must hold. None: all."""
    exclude: tuple[str, ...] = ()
    since: str = ""
    """ISO 8601: what the listing dates before is left out; what it gives no date is kept."""
    limit: int | None = None

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        return _pattern(self.include), _pattern(self.exclude)

    def matches(self, address: str) -> bool:
        """Whether --include and --exclude want an address."""
        include, exclude = self._patterns
        return (include is None or bool(include.match(address))) and not (exclude and exclude.match(address))

    def recent(self, listed: str) -> bool:
        return not (self.since and listed) or listed[:10] >= self.since[:10]


def _pattern(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    whole = [translate(g if any(c in g for c in "*?") else f"*{g}*") for g in globs]
    return re.compile("|".join(whole)) if whole else None


@dataclass
class Discovery:
    """The articles of some sources. Going through it fills ``problems``: what could not be listed."""

    sources: tuple[str, ...]
    wanted: Wanted = field(default_factory=Wanted)
    fetch: Fetch = field(default_factory=Fetch)
    manners: Manners | None = None
    base: str = ""
    """The address of the folder on the web, for pages that lie in a folder or an archive."""
    stdin: IO[bytes] | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all that there is was found: what was not may be missed then."""
        return not self.problems and self.wanted.limit is None and not self.wanted.since

    def __iter__(self) -> Iterator[Found]:
        """Each article may come several times. Raises nothing: a source that cannot be listed is a problem."""
        count = 0
        for source in self.sources:
            try:
                for found in self._of(source):
                    if (
                        _MEDIA.search(found.address)
                        or not self.wanted.matches(found.address)
                        or not self.wanted.recent(found.listed)
                    ):
                        continue
                    if self.wanted.limit is not None and count >= self.wanted.limit:
                        return
                    count += 1
                    yield found
            except SourceError as error:
                self.problems.append(str(error))

    def _of(self, source: str) -> Iterator[Found]:
        if _ADDRESS.match(source):
            manners = self.manners or Manners(self.fetch, 0.0)
            listings = Listings(self.fetch, manners, self.wanted.since)
            listings.problems = self.problems
            return listings.site(source)
        if source == "-":
            lines = (line.decode("utf-8-sig", "replace") for line in self.stdin or sys.stdin.buffer)
            return listing.addresses(lines, self.problems, "standard input")
        path = Path(source).expanduser()
        if path.is_dir():
            return self._placed(_folder(path, self.problems), path.name if len(self.sources) > 1 else "")
        return self._file(path, source)

    def _file(self, path: Path, source: str) -> Iterator[Found]:
        name = path.name.lower()
        archive = next((way for ends, way in _ARCHIVES.items() if name.endswith(ends)), None)
        try:
            if archive:
                prefix = path.name if len(self.sources) > 1 and archive is not _warc else ""
                yield from self._placed(archive(path, self.problems), prefix)
                return
            content = listing.unpacked(path.read_bytes(), source)
        except FileNotFoundError:
            raise SourceError(f"there is no file {source}; an address begins with https://") from None
        except OSError as error:
            raise SourceError(f"cannot read {source}: {error.strerror}; check its permissions") from None
        match listing.kind(content):
            case "list":
                lines = content.decode("utf-8-sig", "replace").splitlines()
                yield from listing.addresses(lines, self.problems, source)
            case "sitemap" | "feed":
                listings = Listings(self.fetch, self.manners or Manners(self.fetch, 0.0), self.wanted.since)
                listings.problems = self.problems
                yield from listings.told(content, self.base)
            case _:
                yield from self._placed(iter([Found(path.name, content=content, file=source)]), "")

    def _placed(self, found: Iterator[Found], prefix: str) -> Iterator[Found]:
        """Pages with the address that they have on the web, where it is known."""
        for one in found:
            if _ADDRESS.match(one.address):
                yield one
            elif self.base:
                yield replace(
                    one, address=urljoin(self.base.rstrip("/") + "/", quote(one.address, safe="/?&=%+~,;:@!$'()*"))
                )
            else:
                yield replace(one, address=f"{prefix}/{one.address}" if prefix else one.address)


def _readable(name: str) -> bool:
    path = name.partition("?")[0]
    return Path(path).suffix.lower() in SUFFIXES and not Path(path).name.startswith(".")


def _folder(folder: Path, problems: list[str]) -> Iterator[Found]:
    """The pages and documents below a folder, in the order of their names."""
    import os

    def below(at: str, relative: str) -> Iterator[Found]:
        try:
            with os.scandir(at) as entries:
                inside = sorted((entry.name, entry.is_dir(), entry.path) for entry in entries)
        except OSError as error:
            problems.append(f"cannot read the folder {at}: {error.strerror}; check its permissions")
            return
        for name, is_folder, path in inside:
            if is_folder:
                if not name.startswith("."):
                    yield from below(path, f"{relative}{name}/")
            elif _readable(name):
                try:
                    with open(path, "rb") as file:  # noqa: PTH123 (a Path a page would cost more than its reading)
                        content = file.read(_LARGEST)
                except OSError as error:
                    problems.append(f"cannot read {path}: {error.strerror}; check its permissions")
                    continue
                yield Found(relative + name, content=content, file=path)

    yield from below(str(folder), "")


def _zip(path: Path, problems: list[str]) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir() or not _readable(info.filename):
                    continue
                if info.file_size > _LARGEST:
                    problems.append(
                        f"{info.filename} in {path} is larger than {_LARGEST / 1e6:g} MB; it is passed over"
                    )
                    continue
                with archive.open(info) as file:
                    yield Found(info.filename, content=file.read(_LARGEST), file=info.filename)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise SourceError(f"{path} cannot be unpacked: {error}; make the archive anew") from error


def _tar(path: Path, problems: list[str]) -> Iterator[Found]:
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                if not member.isreg() or not _readable(member.name):
                    continue
                if member.size > _LARGEST:
                    problems.append(f"{member.name} in {path} is larger than {_LARGEST / 1e6:g} MB; it is passed over")
                    continue
                file = archive.extractfile(member)
                if file is not None:
                    yield Found(member.name.removeprefix("./"), content=file.read(), file=member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise SourceError(f"{path} cannot be unpacked: {error}; make the archive anew") from error


def _warc(path: Path, problems: list[str]) -> Iterator[Found]:
    """The answers in a web archive that are pages, by the addresses that were asked for."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                if record.rec_type != "response" or not _ADDRESS.match(address) or record.http_headers is None:
                    continue
                media = record.http_headers.get_header("Content-Type") or "text/html"
                if record.http_headers.get_statuscode() != "200" or not media.lower().startswith(_READ_TYPES):
                    continue
                content = record.content_stream().read(_LARGEST)
                for one in listing.addresses([address], problems, str(path)):
                    yield replace(one, content=content, content_type=media, file=urlsplit(address).path)
    except ArchiveLoadFailed as error:
        raise SourceError(f"{path} is no web archive, or a damaged one ({error}); make it anew") from error


_ARCHIVES: dict[str | tuple[str, ...], Callable[[Path, list[str]], Iterator[Found]]] = {
    ".zip": _zip,
    _TAR: _tar,
    _WARC: _warc,
}
