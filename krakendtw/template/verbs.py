"""Numbers and texts by printf's verbs, with flags, width and precision."""

from __future__ import annotations

import math
import re

from attrs import define

from krakendtw.go_quote import quote
from krakendtw.gojson.format import format_g
from krakendtw.gojson.text import decode_raw, encode_raw

_BASES = {"d": "d", "v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "x": "0x", "X": "0X"}
_TOP = 1 << 64
_LEAST = -1074
"""The exponent of the least float there is."""


@define
class Flags:
    """What stands between the percent sign and the verb.

    :ivar sharp_v: ``%#v``, Go's syntax.
    :ivar plus_v: ``%+v``, with the names of fields.
    """

    sharp: bool = False
    zero: bool = False
    plus: bool = False
    minus: bool = False
    space: bool = False
    sharp_v: bool = False
    plus_v: bool = False
    width: int | None = None
    precision: int | None = None

    def pad(self, text: str, *, zero: bool | None = None) -> str:
        """``text`` filled up to the width."""
        missing = (self.width or 0) - len(text)
        if missing <= 0:
            return text
        if self.minus:
            return text + " " * missing
        is_zero = self.zero if zero is None else zero
        return ("0" if is_zero else " ") * missing + text

    def truncate(self, text: str) -> str:
        """``text`` cut to the precision."""
        return text if self.precision is None else text[: self.precision]


def format_integer(
    value: int, verb: str, flags: Flags, *, is_unsigned: bool
) -> str | None:
    """An integer; ``None`` if the verb is for none."""
    if verb in _BASES:
        if verb == "v" and flags.sharp_v and is_unsigned:
            verb, sharp = "x", True
        else:
            sharp = flags.sharp
        return _digits(value, verb, flags, sharp)
    bits = value % _TOP  # as Go's uint64 has it
    if verb == "c":
        return flags.pad(_rune(bits))
    if verb == "q":
        return flags.pad(quote_rune(_rune(bits), is_ascii=flags.plus))
    if verb == "U":
        return flags.pad(_unicode(bits, flags), zero=False)
    return None


def _digits(value: int, verb: str, flags: Flags, sharp: bool) -> str:
    precision = flags.precision
    if precision == 0 and value == 0:
        return " " * (flags.width or 0)
    sign = "-" if value < 0 else "+" if flags.plus else " " if flags.space else ""
    if precision is None and flags.zero and not flags.minus and flags.width:
        precision = flags.width - len(sign)
    digits = format(abs(value), _BASES[verb]).rjust(precision or 0, "0")
    if sharp:
        if _BASES[verb] == "o":
            digits = digits if digits.startswith("0") else f"0{digits}"
        digits = _PREFIXES.get(verb, "") + digits
    if verb == "O":
        digits = f"0o{digits}"
    return flags.pad(sign + digits, zero=False)


def _rune(code: int) -> str:
    return chr(code) if code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "\ufffd"


def _unicode(code: int, flags: Flags) -> str:
    digits = f"{code:0{max(flags.precision or 0, 4)}X}"
    char = chr(code) if code <= 0x10FFFF else ""
    shown = f" '{char}'" if flags.sharp and char.isprintable() and char else ""
    return f"U+{digits}{shown}"


def quote_rune(char: str, *, is_ascii: bool = False) -> str:
    """A character in single quotes."""
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    return f"'{quote_text(char, is_ascii=is_ascii)[1:-1]}'"


def quote_text(text: str, *, is_ascii: bool = False) -> str:
    """A text in double quotes.

    :param is_ascii: whether all beyond ASCII is escaped.
    """
    quoted = quote(text)
    if not is_ascii or quoted.isascii():
        return quoted
    return re.sub(r"[^\x00-\x7f]", _escape, quoted)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def format_text(text: str, verb: str, flags: Flags) -> str | None:
    """A text; ``None`` if the verb is for none."""
    if verb == "q" or (verb == "v" and flags.sharp_v):
        cut = flags.truncate(text)
        if flags.sharp and can_backquote(cut):
            return flags.pad(f"`{cut}`")
        return flags.pad(quote_text(cut, is_ascii=flags.plus))
    if verb in ("v", "s"):
        return flags.pad(flags.truncate(text))
    if verb in ("x", "X"):
        return _hexadecimal(encode_raw(text), verb, flags)
    return None


def can_backquote(text: str) -> bool:
    """Whether a text can stand between backquotes as it is."""
    return all(
        char == "\t"
        or (
            char >= " "
            and char not in "`\x7f\ufeff"
            and not "\ud800" <= char < "\ue000"
        )
        for char in text
    )


def _hexadecimal(raw: bytes, verb: str, flags: Flags) -> str:
    raw = raw if flags.precision is None else raw[: flags.precision]
    if not raw:
        return flags.pad("")
    prefix = f"0{verb}" if flags.sharp else ""
    divider = f" {prefix}" if flags.space else ""
    digits = divider.join(f"{byte:02{verb}}" for byte in raw)
    return flags.pad(prefix + digits)


def format_float(value: float, verb: str, flags: Flags) -> str | None:
    """A ``float64``; ``None`` if the verb is for none."""
    if verb == "v":
        verb, default = "g", None
    elif verb in ("b", "g", "G", "x", "X"):
        default = None
    elif verb in ("f", "F", "e", "E"):
        default = 6
        verb = "f" if verb == "F" else verb
    else:
        return None
    precision = default if flags.precision is None else flags.precision
    if not math.isfinite(value):
        return _infinite(value, flags)
    sign = "-" if math.copysign(1.0, value) < 0 else "+"
    digits = _float_digits(abs(value), verb, precision)
    if flags.sharp and verb != "b":
        digits = _with_point(digits, verb, precision)
    if sign == "+" and flags.space and not flags.plus:
        sign = " "
    if not flags.plus and sign == "+":
        return flags.pad(digits)
    if flags.zero and not flags.minus and flags.width:
        return sign + digits.rjust(flags.width - 1, "0")
    return flags.pad(sign + digits)


def _infinite(value: float, flags: Flags) -> str:
    name = "NaN" if value != value else "Inf"
    if value < 0:
        sign = "-"
    elif flags.plus:
        sign = "+"
    elif flags.space:
        sign = " "
    else:
        sign = "" if value != value else "+"
    # Infinity keeps its plus sign only where a sign was asked for.
    if sign == "+" and not flags.plus and name == "Inf":
        sign = "+"
    return flags.pad(sign + name, zero=False)


def _float_digits(value: float, verb: str, precision: int | None) -> str:
    if verb == "b":
        mantissa, exponent = math.frexp(value)
        if value and exponent - 53 > _LEAST:
            return f"{int(mantissa * (1 << 53))}p{exponent - 53:+d}"
        return f"{int(math.ldexp(value, -_LEAST))}p{_LEAST}"
    if verb in ("x", "X"):
        digits = _hex_float(value, precision)
        return digits.upper() if verb == "X" else digits
    if precision is None:
        digits = format_g(value) if verb in "gG" else _shortest(value, verb)
        return digits.upper() if verb in "GE" else digits
    if verb in ("g", "G"):
        return format(value, f".{precision or 1}{verb}")
    return format(value, f".{precision}{verb}")


def _shortest(value: float, verb: str) -> str:
    return repr(value) if verb == "f" else format(value, verb)


def _hex_float(value: float, precision: int | None) -> str:
    """``0x1.8p+01``: one digit before the point, exponents of two or more."""
    if not value:
        fraction = f".{'0' * precision}" if precision else ""
        return f"0x0{fraction}p+00"
    mantissa, exponent = math.frexp(value)
    bits, power = int(mantissa * (1 << 53)), exponent - 1
    if precision is not None and precision < 13:
        unit = 1 << (52 - 4 * precision)
        bits = round_even(bits, unit)
        if bits >= 1 << 53:
            bits >>= 1
            power += 1
    fraction = f"{bits & ((1 << 52) - 1):013x}"
    if precision is None:
        fraction = fraction.rstrip("0")
    else:
        fraction = fraction.ljust(precision, "0")[:precision]
    point = "." if fraction else ""
    return f"0x1{point}{fraction}p{power:+03d}"


def round_even(bits: int, unit: int) -> int:
    """``bits`` rounded to a multiple of ``unit``, halves to the even one."""
    whole, rest = divmod(bits, unit)
    if rest * 2 > unit or (rest * 2 == unit and whole & 1):
        whole += 1
    return whole * unit


def _with_point(digits: str, verb: str, precision: int | None) -> str:
    """The same with a point and the zeros that ``#`` keeps."""
    tail = ""
    mark = re.search("[pP]" if verb in ("x", "X") else "[eE]", digits)
    if mark:
        digits, tail = digits[: mark.start()], digits[mark.start() :]
    wanted = 0
    if verb in ("g", "G", "x"):
        wanted = 6 if precision is None else precision
    significant = digits.replace(".", "").lstrip("0")
    missing = wanted - len(significant)
    if "." not in digits:
        if digits == "0":
            missing -= 1
        digits += "."
    return digits + "0" * max(missing, 0) + tail


def from_bytes(members: list[int]) -> str:
    """The text that a list of bytes holds."""
    return decode_raw(bytes(members))
