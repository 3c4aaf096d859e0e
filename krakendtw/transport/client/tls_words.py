"""What goes wrong in a client's handshake, in the words of Go's ``crypto/tls``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from service_identity import CertificateError, VerificationError
from service_identity.cryptography import (
    verify_certificate_hostname,
    verify_certificate_ip_address,
)

from krakendtw.transport.tls_files import alternative_names

if TYPE_CHECKING:
    from OpenSSL import SSL

_REFUSED = "tls: failed to verify certificate: x509: "

_MOST_NAMES = 100

_NOT_YET_VALID, _EXPIRED, _WRONG_PURPOSE = 9, 10, 26
"""OpenSSL's numbers of faults (``X509_V_ERR_…``) that Go has words of its own for."""

_UNKNOWN_AUTHORITY = frozenset((2, 18, 19, 20, 21, 24, 27, 79))
"""Those that Go calls an unknown authority."""

_ALERTS = {
    "bad record mac": "bad record MAC",
    "certificate expired": "expired certificate",
    "certificate revoked": "revoked certificate",
    "certificate unknown": "unknown certificate",
    "decode error": "error decoding message",
    "decrypt error": "error decrypting message",
    "insufficient security": "insufficient security level",
    "protocol version": "protocol version not supported",
    "unknown ca": "unknown certificate authority",
}
"""Alerts whose names differ between OpenSSL and Go."""


def certificate_fault(
    leaf: x509.Certificate,
    host: str,
    faults: Sequence[tuple[int, int]],
    now: datetime | None = None,
) -> str:
    """Why a server's certificate is refused, empty if it is not.

    As in Go the leaf's time comes first, then its names, then the chain.

    :param host: the name or address that was asked for.
    :param faults: numbers and depths of what OpenSSL found wrong.
    :param now: the present time, for tests.
    """
    at_leaf = {number for number, depth in faults if depth == 0}
    if at_leaf & {_NOT_YET_VALID, _EXPIRED}:
        return _REFUSED + _time_fault(leaf, now or datetime.now(UTC))
    if not _answers_for(leaf, host):
        return _REFUSED + _name_fault(leaf, host)
    if not faults:
        return ""
    numbers = {number for number, _ in faults}
    if not numbers & _UNKNOWN_AUTHORITY and _WRONG_PURPOSE in numbers:
        return f"{_REFUSED}certificate specifies an incompatible key usage"
    return f"{_REFUSED}certificate signed by unknown authority"


def _time_fault(leaf: x509.Certificate, now: datetime) -> str:
    if now < leaf.not_valid_before_utc:
        relation, limit = "before", leaf.not_valid_before_utc
    else:
        relation, limit = "after", leaf.not_valid_after_utc
    return (
        "certificate has expired or is not yet valid: current time "
        f"{_rfc3339(now)} is {relation} {_rfc3339(limit)}"
    )


def _rfc3339(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _answers_for(leaf: x509.Certificate, host: str) -> bool:
    """Whether the certificate is the host's, as service-identity sees it."""
    try:
        if is_address(host):
            verify_certificate_ip_address(leaf, host)
        else:
            verify_certificate_hostname(leaf, host.rstrip("."))
    except (VerificationError, CertificateError, ValueError):
        return False
    return True


def _name_fault(leaf: x509.Certificate, host: str) -> str:
    names = alternative_names(leaf)
    if names is None and _common_name(leaf).lower() == host.lower():
        return "certificate relies on legacy Common Name field, use SANs instead"
    kind: Any = x509.IPAddress if is_address(host) else x509.DNSName
    found = [] if names is None else names.get_values_for_type(kind)
    if kind is x509.IPAddress:
        what = "IP SANs"
        if not found:
            return (
                f"cannot validate certificate for {host} because it doesn't contain "
                f"any {what}"
            )
    else:
        what = "names"
        if not found:
            return f"certificate is not valid for any names, but wanted to match {host}"
    if len(found) >= _MOST_NAMES:
        return f"certificate is valid for {len(found)} {what}, but none matched {host}"
    return f"certificate is valid for {', '.join(map(str, found))}, not {host}"


def _common_name(leaf: x509.Certificate) -> str:
    for attribute in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        return str(attribute.value)
    return ""


def handshake_fault(error: SSL.Error) -> str:
    """What OpenSSL says of a handshake, or of the connection after it."""
    parts = error.args[0] if error.args else ()
    reason = str(parts[-1][-1]) if parts else ""
    if not reason:
        return "EOF"
    _, is_alert, alert = reason.partition(" alert ")
    if not is_alert and reason.startswith("tlsv1 "):
        is_alert, alert = "alert", reason.removeprefix("tlsv1 ")
    if is_alert:
        return f"remote error: tls: {_ALERTS.get(alert, alert)}"
    return f"tls: {reason}"


def first_record_fault(data: bytes) -> str:
    """What the server speaks, by its first bytes, if that is not TLS."""
    if data[:5] == b"HTTP/":
        return "http: server gave HTTP response to HTTPS client"
    return "tls: first record does not look like a TLS handshake"
