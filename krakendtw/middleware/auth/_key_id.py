"""How tokens and keys find each other: ``key_identify_strategy``.

What a token says of its key is a text to look up and nothing else: no path, no
address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.middleware.auth._strict import encode64

if TYPE_CHECKING:
    from krakendtw.middleware.auth._jwk import Key

KeyId: TypeAlias = "Callable[[Key], str]"
TokenKeyId: TypeAlias = "Callable[[Mapping[str, Any]], str]"

STRATEGIES = ("kid", "x5t", "x5t#S256", "kid_x5t")


def key_id_of(strategy: str) -> KeyId:
    """What a key is found by; an unknown strategy means ``kid``."""
    return _KEY_IDS.get(strategy, _KEY_IDS["kid"])


def token_key_id_of(strategy: str) -> TokenKeyId:
    """What a token's header says of its key, in the same words."""
    return _TOKEN_KEY_IDS.get(strategy, _token_kid)


def _token_kid(header: Mapping[str, Any]) -> str:
    return header.get("kid") or ""


def _token_x5t(header: Mapping[str, Any]) -> str:
    found = header.get("x5t")
    return found if type(found) is str else _token_kid(header)


def _token_x5t_s256(header: Mapping[str, Any]) -> str:
    found = header.get("x5t#S256")
    return found if type(found) is str else _token_kid(header)


_KEY_IDS: Mapping[str, KeyId] = {
    "kid": lambda key: key.kid,
    "x5t": lambda key: encode64(key.x5t).decode(),
    "x5t#S256": lambda key: encode64(key.x5t_s256).decode(),
    "kid_x5t": lambda key: key.kid + encode64(key.x5t).decode(),
}
_TOKEN_KEY_IDS: Mapping[str, TokenKeyId] = {
    "kid": _token_kid,
    "x5t": _token_x5t,
    "x5t#S256": _token_x5t_s256,
    "kid_x5t": lambda header: _token_kid(header) + _token_x5t(header),
}
