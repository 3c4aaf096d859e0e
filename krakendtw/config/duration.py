"""Durations by the rules of Go's ``time.ParseDuration``: ``1m30s``, ``1.5s``."""

from __future__ import annotations

import re

from krakendtw.gojson.text import encode_raw

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # the micro sign
    "\u03bcs": 1_000,  # the Greek letter
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^.0-9]*)")
_LIMIT = 1 << 63


def parse_nanoseconds(text: str) -> int:
    """The nanoseconds of a duration: numbers with units, possibly signed.

    :raises ValueError: with Go's words: ``time: missing unit in duration "30"``.
    """
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not rest:
        raise _invalid(text)
    total = 0
    while rest:
        match = _PART.match(rest)
        assert match is not None  # every part of the pattern may be empty
        total += _part(text, *match.groups())
        if total > _LIMIT:
            raise _invalid(text)
        rest = rest[match.end() :]
    if total == _LIMIT and sign > 0:
        raise _invalid(text)
    return sign * total


def parse_duration(text: str) -> float:
    """The seconds of a duration.

    :raises ValueError: with Go's words.
    """
    return seconds(parse_nanoseconds(text))


def seconds(nanoseconds: float) -> float:
    """Seconds of a number as Go reads one: whole nanoseconds."""
    return int(nanoseconds) / 1_000_000_000


def _part(text: str, whole: str, fraction: str | None, unit: str) -> int:
    """The nanoseconds of one number with its unit."""
    if not whole and not fraction:
        raise _invalid(text)
    value = int(whole or "0")
    if value > _LIMIT:
        raise _invalid(text)
    if not unit:
        raise ValueError(f"time: missing unit in duration {_quote(text)}")
    if unit not in _UNITS:
        raise ValueError(
            f"time: unknown unit {_quote(unit)} in duration {_quote(text)}"
        )
    scale = _UNITS[unit]
    if value > _LIMIT // scale:
        raise _invalid(text)
    value *= scale
    if fraction:
        value += _fraction(fraction, scale)
    return value


def _fraction(digits: str, scale: int) -> int:
    """The nanoseconds behind the point, in float64 arithmetic as in Go."""
    # Go reads as many digits as fit into 63 bits and drops the others.
    zeros = len(digits) - len(digits.lstrip("0"))
    kept = digits[: zeros + 19]
    if int(kept) > _LIMIT:
        kept = kept[:-1]
    return int(float(int(kept)) * (float(scale) / 10.0 ** len(kept)))


def _invalid(text: str) -> ValueError:
    return ValueError(f"time: invalid duration {_quote(text)}")


def _quote(text: str) -> str:
    r"""``text`` in Go's quotes: every byte outside printable ASCII as ``\xhh``."""
    quoted = []
    for char in text:
        if char in '"\\':
            quoted.append("\\" + char)
        elif " " <= char <= "\x7f":
            quoted.append(char)
        else:
            quoted += [f"\\x{byte:02x}" for byte in encode_raw(char)]
    return '"' + "".join(quoted) + '"'
