"""Which network addresses may be connected to, checked on the address itself after the name was resolved."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager

from docreader.errors import SourceError

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port -> numeric addresses; raises OSError where there is no such host."""

# An IPv4 address may hide in the last bits of these.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host``, in the order of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether the whole world can reach ``address``: not private, link-local, loopback, metadata or multicast."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if any(ip in net for net in _NAT64):
            inner = ip_address(int(ip) & 0xFFFFFFFF)  # type: ignore[assignment]
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class PrivateError(SourceError):
    """The source is in a network that may not be fetched from."""


@dataclass(slots=True)
class Guard:
    """Resolves, checks and remembers; one for each fetch, since what it saw decides about the redirects."""

    allow_private: bool
    resolver: Resolver = resolve
    public: Callable[[str], bool] = is_public
    saw_public: bool = field(default=False, init=False)
    """A public address was connected to: from then on no private one may follow (a redirect inwards)."""

    def addresses(self, host: str, port: int) -> list[str]:
        """Addresses of ``host`` that may be connected to; SourceError if there is none."""
        try:
            found = self.resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise SourceError(f"no host named {host} is known; check the address and the network") from error
        strict = self.saw_public or not self.allow_private
        allowed = [address for address in found if not strict or self.public(address)]
        if not allowed:
            what = "a redirect to a private network" if self.allow_private else "an address of a private network"
            raise PrivateError(f"{host} is {what} ({', '.join(found)}), which may not be fetched; use a public address")
        return allowed

    def connected(self, address: str) -> None:
        """Note the address that answered."""
        self.saw_public = self.saw_public or self.public(address)

    def pools(self, manager: PoolManager) -> None:
        """Make all direct connections of ``manager`` pass through this guard."""
        plain = type("GuardedHTTP", (_Guarded, HTTPConnection), {"guard": self})
        tls = type("GuardedHTTPS", (_Guarded, HTTPSConnection), {"guard": self})
        manager.pool_classes_by_scheme = {
            "http": type("GuardedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("GuardedTLSPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }


class _Guarded:
    """Mixed into urllib3's connections: connects only to what the guard allows, so that DNS cannot change in between."""

    guard: Guard
    host: str
    port: int
    timeout: float | None
    source_address: tuple[str, int] | None
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        last: OSError | None = None
        for address in self.guard.addresses(self.host, self.port):
            try:
                made = socket.create_connection((address, self.port), self.timeout, self.source_address)
            except OSError as error:
                last = error
                continue
            for option in self.socket_options or ():
                made.setsockopt(*option)
            self.guard.connected(address)
            return made
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {self.host} within {self.timeout} s") from last
        raise NewConnectionError(self, f"{last}") from last  # type: ignore[arg-type]
