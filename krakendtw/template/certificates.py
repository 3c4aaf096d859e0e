"""Keys and certificates, as PEM."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from krakendtw.template.failure import Failure

PrivateKey: TypeAlias = (
    "rsa.RSAPrivateKey | dsa.DSAPrivateKey | ec.EllipticCurvePrivateKey "
    "| ed25519.Ed25519PrivateKey"
)
"""A key that certificates can be signed with."""

_RSA_EXPONENT: Final = 65_537


def generate_key(kind: str) -> PrivateKey | None:
    """A new key; ``None`` for an unknown kind."""
    match kind:
        case "" | "rsa":
            return generate_rsa(4096)
        case "dsa":
            return dsa.generate_private_key(2048)
        case "ecdsa":
            return ec.generate_private_key(ec.SECP256R1())
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
    return None


def generate_rsa(bits: int) -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(_RSA_EXPONENT, bits)


def key_to_pem(key: PrivateKey) -> str:
    """A key in the form that its kind has always had."""
    is_young = isinstance(key, ed25519.Ed25519PrivateKey)
    form = PrivateFormat.PKCS8 if is_young else PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def read_key(pem: str) -> PrivateKey:
    """A key from its PEM.

    :raises Failure: there is none.
    """
    if "-----BEGIN " not in pem:
        raise Failure("no PEM data in input")
    try:
        key = load_pem_private_key(pem.encode("utf-8", "surrogateescape"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Failure(f"parsing private key from PEM: {error}") from None
    known = (
        rsa.RSAPrivateKey,
        dsa.DSAPrivateKey,
        ec.EllipticCurvePrivateKey,
        ed25519.Ed25519PrivateKey,
    )
    if not isinstance(key, known):
        raise Failure("parsing private key from PEM: unknown kind of key")
    return key


def read_certificate(pem: str) -> x509.Certificate:
    """A certificate from its PEM.

    :raises Failure: there is none.
    """
    if "-----BEGIN " not in pem:
        raise Failure("unable to decode certificate")
    try:
        return x509.load_pem_x509_certificate(pem.encode("utf-8", "surrogateescape"))
    except ValueError as error:
        reason = f"error parsing certificate: decodedCert.Bytes: {error}"
        raise Failure(reason) from None


def make_certificate(
    name: str,
    addresses: list[str],
    hosts: list[str],
    days: int,
    key: PrivateKey,
    *,
    signer: tuple[x509.Certificate, PrivateKey] | None = None,
    is_authority: bool = False,
) -> str:
    """A certificate for a key, as PEM.

    :param name: the common name.
    :param addresses: IP addresses for which it holds.
    :param hosts: names for which it holds.
    :param days: how long from now on.
    :param signer: who signs it; its own key unless given.
    :param is_authority: whether it may sign others.
    :raises Failure: it cannot be made.
    """
    subject = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        if name
        else x509.Name([])
    )
    issuer, signing_key = (signer[0].subject, signer[1]) if signer else (subject, key)
    start = datetime.now(UTC)
    try:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
            .add_extension(_usage(is_authority), critical=True)
            .add_extension(_purposes(), critical=False)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        builder = _add_names(builder, addresses, hosts)
        builder = _add_identifiers(builder, key, signer, is_authority)
        is_young = isinstance(signing_key, ed25519.Ed25519PrivateKey)
        made = builder.sign(signing_key, None if is_young else SHA256())
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as error:
        raise Failure(f"error creating certificate: {error}") from None
    return made.public_bytes(Encoding.PEM).decode()


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _purposes() -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    )


def _add_names(
    builder: x509.CertificateBuilder, addresses: list[str], hosts: list[str]
) -> x509.CertificateBuilder:
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
    for address in addresses:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(address)))
        except ValueError:
            raise Failure(f"error parsing ip: {address}") from None
    if not names:
        return builder
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)


def _add_identifiers(
    builder: x509.CertificateBuilder,
    key: PrivateKey,
    signer: tuple[x509.Certificate, PrivateKey] | None,
    is_authority: bool,
) -> x509.CertificateBuilder:
    """Say which key this is, and which one signs."""
    if is_authority:
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(own, critical=False)
    if signer is not None:
        public = signer[1].public_key()
        other = x509.AuthorityKeyIdentifier.from_issuer_public_key(public)
        builder = builder.add_extension(other, critical=False)
    return builder
