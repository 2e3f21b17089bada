"""The address guard: refuses connections to networks that are not public (server-side request forgery).

It is part of the resolver, so the address that is checked is the one that is connected to. Other spellings (decimal, octal, IPv4
in IPv6, full-width digits), redirects and DNS answers that change in between do not get past it.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet._resolver import GAIResolver  # the resolver of every reactor; public under no other name
from twisted.python.threadpool import ThreadPool

from monitor.crawl.special_purpose import EMBEDDING, GLOBAL_UNICAST, SPECIAL
from monitor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrapy.crawler import CrawlerProcess

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SPECIAL_4 = tuple(row.network for row in SPECIAL if isinstance(row.network, ipaddress.IPv4Network))
_SPECIAL_6 = tuple(row.network for row in SPECIAL if isinstance(row.network, ipaddress.IPv6Network))

# Names that are never in the public DNS: RFC 6761, RFC 6762, RFC 8375, and `internal`, which ICANN keeps for this.
_INNER_NAMES = (".localhost", ".local", ".home.arpa", ".internal")


def parse_networks(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list in CIDR notation; raises UsageError naming the one that is wrong."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise UsageError(f"MONITOR_ALLOW_ADDRESSES: {error}; give networks like 127.0.0.0/8, comma-separated") from error


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet; of an IPv6 address that embeds an IPv4 one, the embedded one decides."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    for network in EMBEDDING:
        if address in network:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in GLOBAL_UNICAST and not any(address in network for network in _SPECIAL_6)


class AddressGuard:
    """A `getaddrinfo` that returns public addresses only and remembers the names it refused."""

    def __init__(self, allowed: Sequence[Network] = (), *, loopback_only: bool = False) -> None:
        """`allowed` are networks that may be visited although they are not public; with `loopback_only`, only this machine
        may.
        """
        self._allowed = tuple(allowed)
        self._loopback_only = loopback_only
        self._refused: dict[str, str] = {}

    def refusal(self, host: str) -> str:
        """The address for which a host was refused the last time that it was resolved; empty where it was not."""
        return self._refused.get(host.lower(), "")

    def permits(self, address: Address) -> bool:
        """Whether a connection to the address may be made."""
        if self._loopback_only and not address.is_loopback:
            return False
        return is_public(address) or any(address in network for network in self._allowed)

    def internal_reason(self, host: str) -> str:
        """Why a host must not be handed to a proxy, which resolves names out of our sight; empty where it may."""
        try:
            answers = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        except (socket.gaierror, UnicodeError):
            name = host.lower().rstrip(".")
            if self._loopback_only or "." not in name or name.endswith(_INNER_NAMES):
                return f"not a public name: {name}"
            return ""
        spelled = {str(answer[4][0]).partition("%")[0] for answer in answers}
        return next((f"not a public address: {a}" for a in spelled if not self.permits(ipaddress.ip_address(a))), "")

    def getaddrinfo(self, host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[Any]:  # noqa: A002 - as socket's
        """As `socket.getaddrinfo`; raises gaierror where every address of the host is refused. Runs in a thread."""
        answers = socket.getaddrinfo(host, port, family, type, proto, flags)
        # A scope ("fe80::1%eth0") is no part of the address.
        permitted = [a for a in answers if self.permits(ipaddress.ip_address(str(a[4][0]).partition("%")[0]))]
        name = (host.decode() if isinstance(host, bytes) else str(host)).lower()
        if answers and not permitted:
            self._refused[name] = str(answers[0][4][0])
            raise socket.gaierror(socket.EAI_FAIL, "not a public address")
        self._refused.pop(name, None)
        return permitted


# Look-ups at once, of each of the two kinds of names.
_LOOK_UPS = 10


class GuardedResolver(GAIResolver):
    """Scrapy's TWISTED_DNS_RESOLVER: Twisted's own resolver over a guarded `getaddrinfo`.

    A name whose DNS server does not answer blocks a thread for half a minute, and a feed may list thousands of such names. So the
    hosts of the newsroom's own list (`known`) have a thread pool of their own.
    """

    def __init__(self, reactor: Any, guard: AddressGuard) -> None:
        super().__init__(reactor, getaddrinfo=guard.getaddrinfo)
        self.guard = guard
        self.known: frozenset[str] = frozenset()
        self._pools = {is_known: _pool() for is_known in (True, False)}

    def resolveHostName(self, resolutionReceiver: Any, hostName: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N802, N803 - Twisted's names
        pool = self._pools[hostName.lower() in self.known]
        resolver = GAIResolver(self._reactor, lambda: pool, self.guard.getaddrinfo)
        return resolver.resolveHostName(resolutionReceiver, hostName, *args, **kwargs)

    @classmethod
    def from_crawler(cls, crawler: CrawlerProcess, reactor: Any) -> GuardedResolver:
        allowed = parse_networks(crawler.settings["MONITOR_ALLOW_ADDRESSES"])
        return cls(reactor, AddressGuard(allowed, loopback_only=bool(crawler.settings["MONITOR_CLOCK"])))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)


def _pool() -> ThreadPool:
    pool = ThreadPool(0, _LOOK_UPS, "names")
    # Nobody can end a look-up: at the end of a run none is waited for.
    pool.threadFactory = partial(threading.Thread, daemon=True)  # type: ignore[assignment] # a class, says Twisted
    pool.start()
    return pool


def reserve_lookups(hosts: Iterable[str]) -> None:
    """Resolve these hosts' names in a thread pool of their own."""
    from twisted.internet import reactor  # as below

    if isinstance(reactor.nameResolver, GuardedResolver):
        reactor.nameResolver.known = frozenset(host.lower() for host in hosts)


def refusal(host: str) -> str:
    """The non-public address for which a host was last refused; empty where it was not."""
    guard = _installed()
    return guard.refusal(host) if guard else ""


def internal_reason(host: str) -> str:
    """`AddressGuard.internal_reason` of the guard that TWISTED_DNS_RESOLVER installed."""
    guard = _installed()
    return guard.internal_reason(host) if guard else "no address guard is installed"


def _installed() -> AddressGuard | None:
    from twisted.internet import reactor  # the reactor must be installed before anything imports it

    resolver = reactor.nameResolver
    return resolver.guard if isinstance(resolver, GuardedResolver) else None
