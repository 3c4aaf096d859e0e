"""Numbers in a response's data, by where they were born.

Go keeps a decoded JSON number as the text it was written in (``json.Number``,
a string type) and everything computed inside as a ``float64``.  Renderers and
components treat the two differently, so the data keeps them apart:

* ``int``: a decoded integer whose text is what ``str`` gives;
* :class:`Number`: any other decoded number, as its text;
* :class:`Float`: a number born inside the gateway (static data, scripts).
"""

from __future__ import annotations

from typing import TypeAlias

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"


class Number(str):
    """A decoded JSON number in the words of its document: ``1.500``, ``1E5``."""

    __slots__ = ()


class Float(float):
    """A number that the gateway made, printed the way Go prints a float64."""

    __slots__ = ()


def is_number(value: object) -> bool:
    """Whether ``value`` stands for a decoded JSON number."""
    return type(value) is int or type(value) is Number


def format_float(value: float) -> str:
    """``value`` as Go's encoding/json writes a float64.

    Shortest digits that give the value back; exponents below 1e-6 and from
    1e21 on, without a leading zero in the exponent (``1e-7``, ``1e+21``).

    :raises ValueError: for NaN and the infinities, which JSON does not have.
    """
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"json: unsupported value: {_go_name(value)}")
    size = abs(value)
    text = repr(float(value))
    if size != 0 and (size < 1e-6 or size >= 1e21):
        if "e" not in text:
            text = f"{value:e}"
        mantissa, _, exponent = text.partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        sign = exponent[0] if exponent[0] in "+-" else "+"
        digits = exponent.lstrip("+-").lstrip("0")
        return f"{mantissa}e{sign}{digits}"
    if "e" in text:
        text = _positional(text)
    return text.removesuffix(".0")


def _positional(text: str) -> str:
    """``1.5e+16`` without the exponent."""
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    power = int(exponent)
    if power >= 0:
        digits = whole + fraction.ljust(power, "0")
        cut = len(whole) + power
        rest = digits[cut:].rstrip("0")
        return f"{sign}{digits[:cut]}" + (f".{rest}" if rest else "")
    return f"{sign}0." + "0" * (-power - 1) + whole + fraction.rstrip("0")


def _go_name(value: float) -> str:
    if value != value:
        return "NaN"
    return "+Inf" if value > 0 else "-Inf"
