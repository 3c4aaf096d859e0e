"""What a modifier does on the way out and on the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from krakendtw.middleware.auth._go_struct import Mismatch, decode_struct

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.martian._exchange import Call, Reply

OnCall: TypeAlias = "Callable[[Call], None]"
OnReply: TypeAlias = "Callable[[Reply], None]"

Parse: TypeAlias = "Callable[[Any], Pair]"
"""Reads a modifier that stands inside of another one."""

Build: TypeAlias = "Callable[[Any, Parse], Pair]"
"""Makes a modifier of its own part of the configuration."""


@frozen
class Pair:
    """A modifier's two sides; ``None`` where it has none.

    Both may raise :exc:`~krakendtw.errors.PipeError`.
    """

    call: OnCall | None = None
    reply: OnReply | None = None


def read(raw: Any, **fields: str) -> dict[str, Any]:
    """The fields of a modifier's part, ``scope`` put aside.

    :param fields: names and types, of Go's: ``string``, ``bool``, ``int``,
        ``[]string``, ``[]byte``.
    :raises Mismatch: a value of a wrong type.
    """
    kinds = {name: (kind, _ZEROS[kind]) for name, kind in fields.items()}
    return decode_struct(raw, "modifierJSON", kinds, package="parse")


def raw_field(raw: Any, name: str) -> Any:
    """A field as it stands; :data:`MISSING` if it is not there."""
    found = MISSING
    for key in sorted(raw or ()):
        if key.casefold() == name.casefold():
            found = raw[key]
    return found


def scope_of(raw: Any) -> Sequence[str] | None:
    """The sides that the configuration asks for; ``None`` for all.

    :raises Mismatch: it is no list of texts.
    """
    scope = raw_field(raw, "scope")
    if scope is MISSING or scope is None:
        return None
    found: Sequence[str] = decode_struct({"scope": scope}, "modifierJSON", _SCOPE)[
        "scope"
    ]
    return found


def in_scope(pair: Pair, raw: Any) -> Pair:
    """The sides of ``pair`` that the configuration asks for; all without a scope.

    :raises Mismatch: a side that it has not.
    """
    wanted = scope_of(raw)
    if wanted is None:
        return pair
    for side, has in (("request", pair.call), ("response", pair.reply)):
        if side in wanted and has is None:
            raise Mismatch(f'parse: invalid scope "{side}" for modifier')
    for side in wanted:
        if side not in ("request", "response"):
            raise Mismatch(
                f'parse: invalid scope: {side} not in ["request", "response"]'
            )
    return Pair(
        pair.call if "request" in wanted else None,
        pair.reply if "response" in wanted else None,
    )


MISSING: Any = object()
"""Stands for a field that is not there, which ``null`` is."""

_SCOPE: Mapping[str, tuple[str, Any]] = {"scope": ("[]string", ())}
_ZEROS: Mapping[str, Any] = {
    "string": "",
    "bool": False,
    "int": 0,
    "[]string": (),
    "[]byte": b"",
}
