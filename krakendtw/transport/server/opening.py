"""How a connection begins: which of HTTP's versions its client speaks."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from h2.errors import ErrorCodes
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from OpenSSL import SSL
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import Factory, Protocol, connectionDone
from zope.interface import implementer

from krakendtw.transport.server.http2 import PREFACE, Http2Channel
from krakendtw.transport.server.http2_head import RequestHead

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from krakendtw.transport.server.site import GatewaySite

_UPGRADE_FIELD = b"http2-settings:"

_DROPPED = frozenset((b"upgrade", b"connection", b"http2-settings"))


class Openings(Factory):
    """Makes the protocols that connections begin with.

    :param site: starts and stops with it.
    """

    noisy = False

    def __init__(self, site: GatewaySite, opening: type[Opening]) -> None:
        self._site = site
        self._opening = opening

    def doStart(self) -> None:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        self._site.doStart()  # type: ignore[no-untyped-call]

    def doStop(self) -> None:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        self._site.doStop()  # type: ignore[no-untyped-call]

    def buildProtocol(self, addr: IAddress | None) -> Opening:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        return self._opening(self._site, addr)


class Opening(Protocol):
    """A connection whose language is not known yet.

    To the site it is a connection that is reading a head.

    :ivar since: when it began, on the monotonic clock.
    """

    transport: Any
    fresh = True
    idle = False
    reading_head = True

    def __init__(self, site: GatewaySite, address: IAddress | None) -> None:
        self._site: Any = site
        self._address = address
        self._is_open = False
        self.since = 0.0
        self.fresh = True

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        self._is_open = True
        self._site.opened(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._leave()

    def _leave(self) -> None:
        if self._is_open:
            self._is_open = False
            self._site.closed(self)

    def _become(self, channel: Any) -> None:
        """Give the connection to ``channel``."""
        self._hand_over(channel)
        channel.makeConnection(self.transport)
        self._leave()

    def _hand_over(self, channel: Any) -> None:
        """Make the transport call ``channel`` instead of this."""
        self.transport.protocol = channel

    def _http1(self) -> Any:
        return self._site.buildProtocol(self._address)

    def drain(self) -> None:
        """End the connection: it has nothing under way."""
        self.transport.loseConnection()

    def abort(self) -> None:
        """End the connection at once."""
        self.transport.abortConnection()


@implementer(IHandshakeListener)
class Negotiation(Opening):
    """A TLS connection until ALPN says what it carries (RFC 7301)."""

    def handshakeCompleted(self) -> None:
        """See :class:`twisted.internet.interfaces.IHandshakeListener`."""
        if self.transport.negotiatedProtocol != b"h2":
            self._become(self._http1())
            return
        channel = Http2Channel(self._site)
        self._become(channel)
        if is_adequate(self.transport.getHandle()):
            channel.greet()
        else:
            channel.refuse(ErrorCodes.INADEQUATE_SECURITY)

    def _hand_over(self, channel: Any) -> None:
        self.transport.wrappedProtocol = channel


def is_adequate(connection: SSL.Connection) -> bool:
    """Whether version and suite are good enough for HTTP/2 (RFC 9113 §9.2)."""
    if connection.get_protocol_version() < SSL.TLS1_2_VERSION:
        return False
    name = connection.get_cipher_name() or ""
    has_aead = "GCM" in name or "CHACHA20" in name or "CCM" in name
    return has_aead and name.startswith(("TLS_", "ECDHE", "DHE"))


class ClearText(Opening):
    """A clear-text connection where h2c is in use: by its first bytes."""

    def __init__(self, site: GatewaySite, address: IAddress | None) -> None:
        super().__init__(site, address)
        self._early = b""

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        data = self._early + data
        if PREFACE.startswith(data[: len(PREFACE)]):
            if len(data) < len(PREFACE):
                self._early = data
                return
            channel = Http2Channel(self._site)
            self._become(channel)
            channel.greet()
            channel.dataReceived(data)
            return
        upgrade = read_upgrade(data) if _UPGRADE_FIELD in data.lower() else None
        if upgrade is None:
            http1 = self._http1()
            self._become(http1)
            http1.dataReceived(data)
            return
        channel = Http2Channel(self._site)
        self._become(channel)
        channel.upgrade(upgrade.settings, upgrade.head, upgrade.body)


class _Upgrade:
    """An HTTP/1.1 request that asks for h2c, as the parser gives it.

    :ivar settings: its HTTP2-Settings.
    :ivar body: the whole body, ``None`` if it has none.
    """

    def __init__(self) -> None:
        self.settings = b""
        self.head = RequestHead(b"", b"", b"", [])
        self.body: bytes | None = None
        self.is_whole = False
        self._target = b""
        self._fields: list[tuple[bytes, bytes]] = []

    def on_url(self, url: bytes) -> None:
        """The request target, or a part of it."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field."""
        self._fields.append((name, value.rstrip(b"\t ")))

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        self.body = (self.body or b"") + data

    def on_message_complete(self) -> None:
        """The request is complete."""
        self.is_whole = True

    def close(self, method: bytes) -> bool:
        """Put the head together; whether the request may be upgraded."""
        tokens = self._tokens(b"connection")
        settings = [value for name, value in self._named(b"http2-settings")]
        hosts = [value for name, value in self._named(b"host")]
        if (
            not self.is_whole
            or b"h2c" not in self._tokens(b"upgrade")
            or not {b"upgrade", b"http2-settings"} <= tokens
            or len(settings) != 1
            or len(hosts) != 1
        ):
            return False
        self.settings = settings[0] + b"=" * (-len(settings[0]) % 4)
        try:
            size = len(base64.b64decode(self.settings, b"-_", validate=True))
        except binascii.Error:
            return False
        fields = [pair for pair in self._fields if pair[0].lower() not in _DROPPED]
        self.head = RequestHead(method, self._target, hosts[0], fields)
        return size % 6 == 0

    def _named(self, wanted: bytes) -> list[tuple[bytes, bytes]]:
        return [pair for pair in self._fields if pair[0].lower() == wanted]

    def _tokens(self, name: bytes) -> set[bytes]:
        values = b",".join(value for _, value in self._named(name))
        return {token.strip().lower() for token in values.split(b",")}


def read_upgrade(data: bytes) -> _Upgrade | None:
    """The request in ``data`` if it asks for h2c and is whole (RFC 7540 §3.2).

    A server may ignore the wish, so one that comes in pieces stays HTTP/1.1.
    """
    upgrade = _Upgrade()
    parser = HttpRequestParser(upgrade)
    try:
        parser.feed_data(data)
    except HttpParserUpgrade:
        pass  # llhttp leaves here what follows to us
    except HttpParserError:
        return None
    if not upgrade.is_whole or not upgrade.close(parser.get_method()):
        return None
    return upgrade
