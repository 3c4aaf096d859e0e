"""The resolved settings of the listener's TLS and of the way to the backends."""

from __future__ import annotations

from krakendtw.config.document import (
    ClientTLSDocument,
    ServiceDocument,
    TLSDocument,
)
from krakendtw.config.model import (
    ClientTLSConfig,
    ServerTLSConfig,
    TLSKeyPair,
    TransportConfig,
)

_IDLE_PER_HOST = 250
_FALLBACK_DELAY = 0.3  # Go's net.Dialer: where 0 stands for the default
_KEEP_ALIVE = 15.0  # the same
_TLS_VERSIONS = frozenset(("SSL3.0", "TLS10", "TLS11", "TLS12", "TLS13"))


def resolve_transport(document: ServiceDocument) -> TransportConfig:
    """How backends are reached."""
    return TransportConfig(
        disable_keep_alives=document.disable_keep_alives,
        disable_compression=document.disable_compression,
        max_idle_connections=document.max_idle_connections,
        max_idle_connections_per_host=(
            document.max_idle_connections_per_host or _IDLE_PER_HOST
        ),
        idle_connection_timeout=document.idle_connection_timeout,
        response_header_timeout=document.response_header_timeout,
        expect_continue_timeout=document.expect_continue_timeout,
        dialer_timeout=document.dialer_timeout,
        dialer_fallback_delay=document.dialer_fallback_delay or _FALLBACK_DELAY,
        dialer_keep_alive=document.dialer_keep_alive or _KEEP_ALIVE,
        tls=_resolve_client_tls(
            document.client_tls, document.allow_insecure_connections
        ),
    )


def resolve_server_tls(document: TLSDocument | None) -> ServerTLSConfig | None:
    """How the listener speaks TLS, if it does."""
    if document is None:
        return None
    keys = [TLSKeyPair(pair.public_key, pair.private_key) for pair in document.keys]
    if document.public_key or document.private_key:
        keys.append(TLSKeyPair(document.public_key, document.private_key))
    return ServerTLSConfig(
        disabled=document.disabled,
        keys=tuple(keys),
        authorities=tuple(pair.public_key for pair in document.keys),
        min_version=_version(document.min_version),
        max_version=_version(document.max_version),
        curve_preferences=document.curve_preferences,
        cipher_suites=document.cipher_suites,
        enable_mtls=document.enable_mtls,
        ca_certs=document.ca_certs,
        disable_system_ca_pool=document.disable_system_ca_pool,
    )


def _resolve_client_tls(
    document: ClientTLSDocument | None, is_insecure: bool
) -> ClientTLSConfig | None:
    """The settings, if there are any: without them Go's own defaults hold."""
    if document is None:
        if not is_insecure:
            return None
        document = ClientTLSDocument()
    return ClientTLSConfig(
        allow_insecure_connections=document.allow_insecure_connections or is_insecure,
        ca_certs=document.ca_certs,
        disable_system_ca_pool=document.disable_system_ca_pool,
        min_version=_version(document.min_version),
        max_version=_version(document.max_version),
        curve_preferences=document.curve_preferences,
        cipher_suites=document.cipher_suites,
        client_certs=tuple(
            TLSKeyPair(pair.certificate, pair.private_key)
            for pair in document.client_certs
        ),
    )


def _version(name: str) -> str:
    """``TLS13`` for what is no version, as in lura."""
    return name if name in _TLS_VERSIONS else "TLS13"
