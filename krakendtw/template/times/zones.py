"""Places of the world and what their clocks show."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC as GREENWICH
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple
from zoneinfo import ZoneInfo

from krakendtw.template.values import GoType, Stringer

_FIRST: Final = -62_135_596_800 + 172_800
_LAST: Final = 253_402_300_799 - 172_800
"""The seconds between which ``datetime`` can tell a zone's offset."""


class Zone(NamedTuple):
    """What is in effect at a place for a while.

    :ivar name: its abbreviation: ``CEST``.
    :ivar offset: seconds to the east of Greenwich.
    :ivar is_summer: whether clocks are put forward.
    """

    name: str
    offset: int
    is_summer: bool = False


class Location(Stringer):
    """A place.

    :param name: as the tz database calls it, ``UTC`` or ``Local``.
    :param lookup: the zone for seconds since 1970.
    :param by_name: the offset of a zone's abbreviation, or ``None``.
    """

    __slots__ = ("by_name", "lookup", "name")

    go_type: ClassVar[GoType] = GoType("*time.Location", "ptr")

    def __init__(
        self,
        name: str,
        lookup: Callable[[int], Zone],
        by_name: Callable[[str], int | None] = lambda name: None,
    ) -> None:
        self.name = name
        self.lookup = lookup
        self.by_name = by_name

    def go_string(self) -> str:
        """The place's name."""
        return self.name

    def parts(self) -> Sequence[tuple[str, Any]]:
        """The name alone, not the tables behind it."""
        return (("name", self.name),)


Location.METHODS = {"String": Location.go_string}


def _local_zone(seconds: int) -> Zone:
    now = time.localtime(seconds)
    return Zone(now.tm_zone, now.tm_gmtoff, now.tm_isdst > 0)


def _local_name(name: str) -> int | None:
    if name == time.tzname[0]:
        return -time.timezone
    return -time.altzone if name == time.tzname[1] else None


def _local_place() -> str:
    """What the place is called where the process runs."""
    name = os.environ.get("TZ")
    return "Local" if name is None else name.removeprefix(":") or "UTC"


_UTC_ZONE = Zone("UTC", 0)

UTC: Final = Location("UTC", lambda seconds: _UTC_ZONE)
"""Where offsets are counted from."""

LOCAL: Final = Location(_local_place(), _local_zone, _local_name)
"""Where the process runs: environment ``TZ``, or the system's setting."""


def fixed(name: str, offset: int) -> Location:
    """A place that never changes its zone; one without name is the same each time."""
    if not name and offset % 3600 == 0 and -12 <= offset // 3600 <= 14:
        return _nameless(offset)
    return _make_fixed(name, offset)


@cache
def _nameless(offset: int) -> Location:
    return _make_fixed("", offset)


def _make_fixed(name: str, offset: int) -> Location:
    zone = Zone(name, offset)
    return Location(name, lambda seconds: zone)


@cache
def find(name: str) -> Location | None:
    """A place by its name in the tz database; ``None`` for unknown ones."""
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return LOCAL
    if name.startswith(("/", "\\")) or ".." in name or "\\" in name:
        return None
    try:
        info = ZoneInfo(name)
    except (OSError, ValueError, LookupError, UnicodeError):
        return None

    def lookup(seconds: int) -> Zone:
        within = min(max(seconds, _FIRST), _LAST)
        moment = datetime.fromtimestamp(within, GREENWICH).astimezone(info)
        offset, shift = moment.utcoffset(), moment.dst()
        assert offset is not None  # a ZoneInfo always has one
        return Zone(moment.tzname() or "", round(offset.total_seconds()), bool(shift))

    return Location(name, lookup)
