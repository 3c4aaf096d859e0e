"""The other end of a TLS connection, in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL

from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from cryptography import x509


def client_context(**options: Any) -> SSL.Context:
    """A context that trusts everybody.

    :param options: names and arguments of the context's methods.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    for name, argument in options.items():
        getattr(context, name)(argument)
    return context


class Peer:
    """Speaks TLS with a protocol of Twisted's.

    :param protocol: the other end, which is connected here.
    :param context: ours.
    :param name: the server name to send, for a client.
    :ivar wire: the protocol's transport.
    :ivar fault: what OpenSSL had to say.
    :ivar received: what came, decrypted.
    """

    def __init__(
        self,
        protocol: Any,
        context: SSL.Context,
        *,
        name: bytes | None = None,
        is_client: bool = True,
        wire: Wire | None = None,
    ) -> None:
        self.protocol = protocol
        self.connection = SSL.Connection(context, None)
        self.fault = ""
        self.received = b""
        if is_client:
            self.connection.set_connect_state()
            if name is not None:
                self.connection.set_tlsext_host_name(name)
        else:
            self.connection.set_accept_state()
        self.wire = wire or Wire(protocol)
        if wire is None:
            protocol.makeConnection(self.wire)

    def shake_hands(self) -> Peer:
        """Go on until nobody has anything to say."""
        self._try(self.connection.do_handshake)
        self.exchange()
        return self

    def exchange(self) -> None:
        """Carry bytes both ways."""
        while True:
            try:
                out = self.connection.bio_read(1 << 16)
            except SSL.Error:
                out = b""
            if out and not (self.wire.disconnecting or self.wire.disconnected):
                self.protocol.dataReceived(out)
            back = self.wire.take()
            if not back and not out:
                return
            if back:
                self.connection.bio_write(back)
                self._try(self.connection.do_handshake)
                self._read()

    def _read(self) -> None:
        while self._try(lambda: self._keep(self.connection.recv(1 << 16))):
            continue

    def _keep(self, data: bytes) -> bool:
        self.received += data
        return True

    def _try(self, step: Callable[[], Any]) -> bool:
        try:
            step()
        except (SSL.WantReadError, SSL.ZeroReturnError):
            return False
        except SSL.Error as error:
            if error.args and error.args[0] and not self.fault:
                self.fault = str(error.args[0][-1][-1])
            return False
        return True

    def send(self, data: bytes) -> None:
        """Send application data, and take the answer."""
        self.connection.sendall(data)
        self.exchange()

    @property
    def certificate(self) -> x509.Certificate:
        """What the other end presents."""
        found = self.connection.get_peer_certificate()
        assert found is not None
        return found.to_cryptography()

    @property
    def subject(self) -> str:
        """The common name of the other end."""
        return str(self.certificate.subject.rfc4514_string()).removeprefix("CN=")
