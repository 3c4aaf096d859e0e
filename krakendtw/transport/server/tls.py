"""TLS for the listener: root ``tls``.

:class:`ServerTLS` makes the contexts: one for each set of certificates that a
name may be answered with, chosen by SNI.  Renewed files come into use without a
restart: they are looked at when clients connect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from OpenSSL import SSL, crypto
from twisted.internet.interfaces import (
    IOpenSSLServerConnectionCreator,
    ISSLTransport,
)
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from zope.interface import implementer

from krakendtw.errors import ConfigError
from krakendtw.transport.renewal import Renewed
from krakendtw.transport.tls_files import (
    KeyPair,
    TLSFileError,
    read_authorities,
    read_pair,
    text_of,
    trust,
)
from krakendtw.transport.tls_settings import (
    TLSSettings,
    lacks_http2_suite,
    set_names,
    settings,
)

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocolFactory

    from krakendtw.config.model import ServerTLSConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.transport.deadline import TimerWheel

LINGER_S = 5.0
"""How long a client may take to say goodbye; Go's limit."""

_PLAIN_HTTP = frozenset((b"GET /", b"HEAD ", b"POST ", b"PUT /", b"OPTIO"))
"""First bytes by which Go knows a client that forgot the TLS."""

_NOT_TLS = (
    b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
)

_HANDSHAKE_RECORD = 0x16

_ALGORITHMS: dict[type, str] = {
    rsa.RSAPublicKey: (
        "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
        "RSA+SHA256:RSA+SHA384:RSA+SHA512"
    ),
    ec.EllipticCurvePublicKey: "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512",
    ed25519.Ed25519PublicKey: "ed25519",
}
"""Signature algorithms by the kind of key that makes them."""


_PRIORITIZE_CHACHA = 1 << 21
"""OpenSSL's option: clients that want it first have no hardware for AES."""


@frozen
class _Loaded:
    """What the files held when they were last read."""

    pairs: tuple[KeyPair, ...]
    names: dict[str, tuple[int, ...]]
    contexts: dict[tuple[int, ...], SSL.Context]
    make: Callable[[Sequence[KeyPair]], SSL.Context]

    def context(self, name: str | None) -> SSL.Context:
        """The context for a server name, ``None`` for a client that sent none."""
        chosen = self._matching(name)
        context = self.contexts.get(chosen)
        if context is None:
            context = self.make([self.pairs[index] for index in chosen])
            self.contexts[chosen] = context
        return context

    def _matching(self, name: str | None) -> tuple[int, ...]:
        """The pairs that may answer for a name, as Go's server chooses them."""
        if name is None:
            return tuple(range(len(self.pairs)))
        name = name.rstrip(".").lower()
        _, _, parent = name.partition(".")
        exact, wild = self.names.get(name, ()), self.names.get(f"*.{parent}", ())
        return tuple(sorted({*exact, *wild})) or (0,)


@implementer(IOpenSSLServerConnectionCreator)
class ServerTLS:
    """The listener's side of all handshakes.

    :param where: the object ``tls`` in the document.
    :param log: told of what goes wrong with the files.
    :param seconds: the clock between two looks at the files.
    :raises ConfigError: the files, or the suites, cannot be used.
    """

    def __init__(
        self,
        config: ServerTLSConfig,
        where: ConfigPath,
        log: Log,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._config = config
        self._log = log
        self._settings = settings(
            config.min_version,
            config.max_version,
            config.cipher_suites,
            config.curve_preferences,
        )
        _check(config, where)
        faults = (TLSFileError, SSL.Error)
        try:
            self._loaded = Renewed(
                _paths(config), self._load, faults, self._renewed, seconds
            )
        except faults as error:
            raise ConfigError(where / "keys", text_of(error)) from error

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """See :class:`twisted.internet.interfaces.IOpenSSLServerConnectionCreator`."""
        return SSL.Connection(self._loaded.get().context(None), None)

    def _load(self) -> _Loaded:
        """Read everything and make the contexts that are sure to be needed."""
        pairs = tuple(map(read_pair, self._config.keys))
        make = self._context_maker()
        names: dict[str, tuple[int, ...]] = {}
        for index, pair in enumerate(pairs):
            for name in pair.names():
                names[name] = (*names.get(name, ()), index)
        loaded = _Loaded(pairs, names, {}, make)
        for chosen in {(0,), *names.values()}:
            loaded.contexts[chosen] = make([pairs[index] for index in chosen])
        loaded.context(None)
        return loaded

    def _renewed(self, fault: Exception | None) -> None:
        if fault is None:
            self._log.info("The changed certificates are in use")
        else:
            self._log.error(f"Keeping the old certificates: {text_of(fault)}")

    # --- contexts

    def _context_maker(self) -> Callable[[Sequence[KeyPair]], SSL.Context]:
        config, choose = self._config, self._choose
        authorities = (
            read_authorities((*config.ca_certs, *config.authorities), self._report)
            if config.enable_mtls
            else ()
        )

        def make(pairs: Sequence[KeyPair]) -> SSL.Context:
            context = SSL.Context(SSL.TLS_SERVER_METHOD)
            _preferring(pairs[0], self._settings).apply(context)
            context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE | _PRIORITIZE_CHACHA)
            context.set_mode(SSL.MODE_RELEASE_BUFFERS)
            context.set_session_id(b"krakendtw")
            context.set_alpn_select_callback(select_protocol)
            context.set_tlsext_servername_callback(choose)
            _present(context, pairs)
            if config.enable_mtls:
                with_system = not config.disable_system_ca_pool
                trust(context, authorities, with_system=with_system)
                context.set_client_ca_list(
                    [
                        crypto.X509.from_cryptography(authority).get_subject()
                        for authority in authorities
                    ]
                )
                wanted = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
                context.set_verify(wanted, _accept_verified)
            return context

        return make

    def _choose(self, connection: SSL.Connection) -> None:
        """Go over to the certificates of the name that the client asks for."""
        name = connection.get_servername()
        loaded = self._loaded.current
        if name is None or len(loaded.pairs) == 1:
            return
        context = loaded.context(name.decode("ascii", "replace"))
        if context is not connection.get_context():
            connection.set_context(context)

    def _report(self, path: str, fault: str) -> None:
        kind = "certificate CA" if path in self._config.ca_certs else "public key"
        self._log.error(f"Cannot load {kind} {path}: {fault}")


def _check(config: ServerTLSConfig, where: ConfigPath) -> None:
    """Refuse what KrakenD refuses before it reads a file."""
    keys = where / "keys"
    if not config.keys:
        raise ConfigError(keys, "public key not defined")
    for index, pair in enumerate(config.keys):
        if not pair.public_key:
            raise ConfigError(keys / index, "public key not defined")
        if not pair.private_key:
            raise ConfigError(keys / index, "private key not defined")
    if lacks_http2_suite(config.min_version, config.cipher_suites):
        raise ConfigError(
            where / "cipher_suites",
            "http2: TLSConfig.CipherSuites is missing an HTTP/2-required "
            "AES_128_GCM_SHA256 cipher (need at least one of "
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (49199) or "
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 (49195))",
        )


def _paths(config: ServerTLSConfig) -> tuple[str, ...]:
    """Every file that the settings name."""
    pairs = [(pair.public_key, pair.private_key) for pair in config.keys]
    of_pairs = [path for pair in pairs for path in pair]
    return (*of_pairs, *(config.ca_certs if config.enable_mtls else ()))


def _present(context: SSL.Context, pairs: Sequence[KeyPair]) -> None:
    """Load the first certificate of each kind of key, and prefer the earlier.

    Go presents the first one that the client can use.  OpenSSL holds one of each
    kind and goes by the order of signature algorithms.
    """
    kinds: dict[type, KeyPair] = {}
    for pair in pairs:
        kinds.setdefault(pair.kind, pair)
    for pair in kinds.values():
        pair.use(context)
    if len(kinds) > 1:
        names = [_ALGORITHMS[kind] for kind in kinds]
        set_names(context, "SSL_CTX_set1_sigalgs_list", ":".join(names))


def _preferring(pair: KeyPair, settings: TLSSettings) -> TLSSettings:
    """The settings with the suites of TLS 1.2 first that this pair serves."""
    if pair.kind is not rsa.RSAPublicKey:
        return settings
    return evolve(settings, suites=tuple(sorted(settings.suites, key=_is_ecdsa)))


def _is_ecdsa(suite: str) -> bool:
    return "ECDSA" in suite


def _accept_verified(
    connection: SSL.Connection, certificate: Any, number: int, depth: int, ok: int
) -> bool:
    """What OpenSSL finds of a client's certificate is what holds."""
    return bool(ok)


def select_protocol(connection: SSL.Connection, offered: list[bytes]) -> Any:
    """HTTP/2 before HTTP/1.1 (RFC 7301), as Go's server negotiates them.

    :raises OpenSSL.SSL.Error: the client speaks neither; ends the handshake.
    """
    if b"h2" in offered:
        return b"h2"
    if b"http/1.1" in offered:
        return b"http/1.1"
    raise SSL.Error([("", "", "client requested unsupported application protocols")])


@implementer(ISSLTransport)
class SecureTransport(TLSMemoryBIOProtocol):
    """One connection's TLS, between the socket and the channel.

    Writes go out at once.  A client that speaks plain HTTP gets Go's answer, and
    one that never says goodbye is left after :data:`LINGER_S`.
    """

    factory: SecureFactory
    transport: Any
    _sniffed = False

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if not self._sniffed:
            self._sniffed = True
            if data[0] != _HANDSHAKE_RECORD and data[:5] in _PLAIN_HTTP:
                self.transport.write(_NOT_TLS)
                self.transport.loseConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def loseConnection(self) -> None:
        """See :class:`twisted.internet.interfaces.ITransport`."""
        if not self.disconnecting and self.connected:
            self.factory.wheel.call_later(LINGER_S, self._leave)
        super().loseConnection()  # type: ignore[no-untyped-call]

    def _leave(self) -> None:
        if self.connected:
            self.abortConnection()  # type: ignore[no-untyped-call]


class SecureFactory(TLSMemoryBIOFactory):
    """Puts TLS under the protocols of another factory.

    :param tls: the listener's side of the handshakes.
    :param below: makes the protocol inside each connection.
    :param wheel: the gateway's timers.
    """

    protocol = SecureTransport

    def __init__(
        self, tls: ServerTLS, below: IProtocolFactory, wheel: TimerWheel, clock: Any
    ) -> None:
        super().__init__(tls, False, below, clock)
        self.wheel = wheel
