"""Certificates, keys and authorities in PEM files, with errors in Go's words."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from OpenSSL import SSL, crypto

from krakendtw.errors import GatewayError

if TYPE_CHECKING:
    from krakendtw.config.model import TLSKeyPair

_BLOCK = re.compile(
    rb"^-----BEGIN ([ -~]+?)-----[ \t\r]*\n"
    rb"((?:[!-~]+:.*\n|[ \t]+\S.*\n)*)"  # header fields of encrypted keys
    rb"([A-Za-z0-9+/=\s]*?)-----END \1-----",
    re.MULTILINE,
)

_KINDS: tuple[tuple[type, type], ...] = (
    (rsa.RSAPublicKey, rsa.RSAPrivateKey),
    (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey),
    (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey),
)


class TLSFileError(GatewayError):
    """A file is missing or does not hold what TLS needs."""


@frozen
class KeyPair:
    """A certificate with its chain and key.

    :ivar path: the file of the chain.
    :ivar leaf: the first certificate in it.
    :ivar key: its private key.
    """

    path: str
    leaf: x509.Certificate
    key: Any

    def use(self, context: SSL.Context) -> None:
        """Present this certificate.

        :raises OpenSSL.SSL.Error: the file has changed since it was read.
        """
        context.use_certificate_chain_file(self.path)
        context.use_privatekey(crypto.PKey.from_cryptography_key(self.key))

    @property
    def kind(self) -> type:
        """The type of its key: a context holds one certificate of each."""
        public = self.leaf.public_key()
        return next(kind for kind, _ in _KINDS if isinstance(public, kind))

    def names(self) -> Sequence[str]:
        """The DNS names that it is valid for, in small letters."""
        return [name.lower() for name in dns_names(self.leaf)]


def dns_names(certificate: x509.Certificate) -> Sequence[str]:
    """The DNS names among a certificate's subject alternative names."""
    names = alternative_names(certificate)
    return () if names is None else names.get_values_for_type(x509.DNSName)


def alternative_names(
    certificate: x509.Certificate,
) -> x509.SubjectAlternativeName | None:
    """The extension with a certificate's names; ``None`` without or if broken."""
    try:
        found = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (x509.ExtensionNotFound, ValueError):
        return None
    return found.value


def read_pair(pair: TLSKeyPair) -> KeyPair:
    """A certificate and the key that belongs to it.

    :raises TLSFileError: there is none, as Go's ``LoadX509KeyPair`` says it.
    """
    public, private = read(pair.public_key), read(pair.private_key)
    leaf = _certificate(public)
    key = _key(private)
    public_key = leaf.public_key()
    for kind, private_kind in _KINDS:
        if isinstance(public_key, kind):
            if not isinstance(key, private_kind):
                raise TLSFileError(
                    "tls: private key type does not match public key type"
                )
            if key.public_key() != public_key:  # type: ignore[attr-defined]
                raise TLSFileError("tls: private key does not match public key")
            return KeyPair(pair.public_key, leaf, key)
    raise TLSFileError("tls: unknown public key algorithm")


def read(path: str) -> bytes:
    """The content of a file.

    :raises TLSFileError: in Go's words: ``open x: no such file or directory``.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        step = "read" if isinstance(error, IsADirectoryError) else "open"
        reason = (error.strerror or str(error)).lower()
        raise TLSFileError(f"{step} {path}: {reason}") from error


def _certificate(pem: bytes) -> x509.Certificate:
    """The first certificate of a file."""
    skipped = []
    for kind, der in _blocks(pem):
        if kind == "CERTIFICATE":
            try:
                return x509.load_der_x509_certificate(der)
            except ValueError as error:
                raise TLSFileError("x509: malformed certificate") from error
        skipped.append(kind)
    if not skipped:
        raise TLSFileError("tls: failed to find any PEM data in certificate input")
    if len(skipped) == 1 and skipped[0].endswith("PRIVATE KEY"):
        raise TLSFileError(
            "tls: failed to find certificate PEM data in certificate input, but did "
            "find a private key; PEM inputs may have been switched"
        )
    raise TLSFileError(
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after '
        f"skipping PEM blocks of the following types: [{' '.join(skipped)}]"
    )


def _key(pem: bytes) -> Any:
    """The first private key of a file."""
    skipped = []
    for kind, der in _blocks(pem):
        if kind == "PRIVATE KEY" or kind.endswith(" PRIVATE KEY"):
            try:
                return serialization.load_der_private_key(der, password=None)
            except (ValueError, TypeError, UnsupportedAlgorithm) as error:
                raise TLSFileError("tls: failed to parse private key") from error
        skipped.append(kind)
    if not skipped:
        raise TLSFileError("tls: failed to find any PEM data in key input")
    if skipped == ["CERTIFICATE"]:
        raise TLSFileError(
            "tls: found a certificate rather than a key in the PEM for the private key"
        )
    raise TLSFileError(
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input '
        f"after skipping PEM blocks of the following types: [{' '.join(skipped)}]"
    )


def _blocks(pem: bytes) -> Iterator[tuple[str, bytes]]:
    """The blocks of a PEM file (RFC 7468); broken ones are passed over."""
    for match in _BLOCK.finditer(pem):
        try:
            yield match[1].decode(), binascii.a2b_base64(match[3])
        except binascii.Error:
            continue


def read_authorities(
    paths: Iterable[str], report: Callable[[str, str], object]
) -> list[x509.Certificate]:
    """All certificates of some files; what is no certificate is passed over.

    :param report: told the path and the error of a file that cannot be read.
    """
    found = []
    for path in paths:
        try:
            pem = read(path)
        except TLSFileError as error:
            report(path, str(error))
            continue
        for kind, der in _blocks(pem):
            if kind == "CERTIFICATE":
                try:
                    found.append(x509.load_der_x509_certificate(der))
                except ValueError:
                    continue
    return found


def trust(
    context: SSL.Context,
    authorities: Iterable[x509.Certificate],
    *,
    with_system: bool,
) -> None:
    """Make a context trust these certificates, be they authorities or not.

    :param with_system: whether to trust the machine's authorities too.
    """
    if with_system:
        context.set_default_verify_paths()
    store: Any = context.get_cert_store()
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    for certificate in authorities:
        store.add_cert(crypto.X509.from_cryptography(certificate))


def text_of(error: Exception) -> str:
    """A fault of files or of OpenSSL in words."""
    if isinstance(error, SSL.Error) and error.args and error.args[0]:
        return "; ".join(str(part[-1]) for part in error.args[0])
    return str(error)
