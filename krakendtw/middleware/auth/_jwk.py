"""JSON Web Keys (RFC 7517) as KrakenD takes them: one bad key spoils its set.

What a key says of its own use (``alg``, ``use``, ``key_ops``) is not asked, as
in KrakenD; which algorithm may use which kind of key is fixed by
:mod:`krakendtw.middleware.auth._jws`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from krakendtw.middleware.auth._strict import Malformed, decode64


class BadKey(ValueError):
    """A key, and with it its set, that cannot be read."""


@frozen(eq=False)
class Key:
    """One key of a set.

    :ivar kid: its name, empty without one.
    :ivar x5t: the SHA-1 thumbprint of its certificate, empty without one.
    :ivar x5t_s256: the same with SHA-256.
    :ivar kind: ``RSA``, ``EC``, ``OKP`` or ``oct``.
    :ivar native: what signs or verifies: bytes, or a key of ``cryptography``;
        ``None`` if the set is fine but this key is of no use.
    :ivar material: what makes it this key: equal for equal keys.
    """

    kid: str
    x5t: bytes
    x5t_s256: bytes
    kind: str
    is_private: bool
    native: Any = field(repr=False)
    material: tuple[Any, ...] = field(repr=False)


_CURVES: Mapping[str, tuple[ec.EllipticCurve, int]] = {
    "P-256": (ec.SECP256R1(), 32),
    "P-384": (ec.SECP384R1(), 48),
    "P-521": (ec.SECP521R1(), 66),
}
_TEXTS = ("use", "kty", "kid", "crv", "alg", "x5u", "x5t", "x5t#S256")
_OCTETS = ("k", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi")


def parse_key(raw: Any) -> Key:
    """The key that a JSON object describes.

    :raises BadKey: go-jose would not read it.
    """
    if not isinstance(raw, Mapping):
        raise BadKey("unknown json web key type ''")
    texts = {name: _text(raw, name) for name in _TEXTS}
    octets = {name: _octets(raw, name) for name in _OCTETS}
    certificate = parse_chain(raw.get("x5c"))
    read = _READERS.get(texts["kty"])
    if read is None:
        raise BadKey(f"unknown json web key type '{texts['kty']}'")
    kind = texts["kty"]
    is_private, native, material = read(texts["crv"], octets)
    if certificate is not None and kind == "oct":
        raise BadKey("invalid JWK, found 'oct' (symmetric) key with cert chain")
    x5t = _thumbprint(texts["x5t"], 20, "x5t")
    x5t_s256 = _thumbprint(texts["x5t#S256"], 32, "x5t#S256")
    if certificate is not None:
        _check_certificate(certificate, is_private, native, x5t, x5t_s256)
    return Key(texts["kid"], x5t, x5t_s256, kind, is_private, native, (kind, *material))


def parse_keys(document: Any) -> tuple[Key, ...]:
    """The keys of a set (RFC 7517 §5).

    :raises BadKey: it is no set, or one of its keys is bad.
    """
    if not isinstance(document, Mapping):
        raise BadKey("json: a JWK set is an object")
    keys: Any = None
    for name, value in document.items():  # as Go: any case, the last one counts
        if name.lower() == "keys" and value is not None:
            keys = value
    if keys is None:
        return ()
    if not isinstance(keys, list):
        raise BadKey("json: the keys of a JWK set are a list")
    return tuple(map(parse_key, keys))


def parse_chain(chain: Any) -> Any:
    """The first certificate of an ``x5c`` member; all of them must be readable.

    :raises BadKey: one of them is not.
    """
    if chain is None:
        return None
    if not isinstance(chain, list) or not all(type(item) is str for item in chain):
        raise BadKey("failed to unmarshal x5c field")
    try:
        found = [
            load_der_x509_certificate(base64.b64decode(item.encode(), validate=True))
            for item in chain
        ]
    except ValueError as error:
        raise BadKey(f"failed to unmarshal x5c field: {error}") from None
    return found[0] if found else None


# --- members


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if type(value) is not str:
        raise BadKey(f"json: member {name} of a key is no string")
    return value


def _octets(raw: Mapping[str, Any], name: str) -> bytes | None:
    value = raw.get(name)
    if value is None:
        return None
    if type(value) is not str:
        raise BadKey(f"json: member {name} of a key is no string")
    try:
        return decode64(value.encode("utf-8", "replace"))
    except Malformed as error:
        raise BadKey(f"member {name} of a key: {error}") from None


def _wanted(octets: Mapping[str, bytes | None], *names: str) -> list[int]:
    """Members as numbers.

    :raises BadKey: one of them is missing.
    """
    found = [octets[name] for name in names]
    missing = [name for name, value in zip(names, found, strict=True) if value is None]
    if missing:
        raise BadKey(f"invalid key, missing {'/'.join(missing)} value(s)")
    return [int.from_bytes(value or b"") for value in found]


def _thumbprint(text: str, size: int, name: str) -> bytes:
    """The bytes of a thumbprint; some write it in hexadecimal first."""
    try:
        found = decode64(text.encode("utf-8", "replace"))
        if len(found) == 2 * size:
            found = binascii.unhexlify(found)
    except (Malformed, binascii.Error):
        raise BadKey(f"invalid JWK, {name} header has invalid encoding") from None
    if found and len(found) != size:
        raise BadKey(f"invalid JWK, {name} header is of incorrect size")
    return found


def _check_certificate(
    certificate: Any, is_private: bool, native: Any, x5t: bytes, x5t_s256: bytes
) -> None:
    """A certificate must be that of the key (RFC 7517 §4.7)."""
    der = certificate.public_bytes(Encoding.DER)
    if native is not None:
        public = native.public_key() if is_private else native
        if _spki(certificate.public_key()) != _spki(public):
            raise BadKey("invalid JWK, public keys in key and x5c fields do not match")
    sha1 = hashlib.sha1(der, usedforsecurity=False).digest()
    for name, given, found in (
        ("x5t", x5t, sha1),
        ("x5t#S256", x5t_s256, hashlib.sha256(der).digest()),
    ):
        if given and not hmac.compare_digest(given, found):
            raise BadKey(f"invalid JWK, x5c thumbprint does not match {name} value")


def _spki(public: Any) -> bytes:
    found: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found


# --- kinds

_Read: TypeAlias = "tuple[bool, Any, tuple[Any, ...]]"
"""Whether it is private, what signs or verifies, and what makes it this key."""


def _read_rsa(curve: str, octets: Mapping[str, bytes | None]) -> _Read:
    if octets["d"] is None:
        n, e = _wanted(octets, "n", "e")
        return False, _usable(lambda: rsa.RSAPublicNumbers(e, n).public_key()), (n, e)
    n, e, d, p, q = _wanted(octets, "n", "e", "d", "p", "q")
    try:
        native = rsa.RSAPrivateNumbers(
            p,
            q,
            d,
            rsa.rsa_crt_dmp1(d, p),
            rsa.rsa_crt_dmq1(d, q),
            rsa.rsa_crt_iqmp(p, q),
            rsa.RSAPublicNumbers(e, n),
        ).private_key()
    except (ValueError, ZeroDivisionError, UnsupportedAlgorithm) as error:
        raise BadKey(f"invalid RSA private key: {error}") from None
    return True, native, (n, e, d)


def _read_ec(curve: str, octets: Mapping[str, bytes | None]) -> _Read:
    if curve not in _CURVES:
        raise BadKey(f"unsupported elliptic curve '{curve}'")
    group, size = _CURVES[curve]
    x, y = _wanted(octets, "x", "y")
    for name in ("x", "y", "d"):
        value = octets[name]
        if value is not None and len(value) != size:
            raise BadKey(f"invalid EC key, wrong length for {name}")
    numbers = ec.EllipticCurvePublicNumbers(x, y, group)
    try:
        public = numbers.public_key()
    except ValueError:
        raise BadKey("invalid EC key, X/Y are not on declared curve") from None
    if octets["d"] is None:
        return False, public, (curve, x, y)
    (d,) = _wanted(octets, "d")
    private = ec.EllipticCurvePrivateNumbers(d, numbers)
    return True, _usable(private.private_key), (curve, x, y, d)


def _read_okp(curve: str, octets: Mapping[str, bytes | None]) -> _Read:
    x, d = octets["x"], octets["d"]
    if curve != "Ed25519" or x is None:
        raise BadKey(f"unknown curve {curve}'")
    if d is None:
        return False, _usable(lambda: Ed25519PublicKey.from_public_bytes(x)), (x,)
    private = _usable(lambda: Ed25519PrivateKey.from_private_bytes(d))
    if private is not None and private.public_key().public_bytes_raw() != x:
        private = None
    return True, private, (x, d)


def _read_oct(curve: str, octets: Mapping[str, bytes | None]) -> _Read:
    k = octets["k"]
    if k is None:
        raise BadKey("invalid OCT (symmetric) key, missing k value")
    # An empty secret is everybody's: such a key is there, but of no use.
    return False, k or None, (k,)


def _usable(make: Callable[[], Any]) -> Any:
    """What ``make`` gives; ``None`` where ``cryptography`` will not have it.

    Those are keys that go-jose reads without a closer look, and that are too
    weak or too odd to verify anything.
    """
    try:
        return make()
    except (ValueError, UnsupportedAlgorithm):
        return None


_READERS: Mapping[str, Callable[[str, Mapping[str, bytes | None]], _Read]] = {
    "RSA": _read_rsa,
    "EC": _read_ec,
    "OKP": _read_okp,
    "oct": _read_oct,
}
