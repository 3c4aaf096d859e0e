"""Keys and tokens for the tests of ``auth/…``."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import get_algorithm_by_name

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.middleware.auth._jwk import Key, parse_key
from krakendtw.middleware.auth._strict import encode64
from krakendtw.testing import extra_config

SECRET = b"a secret of thirty-two bytes ..." * 2
HEADER: Mapping[str, Any] = {"alg": "HS256", "typ": "JWT", "kid": "h"}
NOW = 1_700_000_000.0
PLACE = ConfigPath(("endpoints", 0, "extra_config", "auth/validator"))
SERVICE_PLACE = ConfigPath(("extra_config", "auth/validator"))

_FAMILIES = {"RS": "RS256", "PS": "RS256", "ES": "ES256", "Ed": "EdDSA"}


def text64(raw: bytes) -> str:
    """``raw`` in base64url."""
    return encode64(raw).decode()


OCT = {"kty": "oct", "kid": "h", "k": text64(SECRET)}


def raw_json(value: Any) -> bytes:
    """``value`` as it is if it is bytes, else as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def token(payload: Any, header: Any = HEADER, secret: bytes = SECRET) -> bytes:
    """A token signed with HMAC and SHA-256, whatever its header says.

    :param payload: bytes, or a value for JSON; the header likewise.
    """
    signed = encode64(raw_json(header)) + b"." + encode64(raw_json(payload))
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return signed + b"." + encode64(digest)


@cache
def private_key(name: str) -> Any:
    """A private key for an algorithm, the same one every time."""
    if name.startswith("Ed"):
        return Ed25519PrivateKey.generate()
    if name.startswith("ES"):
        curves: Mapping[str, ec.EllipticCurve] = {
            "ES256": ec.SECP256R1(),
            "ES384": ec.SECP384R1(),
            "ES512": ec.SECP521R1(),
        }
        return ec.generate_private_key(curves[name])
    return _rsa_key()


@cache
def _rsa_key() -> Any:
    return rsa.generate_private_key(65537, 2048)


def jwk(name: str, kid: str = "k", *, private: bool = False) -> dict[str, Any]:
    """The JWK of the key for an algorithm."""
    if name.startswith("HS"):
        return {**OCT, "kid": kid}
    found = private_key(name)
    algorithm: Any = get_algorithm_by_name(_FAMILIES[name[:2]])
    made = algorithm.to_jwk(found if private else found.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return {**made, "kid": kid}


def key(name: str, kid: str = "k", *, private: bool = False) -> Key:
    """The same as a key."""
    return parse_key(jwk(name, kid, private=private))


def signed_by(name: str, payload: Any, kid: str = "k") -> bytes:
    """A token signed with the key for an algorithm."""
    head = encode64(raw_json({"alg": name, "kid": kid}))
    signed = head + b"." + encode64(raw_json(payload))
    native = SECRET if name.startswith("HS") else private_key(name)
    signature = get_algorithm_by_name(name).sign(signed, native)
    return signed + b"." + encode64(signature)


def endpoint_config(path: str = "/test", **fields: Any) -> EndpointConfig:
    """An endpoint's configuration."""
    return EndpointConfig(path=path, **fields)


def service_config(settings: Mapping[str, Any]) -> ServiceConfig:
    """A service with components of its own."""
    return ServiceConfig(extra=extra_config(settings))
