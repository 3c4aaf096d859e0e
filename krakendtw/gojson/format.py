"""Values as Go's fmt package prints them with ``%v``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from krakendtw.gojson.text import encode_raw


def format_g(value: float) -> str:
    """``value`` as Go's ``strconv.FormatFloat(value, 'g', -1, 64)`` has it.

    The shortest digits that give the value back, below 1e-4 and from 1e6 on
    with an exponent of two digits or more; ``NaN``, ``+Inf`` and ``-Inf``.
    """
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    sign, digits, power = Decimal(repr(float(value))).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    exponent = len(digits) + int(power) - 1 if value else 0
    minus = "-" if sign else ""
    if exponent < -4 or exponent >= 6:
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{exponent:+03d}"
    if exponent < 0:
        return f"{minus}0.{'0' * (-exponent - 1)}{text}"
    whole = text[: exponent + 1].ljust(exponent + 1, "0")
    fraction = text[exponent + 1 :]
    return f"{minus}{whole}.{fraction}" if fraction else f"{minus}{whole}"


def format_v(value: Any) -> str:
    """Decoded data as ``fmt.Sprint`` shows it: ``map[a:1 b:[x <nil>]]``.

    Numbers that came from a document keep their text.
    """
    if value is None:
        return "<nil>"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return format_g(value)
    if isinstance(value, Mapping):
        items = sorted((encode_raw(key), key) for key in value)
        return f"map[{' '.join(f'{key}:{format_v(value[key])}' for _, key in items)}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(format_v, value))}]"
    return str(value)
