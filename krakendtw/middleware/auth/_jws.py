"""JSON Web Signatures (RFC 7515): read, verified and made.

The container is read by go-jose's rules.  Whether a signature fits is said by
PyJWT's algorithm objects; which of them is used is said by the configuration,
never by a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import frozen
from jwt import PyJWTError, get_algorithm_by_name

from krakendtw.gojson.text import decode_utf8
from krakendtw.gojson.writer import dumps
from krakendtw.middleware.auth._jwk import BadKey, Key, parse_chain, parse_key
from krakendtw.middleware.auth._strict import (
    Malformed,
    decode64,
    encode64,
    load_object,
)

MAX_TOKEN_BYTES = 128 * 1024
"""Longer tokens are not looked at."""

KINDS: Mapping[str, str] = {
    "EdDSA": "OKP",
    **{f"HS{size}": "oct" for size in (256, 384, 512)},
    **{f"RS{size}": "RSA" for size in (256, 384, 512)},
    **{f"PS{size}": "RSA" for size in (256, 384, 512)},
    **{f"ES{size}": "EC" for size in (256, 384, 512)},
}
"""The algorithms, each with the one kind of key that it works with."""

_CURVES = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
_SPACES = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_drop_spaces = re.compile(f"[{_SPACES}]").sub
_search_untidy = re.compile(rb"[\t-\r \x80-\xff]").search

Verify: TypeAlias = "Callable[[Token, Key], bool]"
Sign: TypeAlias = "Callable[[object], str]"


class SigningError(Exception):
    """Nothing can be signed with this key."""


@frozen
class Token:
    """A token that nobody has verified yet.

    :ivar header: its header, the protected members before the others.
    :ivar signed: what the signature is made over.
    """

    header: Mapping[str, Any]
    signed: bytes
    payload: bytes
    signature: bytes


def parse_token(raw: bytes) -> Token:
    """A token in compact or JSON serialisation.

    :raises Malformed: it is none, or says what a token must not say.
    """
    if len(raw) > MAX_TOKEN_BYTES:
        raise Malformed("the token is too long")
    if raw[:1] == b"{" or _search_untidy(raw) is not None:
        return _parse_untidy(raw)
    return _parse_compact(raw)


def _parse_untidy(raw: bytes) -> Token:
    """What is not plainly compact: white space is nothing, a brace is JSON."""
    text = _drop_spaces("", decode_utf8(raw))
    if text.startswith("{"):
        return _parse_full(text.encode())
    return _parse_compact(text.encode())


def _parse_compact(raw: bytes) -> Token:
    """The compact serialisation (RFC 7515 §7.1)."""
    parts = raw.split(b".")
    if len(parts) != 3:
        raise Malformed("compact JWS format must have three parts")
    return _token(decode64(parts[0]), {}, decode64(parts[1]), decode64(parts[2]))


def _parse_full(text: bytes) -> Token:
    """The general and the flattened JSON serialisation (RFC 7515 §7.2)."""
    whole = load_object(text)
    payload = _octets(whole, "payload")
    if payload is None:
        raise Malformed("missing payload in JWS message")
    signatures = whole.get("signatures") or [whole]
    if type(signatures) is not list:
        raise Malformed("json: the signatures of a JWS message are a list")
    if len(signatures) > 1:
        raise Malformed("too many signatures in payload; expecting only one")
    (one,) = signatures
    if type(one) is not dict:
        raise Malformed("json: a signature of a JWS message is an object")
    open_header = one.get("header")
    if open_header is None:
        open_header = {}
    if type(open_header) is not dict:
        raise Malformed("json: the header of a signature is an object")
    if open_header.get("nonce"):
        raise Malformed("nonce parameter included in unprotected header")
    return _token(
        _octets(one, "protected") or b"",
        open_header,
        payload,
        _octets(one, "signature") or b"",
    )


def _octets(raw: Mapping[str, Any], name: str) -> bytes | None:
    value = raw.get(name)
    if value is None:
        return None
    if type(value) is not str:
        raise Malformed(f"json: member {name} of a JWS message is no string")
    return decode64(value.encode())


def _token(
    protected: bytes, open_header: dict[str, Any], payload: bytes, signature: bytes
) -> Token:
    header = load_object(protected) if protected else {}
    covered = payload if header.get("b64") is False else encode64(payload)
    if open_header:
        told = {
            name: value for name, value in header.items() if value not in ("", None)
        }
        header = {**open_header, **told}
    _check_header(header)
    return Token(header, b"%b.%b" % (encode64(protected), covered), payload, signature)


def _check_header(header: Mapping[str, Any]) -> None:
    """Types, and the extensions that must be understood (RFC 7515 §4.1.11).

    Keys that a token brings along are never used; but where one does, it must
    be public.
    """
    for name in ("alg", "kid", "nonce"):
        if type(header.get(name, "")) is not str and header[name] is not None:
            raise Malformed(f"json: header {name} is no string")
    if "crit" in header:
        _check_critical(header["crit"])
    try:
        parse_chain(header.get("x5c"))
        embedded = header.get("jwk")
        key = None if embedded is None else parse_key(embedded)
    except BadKey as error:
        raise Malformed(str(error)) from None
    if key is not None and (key.is_private or key.kind == "oct"):
        raise Malformed("invalid embedded jwk, must be public key")


def _check_critical(names: Any) -> None:
    if names is None:
        return
    if type(names) is not list or any(name != "b64" for name in names):
        raise Malformed("the token has critical headers that are not understood")


def compile_verify(name: str) -> Verify:
    """The function that says whether a token's signature is that of a key.

    A key of another kind than the algorithm's, and a private one, fit nothing.

    :param name: one of :data:`KINDS`.
    """
    kind = KINDS[name]
    curve = _CURVES.get(name)
    check = get_algorithm_by_name(name).verify

    def verify(token: Token, key: Key) -> bool:
        native = key.native
        if key.kind != kind or key.is_private or native is None:
            return False
        if curve is not None and native.curve.name != curve:
            return False
        return check(token.signed, native, token.signature)

    return verify


def compile_sign(name: str, key: Key, kind: str, *, full: bool) -> Sign:
    """The function that makes a token of a value.

    It raises :exc:`SigningError` or what :func:`~krakendtw.gojson.writer.dumps`
    raises.

    :param name: the algorithm.
    :param kind: the header's ``typ``.
    :param full: JSON serialisation in place of the compact one.
    :raises SigningError: the key is of no use for the algorithm.
    """
    native = key.native
    if KINDS.get(name) != key.kind or native is None:
        raise SigningError("unsupported key type/format")
    if key.kind != "oct" and not key.is_private:
        raise SigningError("unsupported key type/format")
    head = encode64(dumps({"alg": name, "kid": key.kid, "typ": kind}))
    make = get_algorithm_by_name(name).sign
    curve = _CURVES.get(name)

    def sign(value: object) -> str:
        if curve is not None and native.curve.name != curve:
            raise SigningError(f"the key's curve is not that of {name}")
        body = encode64(dumps(value))
        covered = b"%b.%b" % (head, body)
        try:
            signature = encode64(make(covered, native))
        except (PyJWTError, ValueError) as error:
            raise SigningError(str(error)) from error
        if full:
            return _full(head, body, signature)
        return (b"%b.%b" % (covered, signature)).decode()

    return sign


def _full(head: bytes, body: bytes, signature: bytes) -> str:
    """The flattened JSON serialisation (RFC 7515 §7.2.2)."""
    return (
        b'{"payload":"%b","protected":"%b","signature":"%b"}' % (body, head, signature)
    ).decode()
