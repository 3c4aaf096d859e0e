#!/usr/bin/env python3
"""What ``auth/validator`` costs: the same token again, and each token anew.

    tokens.py [--rounds 7]

Microseconds for one request from the handler's call to the next handler's, the
look for the header included, the best of the rounds.  Prints a table; no network,
ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from krakendtw.config.where import ConfigPath
from krakendtw.middleware.auth._strict import encode64
from krakendtw.middleware.auth.validator import configure
from krakendtw.router.answer import Answer
from krakendtw.testing import gateway_request, handler_scope

PLACE = ConfigPath(("endpoints", 0, "extra_config", "auth/validator"))
CLAIMS = {
    "sub": "u-1",
    "iss": "https://issuer.example",
    "aud": ["one"],
    "exp": 4102444800,
    "iat": 1600000000,
    "roles": ["a", "b"],
    "name": "Some Body",
    "email": "some.body@example.com",
}
ALGORITHMS = ("HS256", "RS256", "PS256", "ES256", "EdDSA")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"{'µs':8}{'again':>8}{'anew':>8}{'with claims':>13}")
    for name in ALGORITHMS:
        private, public = keys(name)
        raw = jwt.encode(CLAIMS, private, algorithm=name, headers={"kid": "k"})
        plain: dict[str, Any] = {"issuer": CLAIMS["iss"], "audience": ["one"]}
        more = {"roles": ["b"], "propagate_claims": [["sub", "X-User"]]}
        print(
            f"{name:8}"
            f"{measure(name, public, raw, plain, 20_000, rounds):8.2f}"
            f"{measure(name, public, raw, plain | OFF, 500, rounds):8.1f}"
            f"{measure(name, public, raw, plain | more, 20_000, rounds):13.2f}"
        )


OFF = {"token_cache_size": 0}


def keys(name: str) -> tuple[Any, dict[str, Any]]:
    """A private key, and what verifies with it as a JWK."""
    if name == "HS256":
        secret = os.urandom(32)
        return secret, {"kty": "oct", "k": encode64(secret).decode()}
    private: Any = rsa.generate_private_key(65537, 2048)
    if name == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    elif name == "EdDSA":
        private = Ed25519PrivateKey.generate()
    algorithm: Any = jwt.get_algorithm_by_name(name)
    return private, algorithm.to_jwk(private.public_key(), as_dict=True)


def measure(
    name: str,
    public: dict[str, Any],
    raw: str,
    settings: dict[str, Any],
    count: int,
    rounds: int,
) -> float:
    """Microseconds for one request with a token."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"keys": [{**public, "kid": "k"}]}, file)
        file.flush()
        source = {"jwk_local_path": file.name, "disable_jwk_security": True}
        validator: Any = configure({"alg": name, **source, **settings}, PLACE)
        answer = Answer(200)
        handler = validator.wrap_handler(handler_scope(), lambda request: answer)
    headers = {"User-Agent": "b", "Accept": "*/*", "Authorization": f"Bearer {raw}"}
    request = gateway_request(headers=headers)
    original = request.headers

    def ask() -> Any:
        request.headers = original
        return handler(request)

    assert ask().status == 200
    return min(timed(ask, count) for _ in range(rounds))


def timed(call: Callable[[], Any], count: int) -> float:
    """Microseconds for one call."""
    before = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - before) / count * 1e6


if __name__ == "__main__":
    main()
