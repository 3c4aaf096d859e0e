"""How a connection begins: which of HTTP's versions its client speaks."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from attrs import frozen
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

_SETTING_SIZE = 6
"""Bytes of one setting (RFC 9113 §6.5.1)."""


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
        upgrade = None
        if _UPGRADE_FIELD in data.lower():
            upgrade = read_upgrade(data)
            if upgrade is None:
                data = without_upgrade(data)
        if upgrade is None:
            http1 = self._http1()
            self._become(http1)
            http1.dataReceived(data)
            return
        channel = Http2Channel(self._site)
        self._become(channel)
        channel.upgrade(upgrade.settings, upgrade.head, upgrade.body)


@frozen
class Upgrade:
    """An HTTP/1.1 request that asks for h2c, with everything that it needs.

    :ivar settings: its HTTP2-Settings, padded.
    :ivar body: the whole body, ``None`` if it has none.
    """

    settings: bytes
    head: RequestHead
    body: bytes | None


class _Head:
    """The head of an HTTP/1.1 request, as the parser gives it."""

    def __init__(self) -> None:
        self.target = b""
        self.fields: list[tuple[bytes, bytes]] = []

    def on_url(self, url: bytes) -> None:
        """The request target, or a part of it."""
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field."""
        self.fields.append((name, value.rstrip(b"\t ")))

    def values(self, wanted: bytes) -> list[bytes]:
        """The values of a field, by its lower-case name."""
        return [value for name, value in self.fields if name.lower() == wanted]

    def tokens(self, wanted: bytes) -> set[bytes]:
        """The members of a list, in small letters."""
        members = b",".join(self.values(wanted)).split(b",")
        return {member.strip().lower() for member in members}


def read_upgrade(data: bytes) -> Upgrade | None:
    """The request in ``data`` if it asks for h2c and is whole (RFC 7540 §3.2).

    A server may ignore the wish, so one that comes in pieces stays HTTP/1.1.
    """
    head = _Head()
    parser = HttpRequestParser(head)
    try:
        parser.feed_data(data)
        return None
    except HttpParserUpgrade as upgrade:
        rest = data[upgrade.args[0] :]
    except HttpParserError:
        return None
    settings, hosts = head.values(b"http2-settings"), head.values(b"host")
    lengths = head.values(b"content-length")
    if (
        b"h2c" not in head.tokens(b"upgrade")
        or not {b"upgrade", b"http2-settings"} <= head.tokens(b"connection")
        or head.values(b"transfer-encoding")
        or (len(settings), len(hosts)) != (1, 1)
        or len(rest) != int(lengths[0] if lengths else 0)
    ):
        return None
    padded = settings[0] + b"=" * (-len(settings[0]) % 4)
    try:
        if len(base64.b64decode(padded, b"-_", validate=True)) % _SETTING_SIZE:
            return None
    except binascii.Error:
        return None
    fields = [pair for pair in head.fields if pair[0].lower() not in _DROPPED]
    target = RequestHead(parser.get_method(), head.target, hosts[0], fields)
    return Upgrade(padded, target, rest if lengths else None)


def without_upgrade(data: bytes) -> bytes:
    """A request that no longer asks for h2c, if its head is whole."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return data
    lines = []
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"connection":
            tokens = [token.strip() for token in value.split(b",")]
            kept = [token for token in tokens if token.lower() not in _DROPPED]
            if kept:
                lines.append(name + b": " + b", ".join(kept))
        elif name.lower() not in _DROPPED:
            lines.append(line)
    return b"\r\n".join(lines) + end + rest
