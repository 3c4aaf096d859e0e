"""Sprig's keys and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from krakendtw.gojson.text import decode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.printing import show
from krakendtw.template.signature import Function, List, declare_all
from krakendtw.template.sprig.encoding import decode_base64
from krakendtw.template.values import GoType, Named

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed

    from krakendtw.template.certificates import PrivateKey

# The library behind takes a while to load and few templates need it.


class Certificate(Named):
    """A certificate with its key, both as PEM."""

    __slots__ = ("certificate", "key")

    go_type: ClassVar[GoType] = GoType("sprig.certificate", "struct")

    def __init__(self, certificate: str, key: str) -> None:
        self.certificate = certificate
        self.key = key


Certificate.FIELDS = {"Cert": "certificate", "Key": "key"}


def private_key(kind: str) -> str:
    """A new key: ``rsa``, ``dsa``, ``ecdsa`` or ``ed25519``."""
    from krakendtw.template.certificates import generate_key, key_to_pem

    key = generate_key(kind)
    return f"Unknown type {kind}" if key is None else key_to_pem(key)


def custom(certificate: str, key: str) -> Any:
    """A certificate and its key from base64.

    :raises Failure: one of both is none.
    """
    from krakendtw.template.certificates import read_certificate, read_key

    made = Certificate(_decode(certificate, "certificate"), _decode(key, "private key"))
    read_certificate(made.certificate)
    try:
        read_key(made.key)
    except Failure as failure:
        raise Failure(f"error parsing private key: {failure}") from None
    return made


def _decode(text: str, name: str) -> str:
    try:
        return decode_raw(decode_base64(text))
    except Failure:
        raise Failure(f"unable to decode base64 {name}") from None


def authority(name: str, days: int) -> Any:
    """A new key and the certificate of an authority for it."""
    return _make(name, [], [], days, None, is_authority=True)


def authority_with_key(name: str, days: int, key: str) -> Any:
    """The certificate of an authority for a key.

    :raises Failure: there is no key.
    """
    return _make(name, [], [], days, _key(key), is_authority=True)


def self_signed(name: str, addresses: List, hosts: List, days: int) -> Any:
    """A new key and its own certificate for it.

    :raises Failure: an address or a name is none.
    """
    return _make(name, addresses, hosts, days, None)


def self_signed_with_key(
    name: str, addresses: List, hosts: List, days: int, key: str
) -> Any:
    """A key's own certificate.

    :raises Failure: there is no key; an address or a name is none.
    """
    return _make(name, addresses, hosts, days, _key(key))


def signed(
    name: str, addresses: List, hosts: List, days: int, signer: Certificate
) -> Any:
    """A new key and an authority's certificate for it.

    :raises Failure: an address or a name is none.
    """
    return _make(name, addresses, hosts, days, None, signer=_signer(signer))


def signed_with_key(
    name: str, addresses: List, hosts: List, days: int, signer: Certificate, key: str
) -> Any:
    """An authority's certificate for a key.

    :raises Failure: there is no key; an address or a name is none.
    """
    return _make(name, addresses, hosts, days, _key(key), signer=_signer(signer))


def _make(
    name: str,
    addresses: List,
    hosts: List,
    days: int,
    key: PrivateKey | None,
    *,
    signer: tuple[Parsed, PrivateKey] | None = None,
    is_authority: bool = False,
) -> Certificate:
    from krakendtw.template.certificates import (
        generate_rsa,
        key_to_pem,
        make_certificate,
    )

    own = key or generate_rsa(2048)
    pem = make_certificate(
        name,
        _texts(addresses, "error parsing ip"),
        _texts(hosts, "error processing alternate dns name"),
        days,
        own,
        signer=signer,
        is_authority=is_authority,
    )
    return Certificate(pem, key_to_pem(own))


def _texts(values: List, complaint: str) -> list[str]:
    for value in values:
        if not isinstance(value, str):
            raise Failure(f"{complaint}: {show(value)} is not a string")
    return [str(value) for value in values]


def _key(pem: str) -> PrivateKey:
    from krakendtw.template.certificates import read_key

    try:
        return read_key(pem)
    except Failure as failure:
        raise Failure(f"parsing private key: {failure}") from None


def _signer(signer: Certificate) -> tuple[Parsed, PrivateKey]:
    from krakendtw.template.certificates import read_certificate, read_key

    certificate = read_certificate(signer.certificate)
    try:
        return certificate, read_key(signer.key)
    except Failure as failure:
        raise Failure(f"error parsing private key: {failure}") from None


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "genPrivateKey": private_key,
        "buildCustomCert": custom,
        "genCA": authority,
        "genCAWithKey": authority_with_key,
        "genSelfSignedCert": self_signed,
        "genSelfSignedCertWithKey": self_signed_with_key,
        "genSignedCert": signed,
        "genSignedCertWithKey": signed_with_key,
    }
)
"""The functions by name."""
