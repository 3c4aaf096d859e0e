"""Formats of dates and times (RFC 3339), judged as KrakenD's library does it.

Each function says what is wrong with a text, or nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange

from krakendtw.go_quote import quote

_LAYOUT = "2006-01-02"
_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_FRACTION = re.compile(r"\.([0-9]*)")
_DIGITS = re.compile(r"[0-9]*")
_TO_ESCAPE = re.compile(r'["\\]|[^ -\x7f]')


def quote_char(char: str) -> str:
    """A character between single quotes, as Go's ``%q`` has it."""
    if char == "'":
        return r"'\''"
    return "'" + quote(char)[1:-1].replace('\\"', '"') + "'"


def as_bytes(text: str) -> str:
    """A text of which every character is one of the bytes of ``text``."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _quote(text: str) -> str:
    """Bytes between quotes, as Go's ``time`` package writes them."""
    return '"' + _TO_ESCAPE.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return f"\\{char}" if char in '"\\' else f"\\x{ord(char):02x}"


def complain_of_date(text: str) -> str:
    """``date``: ``2006-01-02``, in the words of Go's ``time.Parse``."""
    return _date(as_bytes(text))


def _date(text: str) -> str:
    rest, numbers = text, []
    for element, width in (("2006", 4), ("01", 2), ("02", 2)):
        if element != "2006":
            if not rest.startswith("-"):
                return _unparsed(text, rest, "-")
            rest = rest[1:]
        digits = rest[:width]
        if len(digits) < width or not _all_digits(digits):
            return _unparsed(text, rest, element)
        numbers.append(int(digits))
        rest = rest[width:]
        if element == "01" and not 1 <= numbers[-1] <= 12:
            return f"parsing time {_quote(text)}: month out of range"
    if rest:
        return f"parsing time {_quote(text)}: extra text: {_quote(rest)}"
    year, month, day = numbers
    if not 1 <= day <= monthrange(year or 4, month)[1]:  # the year 0 is a leap year
        return f"parsing time {_quote(text)}: day out of range"
    return ""


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _unparsed(text: str, rest: str, element: str) -> str:
    return (
        f"parsing time {_quote(text)} as {quote(_LAYOUT)}: "
        f"cannot parse {_quote(rest)} as {quote(element)}"
    )


def complain_of_time(text: str) -> str:
    """``time``: ``15:04:05.5+02:00``; a leap second ends a day in UTC."""
    return _time(as_bytes(text))


def _time(text: str) -> str:
    if len(text) < 9:
        return "less than 9 characters long"
    if text[2] != ":" or text[5] != ":":
        return "missing colon in correct place"
    numbers: list[int] = []
    for token in text[:8].split(":", 2):
        if not _NUMBER.match(token):
            return "invalid hour/min/sec"
        if int(token) < 0:
            return "non-positive hour/min/sec"
        numbers.append(int(token))
    hour, minute, second = numbers
    if hour > 23 or minute > 59 or second > 60:
        return "hour/min/sec out of range"
    rest = text[8:]
    fraction = _FRACTION.match(rest)
    if fraction is not None:
        if not fraction[1]:
            return "no digits in second fraction"
        rest = rest[fraction.end() :]
    offset = 0
    if rest not in ("z", "Z"):
        complaint, offset = _zone(rest)
        if complaint:
            return complaint
    minutes = hour * 60 + minute + offset
    if minutes < 0:
        minutes += 24 * 60
    if second >= 60 and (minutes // 60 != 23 or minutes % 60 != 59):
        return "invalid leap second"
    return ""


def _zone(text: str) -> tuple[str, int]:
    """What is wrong with a zone, and the minutes that lead to UTC."""
    if len(text) != 6:
        return "offset must be 6 characters long", 0
    if text[0] not in "+-":
        return "offset must begin with plus/minus", 0
    if text[3] != ":":
        return "missing colon in offset in correct place", 0
    numbers: list[int] = []
    for token in text[1:].split(":", 1):
        if not _NUMBER.match(token):
            return "invalid hour/min in offset", 0
        if int(token) < 0:
            return "non-positive hour/min in offset", 0
        numbers.append(int(token))
    hours, minutes = numbers
    if hours > 23 or minutes > 59:
        return "hour/min in offset out of range", 0
    total = hours * 60 + minutes
    return "", total if text[0] == "-" else -total


def complain_of_date_time(text: str) -> str:
    """``date-time``: both, with a ``T`` between them."""
    text = as_bytes(text)
    if len(text) < 20:
        return "less than 20 characters long"
    if text[10] not in "tT":
        return "11th character must be t or T"
    complaint = _date(text[:10])
    if complaint:
        return f"invalid date element: {complaint}"
    complaint = _time(text[11:])
    return f"invalid time element: {complaint}" if complaint else ""


def complain_of_duration(text: str) -> str:
    """``duration``: ``P3Y6M4DT12H30M5S``, ``P2W``."""
    if not text.startswith("P"):
        return "must start with P"
    rest = text[1:]
    if not rest:
        return "nothing after P"
    if rest.endswith("W"):
        weeks = rest[:-1]
        if not weeks:
            return "no number in week"
        return "" if _all_digits(weeks) else "invalid week"
    for index, part in enumerate(rest.split("T")):
        if index and not part:
            return "no time elements"
        if index > 1:
            return "more than one T"
        complaint = _units(part, ("YMD", "HMS")[index])
        if complaint:
            return complaint
    return ""


def _units(text: str, known: str) -> str:
    """What is wrong with numbers and their units, which have an order."""
    left = known
    while text:
        found = _DIGITS.match(text)
        digits = found[0] if found else ""
        if not digits:
            return "missing number"
        text = text[len(digits) :]
        if not text:
            return "missing unit"
        unit = as_bytes(text)[0]
        if unit not in left:
            if unit in known:
                return f"unit {quote_char(unit)} out of order"
            return f"invalid unit {quote_char(unit)}"
        left = left[left.index(unit) + 1 :]
        text = text[1:]
    return ""


def complain_of_period(text: str) -> str:
    """``period``: two moments, or a moment and a length, with a slash between."""
    start, slash, end = text.partition("/")
    if not slash:
        return "missing slash"
    if start.startswith("P"):
        first, second = complain_of_duration(start), complain_of_date_time(end)
        names = "start duration", "end date-time"
    elif end.startswith("P"):
        first, second = complain_of_date_time(start), complain_of_duration(end)
        names = "start date-time", "end duration"
    else:
        first, second = complain_of_date_time(start), complain_of_date_time(end)
        names = "start date-time", "end date-time"
    for name, complaint in zip(names, (first, second), strict=True):
        if complaint:
            return f"invalid {name}: {complaint}"
    return ""
