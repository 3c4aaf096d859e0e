"""Claims (RFC 7519 §4): read, judged, and turned into text.

Every number of a token is a ``float``, as inside KrakenD.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from krakendtw.gojson.format import format_v
from krakendtw.gojson.writer import dumps
from krakendtw.middleware.auth._strict import Malformed, load_object

Claims: TypeAlias = Mapping[str, Any]

_EPSILON = 1e-6
_LIMIT = float(1 << 63)
_LOWEST = -(1 << 63)
_EVER = float("inf")


class Unacceptable(ValueError):
    """Claims that the endpoint does not take; the text is for the log."""


@frozen
class Lifetime:
    """When a token may be used, in seconds since the epoch, ends included."""

    start: float
    end: float


@frozen
class Expectations:
    """What the registered claims of an endpoint's tokens must say.

    :ivar issuer: ``iss``, empty for any.
    :ivar audience: all of them must stand in ``aud``.
    :ivar leeway: seconds that ``exp``, ``nbf`` and ``iat`` are stretched by.
    """

    issuer: str
    audience: tuple[str, ...]
    leeway: float

    def check(self, claims: Claims, now: float) -> Lifetime:
        """Judge the registered claims.

        :param now: seconds since the epoch.
        :raises Unacceptable: also for a claim of a wrong type.
        """
        issuer = _registered_text(claims, "iss")
        _registered_text(claims, "sub")
        _registered_text(claims, "jti")
        audience = _audience(claims)
        expiry = _date(claims, "exp", _EVER)
        not_before = _date(claims, "nbf", -_EVER)
        issued = _date(claims, "iat", -_EVER)
        if self.issuer and issuer != self.issuer:
            raise Unacceptable("validation failed, invalid issuer claim (iss)")
        if not all(wanted in audience for wanted in self.audience):
            raise Unacceptable("validation failed, invalid audience claim (aud)")
        if now + self.leeway < not_before:
            raise Unacceptable("validation failed, token not valid yet (nbf)")
        if now - self.leeway > expiry:
            raise Unacceptable("validation failed, token is expired (exp)")
        if now + self.leeway < issued:
            raise Unacceptable("validation field, token issued in the future (iat)")
        return Lifetime(max(not_before, issued) - self.leeway, expiry + self.leeway)


def read_claims(payload: bytes) -> dict[str, Any]:
    """The claims of a token.

    :raises Unacceptable: the payload is no JSON object.
    """
    try:
        return load_object(payload)
    except Malformed as error:
        raise Unacceptable(str(error)) from None


def _registered_text(claims: Claims, name: str) -> str:
    value = claims.get(name, "")
    if value is None:
        return ""
    if type(value) is not str:
        raise Unacceptable(f"json: claim {name} is no string")
    return value


def _audience(claims: Claims) -> Sequence[str]:
    if "aud" not in claims:
        return ()
    value = claims["aud"]
    if type(value) is str:
        return (value,)
    if type(value) is list and all(type(item) is str for item in value):
        return value
    raise Unacceptable("expected string or array value to unmarshal to Audience")


def _date(claims: Claims, name: str, default: float) -> float:
    """A NumericDate, cut to whole seconds."""
    value = claims.get(name)
    if value is None:
        return default
    if type(value) is not float:
        raise Unacceptable("expected number value to unmarshal NumericDate")
    # What no int64 holds becomes the lowest one, as on KrakenD's machines.
    return float(int(value)) if -_LIMIT <= value < _LIMIT else float(_LOWEST)


# --- as text


def claim_text(value: Any) -> str:
    """A claim in one piece of text: a header field, a part of a path."""
    if type(value) is str:
        return value
    if type(value) is float:
        return _number_text(value)
    if type(value) is list:
        return ",".join(map(format_v, value))
    return dumps(value).decode()


def claim_texts(value: Any) -> list[str]:
    """A claim as the values of a header field: each element of a list is one."""
    if type(value) is list:
        return list(map(format_v, value))
    return [claim_text(value)]


def _number_text(value: float) -> str:
    whole = round(value)
    if abs(value - whole) > _EPSILON:
        return f"{value:f}"
    return str(whole if -_LIMIT <= whole < _LIMIT else _LOWEST)


# --- where claims lie

_NOTHING: Claims = {}


def compile_holder(
    name: str, *, is_nested: bool
) -> tuple[Callable[[Claims], Claims], str]:
    """What finds the object that holds a claim, and the claim's name in it.

    :param is_nested: whether dots in ``name`` lead through objects; what is on
        the way and no object holds nothing.
    """
    if not is_nested or "." not in name:
        return (lambda claims: claims), name
    *path, last = name.split(".")

    def holder(claims: Claims) -> Claims:
        found: Any = claims
        for step in path:
            found = found.get(step)
            if type(found) is not dict:
                return _NOTHING
        held: Claims = found
        return held

    return holder, last


def is_dotted_path(name: str) -> bool:
    """Whether dots in a claim's name lead through objects: not in a URL."""
    return "." in name and not name.startswith("http")
