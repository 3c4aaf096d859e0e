"""Certificates for tests, made on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from krakendtw.config.model import TLSKeyPair

if TYPE_CHECKING:
    from pathlib import Path

PEM = serialization.Encoding.PEM


@frozen
class Made:
    """A certificate and its key.

    :ivar chain: what is written behind the certificate.
    """

    certificate: x509.Certificate
    key: Any
    chain: bytes = b""

    @property
    def pem(self) -> bytes:
        """The certificate, and its chain."""
        return self.certificate.public_bytes(PEM) + self.chain

    @property
    def key_pem(self) -> bytes:
        """The key."""
        form = serialization.PrivateFormat.PKCS8
        made: bytes = self.key.private_bytes(PEM, form, serialization.NoEncryption())
        return made

    def write(self, folder: Path, name: str) -> TLSKeyPair:
        """Write both to files."""
        public, private = folder / f"{name}.pem", folder / f"{name}.key"
        public.write_bytes(self.pem)
        private.write_bytes(self.key_pem)
        return TLSKeyPair(str(public), str(private))


@cache
def key_of(kind: str, number: int = 0) -> Any:
    """A key, the same for the same arguments, since RSA's take long to find."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    names: Iterable[str] = ("localhost",),
    *,
    issuer: Made | None = None,
    kind: str = "ec",
    number: int = 0,
    is_authority: bool = False,
    days: tuple[int, int] = (-1, 1),
    common_name: str = "",
    purpose: str = "",
) -> Made:
    """A certificate.

    :param names: DNS names and addresses; none at all leave the extension out.
    :param issuer: who signs; itself unless given.
    :param number: which key.
    :param days: from when till when it is valid, from now.
    :param purpose: ``client`` or ``server``, or any.
    """
    key = key_of(kind, number)
    names = tuple(names)
    subject = _name(common_name or (names[0] if names else "nobody"))
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if names and not is_authority:
        alternative = x509.SubjectAlternativeName([_general(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    if purpose:
        usage = {
            "client": ExtendedKeyUsageOID.CLIENT_AUTH,
            "server": ExtendedKeyUsageOID.SERVER_AUTH,
        }[purpose]
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    signer = issuer.key if issuer else key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Made(builder.sign(signer, digest), key)


def authority(name: str = "Test CA", number: int = 100) -> Made:
    """A certificate that signs others."""
    return certificate((name,), number=number, is_authority=True)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
