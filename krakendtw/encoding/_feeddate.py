"""Dates as feeds write them: a few standards and many habits."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_NUMBERS = {
    name: at for at, month in enumerate(_MONTHS, 1) for name in (month, month[:3])
}

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,?\s*)?"
_MONTH = rf"(?P<month>{'|'.join(_MONTH_NUMBERS)})"
_DAY = r"(?P<day>\d{1,2})"
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)
# Names of zones say nothing: only UTC is sure to be meant by one.
_ZONE = (
    r"\s*:?(?:z|utc?|(?:[a-z]{3,5})?\s*(?P<offset>-?[+-]\d{2}:?\d{2}|[+-]\d{2})"
    r"|[a-z]{3,5})?(?:\s*[a-z]{3})?"
)
_TIME = rf"(?:(?:t|,?\s+(?:at\s+|-\s+)?){_CLOCK}{_ZONE})?"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII).fullmatch
    for form in (
        rf"{_WEEKDAY}{_DAY}[,.]?\s+{_MONTH},?\s+(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        rf"{_WEEKDAY}{_DAY}-{_MONTH}-(?P<year>\d{{2}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s*(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}(?P<year>\d{{4}})-(?P<number>\d{{1,2}})-{_DAY}{_TIME}",
        rf"(?P<year>\d{{4}})/(?P<number>\d{{2}})/{_DAY}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        rf"{_DAY}(?P<mark>[-./])(?P<number>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){_TIME}",
    )
)


_LONGEST = 64
"""Longer texts are no dates; patterns would take their time to find that out."""


def parse_date(text: str, *, in_utc: bool = False) -> str | None:
    """A date as RFC 3339 has it, or ``None`` if ``text`` is none.

    :param in_utc: whether to give up the offset that it is written with.
    """
    text = text.strip()
    for form in _FORMS if len(text) <= _LONGEST else ():
        match = form(text)
        if match is not None:
            return _rendered(match.groupdict(), in_utc=in_utc)
    return None


def _rendered(parts: dict[str, str | None], *, in_utc: bool) -> str | None:
    try:
        moment = _moment(parts)
    except ValueError:
        return None
    if in_utc:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            return None
    digits = (parts.get("fraction") or "")[:9].rstrip("0")
    fraction = f".{digits}" if digits else ""
    zone = moment.strftime("%z")
    zone = "Z" if moment.utcoffset() == timedelta(0) else f"{zone[:3]}:{zone[3:5]}"
    return (
        f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}{fraction}{zone}"
    )


def _moment(parts: dict[str, str | None]) -> datetime:
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= 69 else 2000
    if parts.get("month"):
        month = _MONTH_NUMBERS[str(parts["month"]).lower()]
    else:
        month = int(parts["number"] or 0)
        if parts.get("mark") == "/" and (month > 12 or parts.get("half")):
            month, day = day, month  # as it is written in America
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()[:1]
    if half:
        if hour > 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(
        year,
        month,
        day,
        hour,
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        tzinfo=_zone(parts.get("offset")),
    )


def _zone(offset: str | None) -> timezone:
    if not offset:
        return UTC
    sign = -1 if "-" in offset else 1
    digits = re.sub(r"\D", "", offset).ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(sign * span)
