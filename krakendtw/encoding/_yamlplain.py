"""When a string has to be quoted in YAML, by goccy/go-yaml's judgement.

Its rule is neither YAML's nor complete: it quotes what it would itself read
as something else, the booleans of YAML 1.1, and some more.
"""

from __future__ import annotations

import re
from calendar import monthrange

_KEYWORDS = frozenset(
    spelling
    for word in ("null", "true", "false", "y", "yes", "n", "no", "on", "off")
    for spelling in (word, word.title(), word.upper())
)
_RESERVED = _KEYWORDS | {"", "~", "-"}

_awkward = re.compile(
    r"[*&\[{}\],!|>%'\"@ `]|.*(?:[: ]\Z|[#\\]|[:-] )", re.DOTALL
).match

_float = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_BASES = {"0x": 16, "0o": 8, "0b": 2}
_DIGITS = {char: int(char, 16) for char in "0123456789abcdefABCDEF"}

_CLOCK = r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?"
_date_time = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    rf"(?:[Tt]{_CLOCK}(?:Z|[+-]([0-9]{{2}}):([0-9]{{2}}))| +{_CLOCK})?"
).fullmatch
_hour_minute = re.compile(r"([0-9]{1,2}):([0-9]{1,2})").fullmatch


def needs_quotes(text: str) -> bool:
    """Whether ``text`` would not be written plain."""
    return (
        text in _RESERVED
        or _awkward(text) is not None
        or (text[0] in "+-.0123456789" and (_is_number(text) or _is_time(text)))
    )


def _is_number(text: str) -> bool:
    if text.count(".") > 1:
        return False
    digits = text.removeprefix("+").removeprefix("-").replace("_", "")
    sign = "-" if text[0] == "-" else ""
    base = _BASES.get(digits[:2])
    if base is not None:
        return _is_integer(digits[2:], base)
    if "." in digits:
        return _float(sign + digits) is not None
    octal = digits[:1] == "0" and len(digits) > 1
    return _is_integer(digits, 8 if octal else 10)


def _is_integer(digits: str, base: int) -> bool:
    """Whether Go reads an integer, or gives up since it is too long."""
    value = 0
    for char in digits:
        digit = _DIGITS.get(char, base)
        if digit >= base:
            return False
        value = value * base + digit
        if value >> 64:
            return True
    return digits != ""


def _is_time(text: str) -> bool:
    match = _hour_minute(text)
    if match is not None:
        return int(match[1]) < 24 and int(match[2]) < 60
    match = _date_time(text)
    if match is None:
        return False
    year, month, day, *clock = (int(group or 0) for group in match.groups())
    if not 1 <= month <= 12:
        return False
    # The calendar repeats itself after 400 years and does not know the year 0.
    if not 1 <= day <= monthrange(year % 400 + 400, month)[1]:
        return False
    hour, minute, second, zone_hour, zone_minute, *plain = clock
    return (
        max(hour, plain[0]) < 24
        and max(minute, second, plain[1], plain[2]) < 60
        and zone_hour <= 24
        and zone_minute <= 60
    )
