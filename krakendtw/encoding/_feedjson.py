"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.encoding import _feed
from krakendtw.encoding._feeddate import parse_date
from krakendtw.errors import DecodeError

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data

Shape: TypeAlias = dict[str, Any]
"""The types of an object's fields: a name of one, another shape, or a list of it."""


_AUTHOR: Shape = {"name": "text", "url": "text", "avatar": "text"}
_ATTACHMENT: Shape = {
    "url": "text",
    "mime_type": "text",
    "title": "text",
    "size_in_bytes": "integer",
    "duration_in_seconds": "integer",
}
_ITEM: Shape = {
    **dict.fromkeys(
        (
            *("id", "url", "external_url", "title", "content_html", "content_text"),
            *("summary", "image", "banner_image", "date_published", "date_modified"),
            "language",
        ),
        "text",
    ),
    "author": _AUTHOR,
    "authors": [_AUTHOR],
    "tags": ["text"],
    "attachments": [_ATTACHMENT],
}
_FEED: Shape = {
    **dict.fromkeys(
        (
            *("version", "title", "home_page_url", "feed_url", "description"),
            *("user_comment", "next_url", "icon", "favicon", "language"),
        ),
        "text",
    ),
    "author": _AUTHOR,
    "authors": [_AUTHOR],
    "expired": "boolean",
    "items": [_ITEM],
}
"""The types of all fields that are known, whether anything comes of them or not."""

_TYPES = {"text": str, "integer": int, "boolean": bool}
_INT64 = range(-(2**63), 2**63)


def _typed(value: Any, shape: Any, name: str = "") -> Any:
    """A value with the fields that are known, by names in small letters.

    :raises DecodeError: a field is not of its type.
    """
    if value is None:
        return None
    if isinstance(shape, str):
        if type(value) is not _TYPES[shape] or (
            shape == "integer" and value not in _INT64
        ):
            raise DecodeError(f"json feed: {name}: expects {shape}")
        return value
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise DecodeError(f"json feed: {name}: expects an array")
        return [_typed(item, shape[0], name) for item in value]
    if not isinstance(value, dict):
        raise DecodeError(f"json feed: {name}: expects an object")
    return {
        key.lower(): _typed(field, shape[key.lower()], key)
        for key, field in value.items()
        if key.lower() in shape
    }


def _author(entry: dict[str, Any]) -> dict[str, str] | None:
    """The only author, or none."""
    author = entry.get("author")
    return None if author is None else _person(author)


def _person(author: dict[str, Any] | None) -> dict[str, str]:
    return _feed.person((author or {}).get("name") or "")


def read(document: Any) -> Data:
    """The data of a feed; of an object that is none, an empty one.

    :raises DecodeError: a field is not of its type.
    """
    feed = _typed(document, _FEED) or {}
    entries = [entry or {} for entry in feed.get("items") or ()]
    newest = entries[0] if entries else {}
    return _feed.data(
        "json",
        [_item(entry) for entry in entries],
        author=_author(feed),
        image=feed.get("icon") or None,
        description=feed.get("description") or "",
        language=feed.get("language") or "",
        published=newest.get("date_published") or "",
        title=feed.get("title") or "",
        updated=newest.get("date_modified") or "",
    )


def _item(entry: dict[str, Any]) -> dict[str, Any]:
    def text(name: str) -> str:
        return entry.get(name) or ""

    author, authors = _author(entry), entry.get("authors")
    if authors is None:
        found = [] if author is None else [author]
    else:  # a list of none is one, too
        found = [_person(each) for each in authors]
    links = [text("url"), text("external_url")]
    picture = text("image") or text("banner_image")
    updated, published = text("date_modified"), text("date_published")
    return _feed.struct(
        title=text("title"),
        description=text("summary"),
        content=text("content_html") or text("content_text"),
        link=text("url"),
        links=[link for link in links if link],
        updated=updated,
        updatedParsed=_feed.moment(parse_date(updated)),
        published=published,
        publishedParsed=_feed.moment(parse_date(published)),
        author=author,
        authors=found,
        guid=text("id"),
        image={"url": picture} if picture else None,
        categories=[tag or "" for tag in entry.get("tags") or ()],
        enclosures=[_enclosure(each or {}) for each in entry.get("attachments") or ()],
    )


def _enclosure(attachment: dict[str, Any]) -> dict[str, str]:
    return _feed.struct(
        url=attachment.get("url") or "",
        length=str(attachment.get("duration_in_seconds") or 0),
        type=attachment.get("mime_type") or "",
    )
