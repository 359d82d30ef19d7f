"""Which addresses may be fetched, and which pages may ask: by the address's parts, as the connection will see them."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from docreader.errors import SettingsError, SourceError

_LONGEST = 4096
_PORTS = {"http": 80, "https": 443}
# What social networks and mailings hang on a link; the page is the same without it.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|zarsrc|mc_[ce]id", re.I)


class NotAllowed(SourceError):  # noqa: N818  (as NotAnArticle)
    """The operator does not allow this address."""


def canonical(url: str) -> str:
    """``url`` as it is fetched: host in lower case, no default port, no dot segments, no fragment, no tracking.

    Raises SourceError: not an http or https address, or one that different programs would take for different ones.
    """
    url = url.strip()
    shown = url if len(url) <= 200 else url[:199] + "…"
    if len(url) > _LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise SourceError(f"{shown!r} is not an address; give one such as https://host/page")
    try:
        # What a server would decode to a dot must not climb out of a path that is allowed.
        parts = parse_url(re.sub(r"%2e", ".", url, flags=re.I))
    except LocationParseError:
        raise SourceError(f"{shown} is not an address; give one such as https://host/page") from None
    if parts.scheme not in _PORTS or not parts.host or parts.auth is not None:
        raise SourceError(f"{shown} is not an http or https address; give one such as https://host/page")
    port = f":{parts.port}" if parts.port and parts.port != _PORTS[parts.scheme] else ""
    query = parts.query or ""
    if _TRACKING.search(query):
        kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
        query = urlencode(kept)
    host = parts.host.rstrip(".") if not parts.host.startswith("[") else parts.host
    return f"{parts.scheme}://{host}{port}{parts.path or '/'}{'?' + query if query else ''}"


def origin(url: str) -> str:
    """``scheme://host[:port]`` of a canonical address."""
    return "/".join(url.split("/", 3)[:3])


@dataclass(frozen=True)
class Rule:
    """``https://portal.example/tin/*``: this scheme, this host (``*.portal.example``: those below it), this port, and
    a path in which * stands for anything; no path is any path."""

    written: str

    @cached_property
    def _parts(self) -> re.Match[str]:
        found = re.fullmatch(
            r"(?P<scheme>https?)://(?P<below>\*\.)?(?P<host>\[[0-9a-f:.]+\]|[^\s/*?#@:\\]+)(?P<port>:\d+)?(?P<path>/[^\s#]*)?",
            self.written.strip(),
            re.I,
        )
        if found is None:
            raise SettingsError(
                f"{self.written!r} does not say which addresses are allowed; write it as https://portal.example/*"
            )
        return found

    @cached_property
    def _origin(self) -> tuple[str, str]:
        """Of the pages: ``https://`` and ``portal.example:8443``."""
        try:
            whole = canonical(f"{self._parts['scheme']}://{self._parts['host']}{self._parts['port'] or ''}/")
        except SourceError:
            raise SettingsError(f"{self.written!r} names no host; write it as https://portal.example/*") from None
        scheme, _, host = origin(whole).partition("//")
        return scheme + "//", host

    @cached_property
    def origins(self) -> re.Pattern[str]:
        scheme, host = self._origin
        below = r"(?:[a-z0-9-]+\.)+" if self._parts["below"] else ""
        return re.compile(re.escape(scheme) + below + re.escape(host))

    @cached_property
    def _path(self) -> re.Pattern[str]:
        path = self._parts["path"] or "/*"
        # As the address will be written: an operator may write Vietnamese letters.
        path = "*".join((parse_url("http://h/" + part).request_uri or "/")[1:] for part in path.split("*"))
        return re.compile(".*".join(map(re.escape, path.split("*"))))

    def allows(self, url: str) -> bool:
        """Whether a canonical address is one of these."""
        at = origin(url)
        return bool(self.origins.fullmatch(at) and self._path.fullmatch(url[len(at) :]))


class Allowed:
    """What the operator allows. Raises SettingsError for a rule or an origin that is wrong."""

    def __init__(self, allow: tuple[str, ...], origins: tuple[str, ...] = (), own_origin: bool = False) -> None:
        self.rules = tuple(Rule(written) for written in allow)
        self.any_origin = "*" in origins
        if self.any_origin and own_origin:
            raise SettingsError("own_origin with the origin * would let anybody fetch anything: name the origins")
        self._pages = tuple(Rule(written) for written in origins if written != "*")
        self._own = own_origin
        for rule in (*self.rules, *self._pages):
            _ = rule.origins, rule._path

    @property
    def origin_regex(self) -> str:
        """Of the origins whose pages may use the service."""
        return "|".join(f"(?:{rule.origins.pattern})" for rule in (*self.rules, *self._pages)) or r"(?!)"

    def check(self, url: str, asking: str = "") -> None:
        """Raises NotAllowed unless the canonical ``url`` may be fetched for a page of the origin ``asking``."""
        if any(rule.allows(url) for rule in self.rules):
            return
        if self._own and asking and origin(url) == asking and any(r.origins.fullmatch(asking) for r in self._pages):
            return
        raise NotAllowed(
            f"{url} is not among the addresses that this service may fetch; its operator allows them with --allow"
        )
