"""What a feed comes to, of whatever format: KrakenD's keys for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from krakendtw.gojson.opaque import Opaque

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data

_PERSONS = (
    # mail@example.com (Name), Name (mail@example.com), Name, mail@example.com
    r"(?P<email>[^@]+@[^\s]+)\s+\((?P<name>[^@]+)\)",
    r"(?P<name>[^@]+)\s+\((?P<email>[^@]+@[^)]+)\)",
    r"(?P<name>[^@()]+)",
    r"(?P<email>[^@()]+@[^@()]+)",
)
_person_forms = tuple(re.compile(form, re.ASCII).fullmatch for form in _PERSONS)


def data(
    kind: str,
    items: Sequence[Mapping[str, Any]],
    *,
    author: Mapping[str, str] | None = None,
    categories: Sequence[str] = (),
    image: str | None = None,
    **texts: str,
) -> Data:
    """The data of a feed; what is missing is ``null`` or an empty text.

    Items, author and categories can be kept or dropped, but not worked on.
    """
    result: Data = {
        "items": Opaque(list(items)),
        "author": Opaque(author),
        "categories": Opaque(list(categories) or None, absent=[]),
        "custom": Opaque(None, absent={}),
        "type": kind,
    }
    for name in (
        "copyright",
        "description",
        "language",
        "title",
        "published",
        "updated",
    ):
        result[name] = texts.get(name, "")
    if image is not None:
        result["img_url"] = image
    return result


def struct(**fields: Any) -> dict[str, Any]:
    """A struct's fields in their order, those left out that hold nothing.

    Another struct, even an empty one, is something.
    """
    return {
        name: value for name, value in fields.items() if value not in ("", None, [])
    }


def moment(text: str | None) -> Opaque | None:
    """A date as a struct's field."""
    return None if text is None else Opaque(text)


_LONGEST = 1000
"""Longer texts name nobody; patterns would take their time to find that out."""


def person(text: str) -> dict[str, str]:
    """Name and address of what feeds say of a person."""
    for form in _person_forms if len(text) <= _LONGEST else ():
        match = form(text)
        if match is not None:
            parts = match.groupdict()
            return struct(name=parts.get("name"), email=parts.get("email"))
    return {}
