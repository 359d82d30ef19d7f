"""Fetching a page: time-outs, limits, retries, redirects; every failure is one line."""

import logging
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError, HTTPError, InsecureRequestWarning, MaxRetryError, ReadTimeoutError
from urllib3.poolmanager import PoolManager
from urllib3.util import Retry

from docreader import __version__
from docreader.article.guard import Guard, Resolver, is_public, resolve
from docreader.errors import SourceError

log = logging.getLogger(__name__)

USER_AGENT = f"docreader/{__version__} (+python-requests; reads articles aloud)"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.5"
_PIECE = 1 << 16
_SESSIONS = 20


class StatusError(SourceError):
    """The server answered, but not with a page."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetch:
    """How to fetch."""

    connect_timeout: float = 10.0
    """Seconds."""
    read_timeout: float = 30.0
    """Seconds without a byte."""
    total_timeout: float = 120.0
    """Seconds for the whole body: a server that drips bytes must not hold the batch."""
    max_bytes: int = 10_000_000
    """Of the body, both as sent and as decompressed."""
    max_redirects: int = 10
    retries: int = 3
    """After a failed connection, 429 and 5xx."""
    backoff: float = 0.5
    """Seconds before the second attempt; doubles each time."""
    retry_after_max: float = 30.0
    """Seconds: longer waits that a server asks for are cut to this."""
    user_agent: str = USER_AGENT
    allow_private: bool = True
    """Whether addresses of private networks may be fetched. A redirect from a public one to them never may."""
    insecure_hosts: frozenset[str] = frozenset()
    """Hosts whose certificates are not checked."""
    resolver: Resolver = resolve
    public: Callable[[str], bool] = is_public
    permit: Callable[[str], None] | None = None
    """Called with each address before it is asked for, redirects too; raises SourceError for one that may not be."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    url: str
    """The address in the end, after redirects."""
    content: bytes
    content_type: str = ""
    """Lower case, without parameters: ``text/html``."""
    charset: str = ""
    """As the server says; empty if it doesn't."""
    status: int = 200
    """200, or 304 if the page is still as ``Validators`` know it (``content`` is empty then)."""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said of its version, for a conditional request."""

    etag: str = ""
    last_modified: str = ""


def fetch(url: str, settings: Fetch | None = None, known: Validators | None = None) -> Page:
    """The page at ``url``. Raises SourceError, one line, if it cannot be had."""
    with Fetcher(settings) as fetcher:
        return fetcher.fetch(url, known)


class Fetcher:
    """Fetches many pages, one after the other, over connections that stay open. For one thread."""

    def __init__(self, settings: Fetch | None = None) -> None:
        self.settings = settings or Fetch()
        self._sessions: OrderedDict[str, tuple[requests.Session, Guard]] = OrderedDict()
        """By where a page is first asked for: what a guard saw decides about the redirects from there only."""

    def fetch(self, url: str, known: Validators | None = None) -> Page:
        """As the function of this name."""
        host = "/".join(url.split("/", 3)[:3])
        session, guard = self._sessions.pop(host) if host in self._sessions else _session(self.settings)
        headers = {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        public = guard.saw_public
        keep = False
        try:
            page = _follow(session, url, self.settings, headers)
            keep = public or not guard.saw_public or "/".join(page.url.split("/", 3)[:3]) == host
            return page
        except StatusError:
            keep = public or not guard.saw_public
            raise
        finally:
            if keep:
                self._sessions[host] = session, guard
                if len(self._sessions) > _SESSIONS:
                    self._sessions.popitem(last=False)[1][0].close()
            else:
                session.close()

    def close(self) -> None:
        while self._sessions:
            self._sessions.popitem()[1][0].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _session(settings: Fetch) -> tuple[requests.Session, Guard]:
    guard = Guard(settings.allow_private, settings.resolver, settings.public)
    session = requests.Session()
    # A proxy would connect for us, to anything: only where private addresses are allowed anyway.
    session.trust_env = settings.allow_private
    adapter = _Adapter(guard, settings)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers.update({"User-Agent": settings.user_agent, "Accept": _ACCEPT, "Accept-Language": "vi,en;q=0.5"})
    return session, guard


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard, settings: Fetch) -> None:
        self.guard = guard
        super().__init__(
            max_retries=Retry(
                total=settings.retries,
                redirect=False,
                status_forcelist=(429, 500, 502, 503, 504),
                allowed_methods=("GET",),
                backoff_factor=settings.backoff,
                backoff_jitter=0.1,
                retry_after_max=int(settings.retry_after_max),
                raise_on_status=False,
            )
        )

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        self.guard.pools(self.poolmanager)


def _follow(session: requests.Session, url: str, settings: Fetch, headers: dict[str, str]) -> Page:
    start, deadline = url, time.monotonic() + settings.total_timeout
    for _ in range(settings.max_redirects + 1):
        parts = _checked(url, start)
        if settings.permit:
            settings.permit(url)
        insecure = (parts.hostname or "") in settings.insecure_hosts
        if insecure:
            log.warning("the certificate of %s is not checked: what it sends may come from anybody", parts.hostname)
        with _get(session, url, settings, headers, insecure) as response:
            target = response.headers.get("Location")
            if target and response.is_redirect:
                # Servers send the raw bytes of Vietnamese addresses; requests reads them as latin-1.
                url = urljoin(url, _mended(target))
                continue
            if response.status_code != 304:
                _check_status(response.status_code, url)
            content = b"" if response.status_code == 304 else _body(response, url, settings, deadline)
            content_type, _, parameters = response.headers.get("Content-Type", "").partition(";")
            return Page(
                url=url,
                content=content,
                content_type=content_type.strip().lower(),
                charset=_charset(parameters),
                status=response.status_code,
                etag=response.headers.get("ETag", ""),
                last_modified=response.headers.get("Last-Modified", ""),
            )
    raise SourceError(f"{start} redirects more than {settings.max_redirects} times; check the address in a browser")


def _checked(url: str, start: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SourceError(f"{url} is not an address ({error}); give one such as https://host/page") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        what = f"{start} redirects to {url}, which" if url != start else f"{url}"
        raise SourceError(f"{what} is not an http or https address; give one such as https://host/page")
    return parts


def _get(
    session: requests.Session, url: str, settings: Fetch, headers: dict[str, str], insecure: bool
) -> requests.Response:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsecureRequestWarning)  # our own warning names the host
            return session.get(
                url,
                headers=headers,
                stream=True,
                allow_redirects=False,
                verify=not insecure,
                timeout=(settings.connect_timeout, settings.read_timeout),
            )
    except requests.exceptions.SSLError as error:
        host = urlsplit(url).hostname
        raise SourceError(
            f"{url} has a certificate that cannot be checked ({_reason(error)}); if you trust it, use --insecure {host}"
        ) from error
    except requests.exceptions.ProxyError as error:
        raise SourceError(f"the proxy for {url} does not answer ({_reason(error)}); check HTTP_PROXY") from error
    except requests.exceptions.ConnectTimeout as error:
        raise SourceError(f"no connection to {url} within {settings.connect_timeout:g} s; try again later") from error
    except requests.exceptions.Timeout as error:
        raise SourceError(f"{url} did not answer within {settings.read_timeout:g} s; try again later") from error
    except requests.exceptions.ConnectionError as error:
        if error.args and isinstance(getattr(error.args[0], "reason", None), ReadTimeoutError):
            raise SourceError(f"{url} did not answer within {settings.read_timeout:g} s; try again later") from error
        raise SourceError(f"cannot connect to {url} ({_reason(error)}); check the address and the network") from error
    except (requests.exceptions.RequestException, HTTPError, ValueError) as error:
        raise SourceError(f"cannot fetch {url} ({_reason(error)}); check the address") from error


def _body(response: requests.Response, url: str, settings: Fetch, deadline: float) -> bytes:
    too_large = f"{url} is larger than {settings.max_bytes / 1e6:g} MB; give the page of one article"
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > settings.max_bytes:
        raise SourceError(too_large)
    pieces, size = [], 0
    try:
        # urllib3 hands out decompressed bytes piece by piece, so that a bomb is stopped at the limit.
        while piece := response.raw.read(_PIECE, decode_content=True):
            size += len(piece)
            pieces.append(piece)
            if size > settings.max_bytes:
                raise SourceError(too_large)
            if time.monotonic() > deadline:
                raise SourceError(f"{url} took longer than {settings.total_timeout:g} s; try again later")
    except ReadTimeoutError as error:
        raise SourceError(f"{url} stopped in the middle for {settings.read_timeout:g} s; try again later") from error
    except DecodeError as error:
        raise SourceError(f"{url} was compressed in a way that cannot be read; tell the site's operator") from error
    except (HTTPError, OSError) as error:
        raise SourceError(f"the connection to {url} broke off ({_reason(error)}); try again later") from error
    return b"".join(pieces)


_STATUS = {
    401: "asks for a login (401); save the page in a browser and give the file",
    403: "refuses programs (403); save the page in a browser and give the file",
    404: "does not exist (404); check the address",
    410: "was removed (410); look for a newer address",
    429: "asks to wait, too many requests (429); try again later",
    451: "is blocked for legal reasons (451)",
}


def _check_status(status: int, url: str) -> None:
    if status >= 500:
        raise StatusError(f"{url} fails on its server ({status}); try again later", status)
    if status >= 400:
        raise StatusError(f"{url} {_STATUS.get(status, f'cannot be had ({status}); check the address')}", status)
    if status != 200:
        raise StatusError(f"{url} answers with no page ({status}); check the address", status)


def _mended(location: str) -> str:
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'").lower()
    return ""


def _reason(error: BaseException) -> str:
    """The innermost cause, on one line, without the addresses of objects that urllib3 prints."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        inner = error.reason if isinstance(error, MaxRetryError) else next(iter(error.args), None)
        if isinstance(inner, BaseException):
            error = inner
        elif isinstance(error.__cause__, BaseException):
            error = error.__cause__
    text = (error.strerror or "") if isinstance(error, OSError) else ""
    return " ".join((text or str(error) or type(error).__name__).split())[:200]
