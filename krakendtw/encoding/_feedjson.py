"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.encoding import _feed
from krakendtw.encoding._feeddate import parse_date
from krakendtw.errors import DecodeError

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data


class _Object:
    """An object of the document, its keys in any case."""

    def __init__(self, value: Any) -> None:
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise DecodeError("json feed: expects an object")
        self._fields = {key.lower(): field for key, field in value.items()}

    def text(self, name: str) -> str:
        """A text, or nothing."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if type(value) is not str:
            raise DecodeError(f"json feed: {name}: expects a string")
        return value

    def seconds(self, name: str) -> int:
        """A whole number, or 0."""
        value = self._fields.get(name)
        if value is None:
            return 0
        if type(value) is not int:
            raise DecodeError(f"json feed: {name}: expects an integer")
        return value

    def objects(self, name: str) -> list[_Object]:
        """A list of objects."""
        return [_Object(value) for value in self._list(name)]

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        values = self._list(name)
        if any(value is not None and type(value) is not str for value in values):
            raise DecodeError(f"json feed: {name}: expects strings")
        return [value or "" for value in values]

    def author(self) -> dict[str, str] | None:
        """The only author, or none."""
        value = self._fields.get("author")
        return None if value is None else _feed.person(_Object(value).text("name"))

    def _list(self, name: str) -> list[Any]:
        values = self._fields.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            raise DecodeError(f"json feed: {name}: expects an array")
        return values


def read(document: Any) -> Data:
    """The data of a feed; of an object that is none, an empty one.

    :raises DecodeError: a field is not of its type.
    """
    feed = _Object(document)
    entries = feed.objects("items")
    newest = entries[0] if entries else _Object(None)
    return _feed.data(
        "json",
        [_item(entry) for entry in entries],
        author=feed.author(),
        image=feed.text("icon") or None,
        description=feed.text("description"),
        language=feed.text("language"),
        published=newest.text("date_published"),
        title=feed.text("title"),
        updated=newest.text("date_modified"),
    )


def _item(entry: _Object) -> dict[str, Any]:
    author = entry.author()
    authors = [_feed.person(each.text("name")) for each in entry.objects("authors")]
    links = [entry.text("url"), entry.text("external_url")]
    picture = entry.text("image") or entry.text("banner_image")
    updated, published = entry.text("date_modified"), entry.text("date_published")
    return _feed.struct(
        title=entry.text("title"),
        description=entry.text("summary"),
        content=entry.text("content_html") or entry.text("content_text"),
        link=entry.text("url"),
        links=[link for link in links if link],
        updated=updated,
        updatedParsed=_feed.moment(parse_date(updated)),
        published=published,
        publishedParsed=_feed.moment(parse_date(published)),
        author=author,
        authors=authors or ([] if author is None else [author]),
        guid=entry.text("id"),
        image={"url": picture} if picture else None,
        categories=entry.texts("tags"),
        enclosures=[_enclosure(each) for each in entry.objects("attachments")],
    )


def _enclosure(attachment: _Object) -> dict[str, str]:
    return _feed.struct(
        url=attachment.text("url"),
        length=str(attachment.seconds("duration_in_seconds")),
        type=attachment.text("mime_type"),
    )
