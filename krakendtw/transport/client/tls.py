"""TLS to backends: root ``client_tls``, names checked by service-identity.

What a policy trusts is decided here; how a handshake goes is the matter of
:mod:`krakendtw.transport.client.handshake`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL

from krakendtw.errors import TransportError
from krakendtw.transport.client.handshake import TLSEndpoint, accept, verify
from krakendtw.transport.client.tls_words import handshake_fault
from krakendtw.transport.renewal import Renewed
from krakendtw.transport.tls_files import (
    TLSFileError,
    read_authorities,
    read_pair,
    text_of,
    trust,
)
from krakendtw.transport.tls_settings import GO_CLIENT, settings

if TYPE_CHECKING:
    from twisted.internet.interfaces import IStreamClientEndpoint
    from twisted.python.failure import Failure

    from krakendtw.config.model import ClientTLSConfig
    from krakendtw.log import Log


class TLSPolicy:
    """How backends are trusted, and what they are shown.

    Without ``client_tls`` TLS 1.2 and later are spoken; with it 1.3 unless it
    says otherwise, as in KrakenD.  Changed files are taken up as the listener's.

    :param config: root ``client_tls``.
    :param clock: the reactor, for the limit of handshakes.
    :param log: told of files that cannot be used; they are left out.
    """

    def __init__(
        self, config: ClientTLSConfig | None, clock: Any, log: Log | None = None
    ) -> None:
        self._config = config
        self._log = log
        self._clock = clock
        self._settings = GO_CLIENT
        self._contexts: Renewed[SSL.Context] | None = None
        self._left_out: set[str] = set()
        if config is not None:
            self._settings = settings(
                config.min_version,
                config.max_version,
                config.cipher_suites,
                config.curve_preferences,
            )
            self._watch()

    def endpoint(self, host: str, below: Any) -> IStreamClientEndpoint:
        """TLS to ``host`` over an endpoint that connects to it."""
        return TLSEndpoint(self.context, self._clock, host, below)

    def context(self) -> SSL.Context:
        """The context for the next connection.

        :raises TransportError: no version can be spoken.
        """
        if not self._settings.is_possible:
            raise TransportError(
                "tls: no supported versions satisfy MinVersion and MaxVersion"
            )
        return (self._contexts or self._watch()).get()

    def _watch(self) -> Renewed[SSL.Context]:
        """Make the first context; without settings not before it is needed."""
        faults = (TLSFileError, SSL.Error)
        self._contexts = Renewed(self._paths(), self._load, faults, self._renewed)
        return self._contexts

    def _paths(self) -> list[str]:
        config = self._config
        if config is None:
            return []
        pairs = [(pair.public_key, pair.private_key) for pair in config.client_certs]
        return [*config.ca_certs, *(path for pair in pairs for path in pair)]

    def _load(self) -> SSL.Context:
        """A context of what the files hold.

        :raises TLSFileError: a file that was of use is no longer.
        """
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._settings.apply(context)
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        config = self._config
        if config is None:
            trust(context, (), with_system=True)
        else:
            authorities = read_authorities(config.ca_certs, self._lost_authority)
            with_system = not config.disable_system_ca_pool
            trust(context, authorities, with_system=with_system)
            self._present(context, config)
        if config is not None and config.allow_insecure_connections:
            context.set_verify(SSL.VERIFY_NONE, accept)
        else:
            context.set_verify(SSL.VERIFY_PEER, verify)
        return context

    def _present(self, context: SSL.Context, config: ClientTLSConfig) -> None:
        """Load the first usable certificate of each kind of key.

        OpenSSL holds one of each, and shows the one that the server can read.
        """
        kinds: set[type] = set()
        for pair in config.client_certs:
            name = f"client certificate {pair.public_key}, {pair.private_key}"
            try:
                read = read_pair(pair)
                if read.kind not in kinds:
                    read.use(context)
            except (TLSFileError, SSL.Error) as error:
                self._leave_out(name, text_of(error))
            else:
                self._left_out.discard(name)
                kinds.add(read.kind)

    def _lost_authority(self, path: str, fault: str) -> None:
        self._leave_out(f"certificate CA {path}", fault)

    def _leave_out(self, name: str, fault: str) -> None:
        """Do without a file, as KrakenD does; but not if it was there before."""
        if self._contexts is None:
            self._left_out.add(name)
            self._error(f"Cannot load {name}: {fault}")
        elif name not in self._left_out:
            raise TLSFileError(fault)

    def _renewed(self, fault: Exception | None) -> None:
        if fault is not None:
            self._error(f"Keeping the old client certificates: {text_of(fault)}")

    def _error(self, text: str) -> None:
        if self._log is not None:
            self._log.error(text)

    def describe(self, failure: Failure) -> str:
        """A failed connection in Go's words where they are known."""
        value: Any = failure.value
        if isinstance(value, SSL.Error):
            return handshake_fault(value)
        return failure.getErrorMessage()
