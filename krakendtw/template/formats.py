"""Values of all types by printf's verbs."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from krakendtw.template.values import (
    BYTES,
    INTEGERS,
    INTERFACE,
    Address,
    GoSyntax,
    Named,
    Stringer,
    is_nil,
    type_of,
)
from krakendtw.template.verbs import (
    Flags,
    format_float,
    format_integer,
    format_text,
    from_bytes,
)

_REFERENCES: Final = frozenset(("map", "slice", "ptr"))
"""The kinds of what lies at an address."""


def format_value(
    value: Any, verb: str, flags: Flags, depth: int = 0, *, is_failing: bool = False
) -> str:
    """One value by a verb.

    :param depth: how many lists, maps and structs it is in.
    :param is_failing: whether this is about a verb that is wrong; then values do
        not say themselves how they print.
    """
    if value is None:
        return _nothing(verb, flags, depth)
    if depth == 0 and verb == "T":
        return flags.pad(flags.truncate(type_of(value).name))
    if depth == 0 and verb == "p":
        return _pointer(value, flags)
    if not is_failing:
        formatted = _by_method(value, verb, flags)
        if formatted is not None:
            return formatted
    formatted = _by_kind(value, verb, flags, depth, is_failing)
    return _bad(value, verb, flags) if formatted is None else formatted


def _nothing(verb: str, flags: Flags, depth: int) -> str:
    if depth and flags.sharp_v:
        return f"{INTERFACE}(nil)"
    if verb == "v" or (verb == "T" and not depth):
        return "<nil>" if depth else flags.pad("<nil>")
    # Inside of a list or a map Go prints nil by any verb.
    return "<nil>" if depth else f"%!{verb}(<nil>)"


def _by_method(value: Any, verb: str, flags: Flags) -> str | None:
    """What a value says itself; ``None`` if it has nothing to say."""
    kind = type_of(value).kind
    is_named = isinstance(value, Named)
    if verb == "w" and (is_named or kind in ("map", "slice")):
        return _bad(value, verb, flags)
    if flags.sharp_v:
        if isinstance(value, GoSyntax):
            return flags.pad(flags.truncate(value.go_syntax()))
    elif isinstance(value, Stringer) and verb in "vsxXq":
        return format_text(value.go_string(), verb, flags)
    return None


def _by_kind(
    value: Any, verb: str, flags: Flags, depth: int, is_failing: bool
) -> str | None:
    """A value by its kind; ``None`` if the verb is not for it."""
    kind = type_of(value).kind
    if kind == "string":
        return format_text(str(value), verb, flags)
    if kind == "bool":
        if verb not in ("t", "v"):
            return None
        return flags.pad("true" if value else "false")
    if kind in INTEGERS:
        is_unsigned = kind.startswith("u")
        return format_integer(int(value), verb, flags, is_unsigned=is_unsigned)
    if kind == "float64":
        return format_float(float(value), verb, flags)
    if kind == "complex128":
        return _complex(value, verb, flags)
    if kind == "map":
        return _map(value, verb, flags, depth, is_failing)
    if kind == "slice":
        return _list(value, verb, flags, depth, is_failing)
    if kind == "ptr":
        return _referred(value, verb, flags, depth, is_failing)
    return _struct(value, verb, flags, depth, is_failing)


def _complex(value: complex, verb: str, flags: Flags) -> str | None:
    real = format_float(value.real, verb, flags)
    imaginary = format_float(value.imag, verb, evolve(flags, plus=True))
    return None if real is None else f"({real}{imaginary}i)"


def _map(value: Any, verb: str, flags: Flags, depth: int, is_failing: bool) -> str:
    if flags.sharp_v and is_nil(value):
        return f"{type_of(value)}(nil)"
    items = [
        f"{format_value(key, verb, flags, depth + 1, is_failing=is_failing)}:"
        f"{format_value(item, verb, flags, depth + 1, is_failing=is_failing)}"
        for key, item in sorted(value.items(), key=lambda item: item[0])
    ]
    if flags.sharp_v:
        return f"{type_of(value)}{{{', '.join(items)}}}"
    return f"map[{' '.join(items)}]"


def _list(value: Any, verb: str, flags: Flags, depth: int, is_failing: bool) -> str:
    if type_of(value) is BYTES and verb in "sqxX":
        return format_text(from_bytes(value), verb, flags) or ""
    if flags.sharp_v and is_nil(value):
        return f"{type_of(value)}(nil)"
    items = [
        format_value(item, verb, flags, depth + 1, is_failing=is_failing)
        for item in value
    ]
    if flags.sharp_v:
        name = "[]byte" if type_of(value) is BYTES else type_of(value).name
        return f"{name}{{{', '.join(items)}}}"
    return f"[{' '.join(items)}]"


def _referred(
    value: Any, verb: str, flags: Flags, depth: int, is_failing: bool
) -> str | None:
    """A pointer: what it points to if it stands alone, else its address."""
    target = value.target if isinstance(value, Address) else value
    if depth == 0 and target is not None:
        return f"&{_struct(target, verb, flags, 0, is_failing)}"
    address = 0 if target is None else id(target)
    if verb == "v":
        if flags.sharp_v:
            return f"({type_of(value)})({hex(address) if address else 'nil'})"
        return _digits(address, flags) if address else flags.pad("<nil>")
    if verb in "bodxX":
        return format_integer(address, verb, flags, is_unsigned=True)
    return None


def _struct(value: Any, verb: str, flags: Flags, depth: int, is_failing: bool) -> str:
    if not isinstance(value, Named):
        return flags.pad(str(value))
    has_names = flags.plus_v or flags.sharp_v
    fields = [
        (f"{name}:" if has_names else "")
        + format_value(part, verb, flags, depth + 1, is_failing=is_failing)
        for name, part in value.parts()
    ]
    if flags.sharp_v:
        name = type_of(value).name.removeprefix("*")
        return f"{name}{{{', '.join(fields)}}}"
    return f"{{{' '.join(fields)}}}"


def _pointer(value: Any, flags: Flags) -> str:
    if type_of(value).kind not in _REFERENCES:
        return _bad(value, "p", flags)
    return _digits(0 if is_nil(value) else id(value), flags)


def _digits(address: int, flags: Flags) -> str:
    """An address, with the ``0x`` that ``#`` takes away."""
    shown = evolve(flags, sharp=not flags.sharp)
    return format_integer(address, "x", shown, is_unsigned=True) or ""


def _bad(value: Any, verb: str, flags: Flags) -> str:
    shown = format_value(value, "v", flags, is_failing=True)
    return f"%!{verb}({type_of(value)}={shown})"
