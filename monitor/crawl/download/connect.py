"""The download handler: connects directly, through the proxy in the outlet's line, or without verifying a certificate that the
line accepts.

A proxy is asked for a tunnel, for http as for https: what comes is what the outlet's server sent, byte for byte, and no proxy's
cache. It resolves the name itself, so that no look-up of ours tells which outlet is read.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from OpenSSL import SSL
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet._sslverify import ClientTLSOptions, _verifyCB
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent
from twisted.web.http import _IdentityTransferDecoder
from zope.interface import implementer

from monitor.crawl.fetch_log import FetchAborted
from monitor.crawl.run import session_of
from monitor.model import Access, Outcome

if TYPE_CHECKING:
    from OpenSSL.crypto import X509
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.protocols.tls import TLSMemoryBIOProtocol

    from monitor.crawl.fetch_log import FetchAttempt

# Bytes: what Chrome takes. 200,000 short headers took Twisted seven seconds of CPU time.
_MOST_HEADERS = 256 * 1024
# https://docs.openssl.org/3.5/man3/X509_STORE_CTX_get_error/
_OWN_FLAWS = {9: "is not valid yet", 10: "has expired", 23: "was revoked"}
_FLAWS = {
    7: "has a signature that is not its issuer's",
    18: "is signed by itself",
    19: "comes from an authority that nobody here knows",
    20: "comes from an authority that nobody here knows, or its chain is cut",
    21: "comes alone, and its issuer is unknown",
}
_TYPES = {"http": ProxyType.HTTP, "socks5h": ProxyType.SOCKS5}


class OutletHandler(HTTP11DownloadHandler):
    """Scrapy's download handler, which takes the way that a request's attempt names."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = session_of(crawler)
        self._pool._factory = _StrictFactory
        self._contextFactory = _ReportingContextFactory.from_crawler(crawler)  # type: ignore[assignment] # mypy knows no zope interfaces
        # Accepts any certificate, and notes the flaws of names in the log.
        self._lenient = _ScrapyClientContextFactory(verify_certificates=False)

    async def download_request(self, request: Request) -> Response:
        async with self._session.host_turn(request.url):
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        attempt: FetchAttempt = request.meta["attempt"]
        if attempt.access == Access():
            return await super().download_request(request)
        agent = _RoutedAgent(
            attempt.access,
            contextFactory=self._lenient if attempt.access.tls else self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _ReportingContextFactory(_ScrapyClientContextFactory):
    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        options = super().creatorForNetloc(hostname, port)
        return _ReportingTlsOptions(options._createConnection, options._hostname, options._sendServerName)


class _ReportingTlsOptions(ClientTLSOptions):
    """Twisted's check of a certificate, which tells what OpenSSL found: its error says of every flaw that verifying failed."""

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803 - Twisted's names
        connection = super().clientConnectionForTLS(tlsProtocol)
        check_name = _verifyCB(tlsProtocol, self._hostnameIsDnsName, self._hostnameASCII)
        protocol = weakref.ref(tlsProtocol)

        def check(connection: SSL.Connection, certificate: X509, code: int, depth: int, is_trusted: int) -> bool:
            held = protocol()
            if is_trusted or held is None:
                return check_name(connection, certificate, code, depth, bool(is_trusted))
            said: Any = Failure(FetchAborted(Outcome.TLS, certificate_fault(code, depth)))  # type: ignore[no-untyped-call] # Twisted is typed in part
            held.failVerification(said)  # type: ignore[no-untyped-call] # as above
            return False

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, check)
        return connection


def certificate_fault(code: int, depth: int) -> str:
    """What a verification error of OpenSSL (X509_V_ERR_*) says of the certificate, or, with a `depth`, of one of its issuers."""
    whose = "that of an issuer " if depth and code in _OWN_FLAWS else ""
    said = _OWN_FLAWS.get(code) or _FLAWS.get(code)
    return f"{whose}{said or 'cannot be verified'} (OpenSSL's error {code})"


class _RoutedAgent(_ScrapyAgent):
    """Scrapy's reading of an answer, over connections of ours."""

    def __init__(self, access: Access, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._access = access

    def _get_agent(self, request: Request, timeout: float) -> Agent:  # noqa: ARG002 - Scrapy's signature
        from twisted.internet import reactor  # the reactor must be installed before anything imports it

        return _Connections(self._access, reactor, self._contextFactory, timeout, pool=self._pool)


class _Connections(Agent):
    """Twisted's agent; its connections are used again only by requests that go the same way."""

    def __init__(self, access: Access, reactor: Any, policy: Any, timeout: float, pool: Any) -> None:
        super().__init__(reactor, policy, timeout, pool=pool)  # type: ignore[no-untyped-call] # Twisted is typed in part
        self._access, self._policy = access, policy

    def _getEndpoint(self, uri: URI) -> Any:  # noqa: N802 - Twisted's name
        if not self._access.proxy:
            return super()._getEndpoint(uri)  # type: ignore[no-untyped-call] # as above
        tunnel: Any = _Tunnel(self._access.proxy, uri.host.decode(), uri.port, self._reactor)
        return tunnel if uri.scheme == b"http" else wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), tunnel)

    def _requestWithEndpoint(self, key: tuple[Any, ...], *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - Twisted's name
        return super()._requestWithEndpoint((*key, self._access), *args, **kwargs)


@implementer(IStreamClientEndpoint)
class _Tunnel:
    """A connection through a proxy. Its name is resolved past the address guard: where a proxy stands is the operator's word."""

    def __init__(self, proxy: str, host: str, port: int, reactor: Any) -> None:
        self._proxy, self._host, self._port, self._reactor = urlsplit(proxy), host, port, reactor

    def connect(self, factory: Any) -> Deferred[Any]:
        # Cancelled by Scrapy when the time of a download is up.
        return Deferred.fromFuture(asyncio.ensure_future(self._connect(factory)))

    async def _connect(self, factory: Any) -> Any:
        proxy = Proxy(_TYPES[self._proxy.scheme], self._proxy.hostname or "", self._proxy.port or 0, rdns=True)
        try:
            connected = await proxy.connect(self._host, self._port)
        except (ProxyConnectionError, ProxyError, ProxyTimeoutError) as error:
            raise DownloadConnectionRefusedError(f"no way through the proxy: {error}") from None
        with connected:  # the reactor takes a copy
            return self._reactor.adoptStreamConnection(connected.fileno(), connected.family, factory).protocol


class _StrictParser(_LenientHTTPClientParser):
    """Scrapy's, which gives up on headers without end, and tells a body that is longer than it was said to be."""

    _size = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self._size += len(line)
        if self._size > _MOST_HEADERS:
            raise ValueError(f"headers of more than {_MOST_HEADERS} bytes")
        super().lineReceived(line)

    def _finished(self, rest: bytes) -> None:
        if self.bodyDecoder and rest.strip(b"\r\n"):
            # To Scrapy as if a byte were missing; and what is left over must not pass for the next answer.
            self.bodyDecoder = _IdentityTransferDecoder(1, None, None)  # type: ignore[no-untyped-call] # Twisted is typed in part
            self.connHeaders.setRawHeaders(b"Connection", [b"close"])
        super()._finished(rest)  # type: ignore[no-untyped-call] # as above


class _StrictProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        self._parser.__class__ = _StrictParser  # as Scrapy sets its own, and for its reason: the class is not asked for
        return answer


class _StrictFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _StrictProtocol:  # noqa: ARG002, N802 - Twisted's name and signature
        return _StrictProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call] # as above
