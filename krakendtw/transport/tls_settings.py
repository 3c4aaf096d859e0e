"""TLS versions, cipher suites and curves by Go's rules, set on OpenSSL contexts.

KrakenD names versions by words and the rest by their IANA numbers.  Go decides
the order of suites by itself, ignores numbers that it does not know, and has no
say in the suites of TLS 1.3; so do these contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from cryptography.hazmat.bindings.openssl.binding import Binding
from OpenSSL import SSL

_TLS10, _TLS12, _TLS13 = SSL.TLS1_VERSION, SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION

_VERSIONS = {
    "SSL3.0": SSL.SSL3_VERSION,
    "TLS10": _TLS10,
    "TLS11": SSL.TLS1_1_VERSION,
    "TLS12": _TLS12,
    "TLS13": _TLS13,
}

_SUITES = {
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
    0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xC009: "ECDHE-ECDSA-AES128-SHA",
    0xC013: "ECDHE-RSA-AES128-SHA",
    0xC00A: "ECDHE-ECDSA-AES256-SHA",
    0xC014: "ECDHE-RSA-AES256-SHA",
    0x009C: "AES128-GCM-SHA256",
    0x009D: "AES256-GCM-SHA384",
    0x002F: "AES128-SHA",
    0x0035: "AES256-SHA",
    0xC012: "ECDHE-RSA-DES-CBC3-SHA",
    0x000A: "DES-CBC3-SHA",
    0xC023: "ECDHE-ECDSA-AES128-SHA256",
    0xC027: "ECDHE-RSA-AES128-SHA256",
    0x003C: "AES128-SHA256",
}
"""The suites of TLS 1.2 and before that Go knows, in Go's order of preference."""

_DEFAULT_SUITES = (0xC02F, 0xC02B, 0xC030, 0xC02C, 0xCCA8, 0xCCA9)
"""KrakenD's, where ``cipher_suites`` is empty."""

_CURVES = {
    23: "P-256",
    24: "P-384",
    25: "P-521",
    29: "X25519",
    4587: "SecP256r1MLKEM768",
    4588: "X25519MLKEM768",
    4589: "SecP384r1MLKEM1024",
}

_DEFAULT_CURVES = (25, 24, 23)
"""KrakenD's, where ``curve_preferences`` is empty."""

HTTP2_SUITES = frozenset((0xC02F, 0xC02B))
"""The suites of which HTTP/2 over TLS 1.2 asks for one (RFC 9113 §9.2.2)."""

_GO_CLIENT_SUITES = (
    *_DEFAULT_SUITES,
    *(0xC009, 0xC013, 0xC00A, 0xC014),
)


@frozen
class TLSSettings:
    """What both sides of a handshake may agree on.

    :ivar oldest: the least version, an OpenSSL constant.
    :ivar newest: the highest version; below ``oldest`` no handshake succeeds.
    :ivar suites: OpenSSL's names of the suites before TLS 1.3, best first.
    :ivar curves: OpenSSL's names, best first; empty for OpenSSL's own choice.
    """

    oldest: int
    newest: int
    suites: tuple[str, ...]
    curves: tuple[str, ...]

    @property
    def _least(self) -> int:
        """The least version that has a suite; those of TLS 1.3 are not chosen."""
        return self.oldest if self.suites else max(self.oldest, _TLS13)

    @property
    def is_possible(self) -> bool:
        """Whether any handshake can succeed."""
        return self._least <= self.newest

    def apply(self, context: SSL.Context) -> None:
        """Set all of it on a context that has made no connection yet."""
        context.set_options(SSL.OP_NO_COMPRESSION | _NO_RENEGOTIATION)
        if not self.is_possible:
            # With no version at all OpenSSL would not even listen to a client.
            context.set_min_proto_version(_TLS12)
            context.set_max_proto_version(_TLS12)
            context.set_cipher_list(b"PSK")  # and nobody has a key
            return
        oldest = self._least
        context.set_min_proto_version(oldest)
        context.set_max_proto_version(self.newest)
        if self.suites:
            # OpenSSL allows versions before 1.2 only at its lowest level; the
            # list of suites is what keeps the weak ones out.
            level = ":@SECLEVEL=0" if oldest < _TLS12 else ""
            context.set_cipher_list((":".join(self.suites) + level).encode())
        set_names(context, "SSL_CTX_set_ciphersuites", _TLS13_SUITES)
        if self.curves:
            set_names(context, "SSL_CTX_set1_curves_list", ":".join(self.curves))


_TLS13_SUITES = ":".join(
    (
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    )
)
"""The suites of TLS 1.3 in Go's order."""

_NO_RENEGOTIATION = getattr(SSL, "OP_NO_RENEGOTIATION", 1 << 30)


def settings(
    min_version: str,
    max_version: str,
    cipher_suites: Sequence[int] = (),
    curve_preferences: Sequence[int] = (),
) -> TLSSettings:
    """The settings of a ``tls`` or ``client_tls`` object, with KrakenD's defaults.

    Go no longer speaks SSL 3.0: as a minimum it means TLS 1.0, as a maximum that
    no handshake succeeds; so do curves of which none is known.
    """
    curves = _known(_CURVES, curve_preferences or _DEFAULT_CURVES)
    newest = _VERSIONS.get(max_version, _TLS13)
    if newest < _TLS10 or not curves:
        oldest, newest = _TLS13, _TLS12
    else:
        oldest = max(_VERSIONS.get(min_version, _TLS13), _TLS10)
    chosen = frozenset(cipher_suites or _DEFAULT_SUITES)
    suites = tuple(name for number, name in _SUITES.items() if number in chosen)
    return TLSSettings(oldest, newest, suites, curves)


GO_CLIENT = TLSSettings(
    _TLS12, _TLS13, tuple(_SUITES[number] for number in _GO_CLIENT_SUITES), ()
)
"""Go's own for clients: what holds where there is no ``client_tls``."""


def lacks_http2_suite(min_version: str, cipher_suites: Sequence[int]) -> bool:
    """Whether Go refuses these suites, since HTTP/2 asks for one of two others."""
    return (
        bool(cipher_suites)
        and _VERSIONS.get(min_version, _TLS13) < _TLS13
        and HTTP2_SUITES.isdisjoint(cipher_suites)
    )


def set_names(context: SSL.Context, function: str, names: str) -> None:
    """Call a function of OpenSSL's on a context with a list of names.

    pyOpenSSL has no method for it.  A build of OpenSSL that lacks the function,
    or one of the names, keeps its own choice.
    """
    library: Any = Binding().lib
    setter = getattr(library, function, None)
    if setter is not None and not setter(context._context, names.encode()):
        library.ERR_clear_error()


def _known(names: dict[int, str], numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(names[number] for number in dict.fromkeys(numbers) if number in names)
