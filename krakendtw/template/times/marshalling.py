"""Instants as bytes that Go writes them as."""

from __future__ import annotations

import struct
from typing import Final

from krakendtw.template.failure import Failure
from krakendtw.template.times.layouts import Moment, format_moment

_RFC3339: Final = "2006-01-02T15:04:05.999999999Z07:00"
_DAY: Final = 86_400


def strict_text(shown: Moment) -> str:
    """A time in the form of RFC 3339.

    :raises Failure: it has none.
    """
    if not 0 <= shown.year <= 9999:
        raise Failure("year outside of range [0,9999]")
    if abs(shown.zone.offset) >= _DAY:
        raise Failure("timezone hour outside of range [0,23]")
    return format_moment(_RFC3339, shown)


def binary(seconds: int, nanos: int, offset: int | None) -> bytes:
    """A time in Go's binary form.

    :param seconds: since the year 1.
    :param offset: of the zone in seconds; ``None`` for UTC.
    :raises Failure: the offset does not fit.
    """
    if offset is None:
        return struct.pack(">BqIh", 1, seconds, nanos, -1)
    size, rest = divmod(abs(offset), 60)
    minutes = -size if offset < 0 else size
    if minutes == -1 or not -(1 << 15) <= minutes < 1 << 15:
        raise Failure("Time.MarshalBinary: unexpected zone offset")
    if not rest:
        return struct.pack(">BqIh", 1, seconds, nanos, minutes)
    return struct.pack(
        ">BqIhb", 2, seconds, nanos, minutes, -rest if offset < 0 else rest
    )
