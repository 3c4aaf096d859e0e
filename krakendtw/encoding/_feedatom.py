"""Atom 1.0 (RFC 4287) and 0.3."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from krakendtw.encoding import _feed
from krakendtw.encoding._feeddate import parse_date
from krakendtw.encoding._feedxml import Element, decode_entities, extension
from krakendtw.encoding._html import inner_of_sole_div
from krakendtw.gojson.text import decode_utf8

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data

_LINKS = ("", "alternate", "self")

# Elements that Atom 0.3 called otherwise.
_RENAMED = {
    "modified": "updated",
    "tagline": "subtitle",
    "copyright": "rights",
    "issued": "published",
}


class _Part:
    """A feed or an entry, by the kinds of elements in it."""

    def __init__(self, element: Element) -> None:
        self.extensions: dict[str, dict[str, list[Any]]] = {}
        self._elements: dict[str, list[Element]] = {}
        for child in element.elements:
            if child.is_extension:
                names = self.extensions.setdefault(child.prefix, {})
                names.setdefault(child.name, []).append(extension(child))
            else:
                kind = _RENAMED.get(child.kind, child.kind)
                self._elements.setdefault(kind, []).append(child)

    def all(self, kind: str) -> list[Element]:
        """The elements of a kind."""
        return self._elements.get(kind, [])

    def text(self, kind: str) -> str:
        """The text of the last one of a kind."""
        elements = self.all(kind)
        return construct(elements[-1]) if elements else ""

    def authors(self) -> list[dict[str, str]]:
        """Names and addresses."""
        return [_person(element) for element in self.all("author")]

    def categories(self) -> list[str]:
        """The terms."""
        return [element.get("term") for element in self.all("category")]


def read(root: Element) -> Data:
    """The data of a feed whose root is ``feed``."""
    part = _Part(root)
    return _feed.data(
        "atom",
        [_entry(element) for element in part.all("entry")],
        author=next(iter(part.authors()), None),
        categories=part.categories(),
        image=part.text("logo") or None,
        copyright=part.text("rights"),
        description=part.text("subtitle"),
        language=root.get("lang"),
        title=part.text("title"),
        updated=part.text("updated"),
    )


def _entry(element: Element) -> dict[str, Any]:
    part = _Part(element)
    links = [(link.get("rel") or "alternate", link) for link in part.all("link")]
    hrefs = [link.get("href") for rel, link in links if rel in _LINKS]
    alternates = [link.get("href") for rel, link in links if rel == "alternate"]
    updated, published = part.text("updated"), part.text("published")
    moments = [
        _feed.moment(parse_date(text, in_utc=True)) for text in (updated, published)
    ]
    authors = part.authors()
    enclosures = [
        _feed.struct(
            url=link.get("href"), length=link.get("length"), type=link.get("type")
        )
        for rel, link in links
        if rel == "enclosure"
    ]
    extensions = {
        prefix: dict(sorted(names.items()))
        for prefix, names in sorted(part.extensions.items())
    }
    return _feed.struct(
        title=part.text("title"),
        description=part.text("summary"),
        content=part.text("content"),
        link=next(iter(alternates), ""),
        links=hrefs,
        updated=updated,
        updatedParsed=moments[0],
        published=published or updated,
        publishedParsed=moments[1] or moments[0],
        author=next(iter(authors), None),
        authors=authors,
        guid=part.text("id"),
        categories=part.categories(),
        enclosures=enclosures,
        extensions=extensions or None,
    )


def _person(element: Element) -> dict[str, str]:
    texts = {child.kind: construct(child) for child in element.elements}
    return _feed.struct(name=texts.get("name"), email=texts.get("email"))


def construct(element: Element) -> str:
    """The text of an element by its ``type``: plain, HTML, XHTML or base64."""
    inner = element.inner.strip()
    kind = element.attributes.get("type", "").lower()
    if "<![CDATA[" in inner:
        return element.text()
    mode = element.attributes.get("mode", "")
    if kind == "text" or kind.startswith("text/") or (kind == "" and mode == ""):
        return decode_entities(inner)
    if "xhtml" in kind:
        return inner_of_sole_div(inner)
    if kind == "html":
        return decode_entities(inner_of_sole_div(inner))
    try:
        compact = inner.replace("\r", "").replace("\n", "")
        return decode_utf8(base64.b64decode(compact, validate=True))
    except (binascii.Error, ValueError):
        return inner
