"""``string.format`` of scripts, which is Go's ``fmt.Sprintf``.

Text is one character for each byte here, as it comes from Lua.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from krakendtw.go_quote import quote
from krakendtw.gojson.format import format_g
from krakendtw.middleware.modifier.lua._numbers import format_number, parse_number

_directives = re.compile(r"%([-+# 0]*)([0-9]*)(?:(\.)([0-9]*))?(.?)", re.DOTALL).sub
_INTEGERS = {"d": "d", "i": "d", "o": "o", "x": "x", "X": "X"}
_FLOATS = frozenset("eEfFgG")
_WIDEST = 1_000_000
"""Go's limit for widths and precisions; beyond, they are refused."""

_LONGEST = 4_000_000
"""The sum of widths and precisions that is still carried out."""


class Spec:
    """One directive: ``%-5.2f``.

    :ivar precision: ``None`` without.
    """

    __slots__ = ("flags", "precision", "verb", "width")

    def __init__(
        self, flags: str, width: int, precision: int | None, verb: str
    ) -> None:
        self.flags = flags
        self.width = width
        self.precision = precision
        self.verb = verb


def sprintf(template: str, values: Sequence[Any]) -> str:
    """``template`` with its directives filled in.

    :param values: ``str`` for strings, ``int`` or ``float`` for numbers, and for
        everything else what Lua calls its kind and how it prints it, as a pair.
    :raises OverflowError: widths and precisions add up to too much.
    """
    wanted = template.count("%") - template.count("%%")
    rest = list(values[: max(wanted, 0)])

    room = _LONGEST

    def fill(found: re.Match[str]) -> str:
        nonlocal room
        flags, width, dot, precision, verb = found.groups()
        if not verb:
            return "%!(NOVERB)"
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        digits = _limited(precision or "0") if dot else None
        spec = Spec(flags, _limited(width), digits, verb)
        room -= spec.width + (digits or 0)
        if room < 0:
            raise OverflowError("result too long")
        return _fill(spec, rest.pop(0))

    text = _directives(fill, template)
    if rest:
        extra = ", ".join(f"{_go_type(value)}={_plain(value)}" for value in rest)
        text += f"%!(EXTRA {extra})"
    return text


def _limited(digits: str) -> int:
    value = int(digits[:9] or "0")
    return value if value <= _WIDEST else 0


def _fill(spec: Spec, value: Any) -> str:
    if type(value) is str:
        return _fill_string(spec, value)
    if isinstance(value, int | float):
        return _fill_number(spec, float(value))
    kind, text = value
    if spec.verb in "svqxX":
        return _string(spec, text)
    if spec.verb == "t" and kind == "lua.LBool":
        return _pad(spec, text, "0" if "0" in spec.flags else " ")
    return "&{}" if kind == "nil" else _unfit(spec, kind, text)


def _unfit(spec: Spec, kind: str, text: str) -> str:
    """What Go says of a verb that does not go with a value."""
    precision = spec.precision if kind == "string" else None
    shown = _string(Spec(spec.flags, spec.width, precision, "s"), text)
    return f"%!{spec.verb}({kind}={shown})"


def _fill_string(spec: Spec, value: str) -> str:
    if spec.verb in ("d", "i"):
        # gopher-lua has it the wrong way round: text that is no number is 0.
        if parse_number(value.encode("latin-1")) is None:
            return _integer(Spec(spec.flags, spec.width, spec.precision, "d"), 0)
        return _string(Spec(spec.flags, spec.width, spec.precision, "s"), value)
    return _string(spec, value)


def _fill_number(spec: Spec, value: float) -> str:
    verb = spec.verb
    if verb in ("q", "s"):
        return _string(spec, format_number(value))
    if verb in _INTEGERS or verb in ("b", "c", "U"):
        return _integer(spec, _int64(value))
    if verb in _FLOATS:
        return _float(spec, value)
    whole = value == value and abs(value) < 2.0**63 and value == int(value)
    if verb == "v":
        if whole:
            return _integer(
                Spec(spec.flags, spec.width, spec.precision, "d"), int(value)
            )
        return _float(Spec(spec.flags, spec.width, spec.precision, "g"), value)
    return f"%!{verb}({'int64' if whole else 'float64'}={format_number(value)})"


def _int64(value: float) -> int:
    if value != value or not -(2.0**63) <= value < 2.0**63:
        return -(1 << 63)
    return int(value)


def _integer(spec: Spec, value: int) -> str:
    verb = spec.verb
    if verb == "c":
        valid = 0 <= value < 0x110000 and not 0xD800 <= value < 0xE000
        return _pad(
            spec, (chr(value) if valid else "\ufffd").encode().decode("latin-1")
        )
    if verb == "U":
        return _pad(spec, f"U+{value:04X}")
    digits = f"{abs(value):b}" if verb == "b" else f"{abs(value):{_INTEGERS[verb]}}"
    if spec.precision is not None:
        digits = digits.rjust(spec.precision, "0") if value or spec.precision else ""
    if "#" in spec.flags:
        digits = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") + digits
    sign = _sign(spec, value < 0)
    if "0" in spec.flags and "-" not in spec.flags and spec.precision is None:
        digits = digits.rjust(spec.width - len(sign), "0")
    return _pad(spec, sign + digits)


def _sign(spec: Spec, is_negative: bool) -> str:
    if is_negative:
        return "-"
    return "+" if "+" in spec.flags else " " if " " in spec.flags else ""


def _float(spec: Spec, value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        text = format_g(value)
        return _pad(
            spec,
            text.removeprefix("+")
            if "+" not in spec.flags and value != value
            else text,
        )
    precision = spec.precision
    if spec.verb in "gG" and precision is None:
        digits = format_g(abs(value))
        digits = digits.upper() if spec.verb == "G" else digits
    else:
        digits = f"{abs(value):.{6 if precision is None else precision}{spec.verb}}"
    sign = _sign(spec, str(value).startswith("-"))
    if "0" in spec.flags and "-" not in spec.flags:
        digits = digits.rjust(spec.width - len(sign), "0")
    return _pad(spec, sign + digits)


def _string(spec: Spec, value: str) -> str:
    verb = spec.verb
    if verb in "sv":
        text = value if spec.precision is None else _first(value, spec.precision)
    elif verb == "q":
        raw = value.encode("latin-1").decode("utf-8", "surrogateescape")
        text = quote(raw).encode("utf-8", "surrogateescape").decode("latin-1")
    elif verb in "xX":
        text = value.encode("latin-1").hex()
        text = text.upper() if verb == "X" else text
        text = f"0{verb}{text}" if "#" in spec.flags and text else text
    else:
        return _unfit(spec, "string", value)
    return _pad(spec, text, "0" if "0" in spec.flags else " ")


def _runes(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _first(text: str, count: int) -> str:
    """The first characters of UTF-8 text."""
    return _runes(text)[:count].encode("utf-8", "surrogateescape").decode("latin-1")


def _pad(spec: Spec, text: str, filler: str = " ") -> str:
    missing = spec.width - (len(text) if text.isascii() else len(_runes(text)))
    if missing <= 0:
        return text
    return text + " " * missing if "-" in spec.flags else filler * missing + text


def _go_type(value: Any) -> str:
    if type(value) is str:
        return "lua.LString"
    if isinstance(value, int | float):
        return "lua.LNumber"
    return str(value[0])


def _plain(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, int | float):
        return format_number(value)
    return str(value[1])
