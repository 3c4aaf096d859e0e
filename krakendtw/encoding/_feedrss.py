"""RSS 0.9 to 2.0 and RSS 1.0 (RDF), with the extensions in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field

from krakendtw.encoding import _feed
from krakendtw.encoding._feeddate import parse_date
from krakendtw.encoding._feedxml import Element, extension
from krakendtw.encoding._goxml import GoXMLError

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data

Extensions = dict[str, dict[str, list[dict[str, Any]]]]

_DUBLIN_CORE = (
    "title",
    "creator",
    "author",
    "subject",
    "description",
    "publisher",
    "contributor",
    "date",
    "type",
    "format",
    "identifier",
    "source",
    "language",
    "relation",
    "coverage",
    "rights",
)


@define
class _Part:
    """A channel or an item.

    :ivar texts: texts by kind, the last one of each.
    :ivar lists: those of which all count.
    """

    texts: dict[str, str] = field(factory=dict)
    links: list[str] = field(factory=list)
    categories: list[str] = field(factory=list)
    enclosures: list[dict[str, str]] = field(factory=list)
    items: list[dict[str, Any]] = field(factory=list)
    custom: dict[str, str] = field(factory=dict)
    extensions: Extensions = field(factory=dict)
    image: Element | None = None

    def extend(self, element: Element) -> None:
        """Keep an element of a foreign namespace."""
        names = self.extensions.setdefault(element.prefix, {})
        names.setdefault(element.name, []).append(extension(element))

    def get(self, name: str) -> str:
        """A text of the part's own, or nothing."""
        return self.texts.get(name, "")

    def values(self, prefix: str, name: str) -> list[str]:
        """The texts of an extension."""
        found = self.extensions.get(prefix, {}).get(name, ())
        return [element["value"] for element in found]

    def first(self, prefix: str, name: str) -> str:
        """The first text of an extension, or nothing."""
        return next(iter(self.values(prefix, name)), "")

    def itunes_image(self) -> str:
        """The picture that iTunes shows, or nothing."""
        found = self.extensions.get("itunes", {}).get("image", ())
        return next((image["attrs"].get("href", "") for image in found), "")

    def author(self, *own: str) -> dict[str, str] | None:
        """Who wrote it: of the part's own elements, then of the extensions."""
        for text in map(self.get, own):
            if text:
                return _feed.person(text)
        for name in ("author", "creator"):
            if self.values("dc", name):
                return _feed.person(self.first("dc", name))
        text = self.first("itunes", "author")
        return _feed.person(text) if text else None


def read(root: Element) -> Data:
    """The data of a feed whose root is ``rss`` or ``RDF``.

    :raises GoXMLError: an element holds what it cannot.
    """
    channel = _Part()
    below: list[dict[str, Any]] = []
    image: Element | None = None
    for element in root.elements:
        if element.is_extension:
            continue
        if element.kind == "channel":
            channel = _channel(element)
        elif element.kind == "item":
            below.append(_item(element))
        elif element.kind == "image":
            image = element
    channel.items.extend(below)
    return _translated(channel, image or channel.image)


def _channel(element: Element) -> _Part:
    part = _Part()
    for child in element.elements:
        if child.is_extension:
            part.extend(child)
        elif child.kind == "item":
            part.items.append(_item(child))
        elif child.kind == "category":
            part.categories.append(child.text())
        elif child.kind == "image":
            part.image = child
        else:
            part.texts[child.kind] = child.text()
    return part


def _translated(channel: _Part, image: Element | None) -> Data:
    picture = channel.itunes_image() or None
    if image is not None:
        urls = [child.text() for child in image.elements if child.kind == "url"]
        picture = urls[-1] if urls else ""
    itunes = channel.extensions.get("itunes", {})
    categories = channel.categories + _keywords(channel)
    categories += _itunes_categories(itunes.get("category", ()))
    return _feed.data(
        "rss",
        channel.items,
        author=channel.author("managingeditor", "webmaster"),
        categories=categories + channel.values("dc", "subject"),
        image=picture,
        copyright=channel.get("copyright") or channel.first("dc", "rights"),
        description=channel.get("description"),
        language=channel.get("language") or channel.first("dc", "language"),
        published=channel.get("pubdate"),
        title=channel.get("title") or channel.first("dc", "title"),
        updated=channel.get("lastbuilddate") or channel.first("dc", "date"),
    )


def _keywords(part: _Part) -> list[str]:
    keywords = part.first("itunes", "keywords")
    return keywords.split(",") if keywords else []


def _itunes_categories(elements: Iterable[Mapping[str, Any]]) -> list[str]:
    """Categories of iTunes, each followed by its subcategory if there is one."""
    return [
        each["attrs"].get("text", "")
        for element in elements
        for each in (element, *element["children"].get("category", ())[:1])
    ]


_ITEM_TEXTS = frozenset(
    ("title", "description", "author", "comments", "pubdate", "source", "guid")
)


def _item(element: Element) -> dict[str, Any]:
    part = _Part()
    for child in element.elements:
        read_child = _ITEM_CHILDREN.get(child.kind)
        if child.is_extension:
            part.extend(child)
        elif child.kind in _ITEM_TEXTS:
            part.texts[child.kind] = child.text()
        elif read_child is not None:
            read_child(part, child)
        else:
            part.custom[child.name] = child.text()
    return _item_struct(part)


def _content(part: _Part, element: Element) -> None:
    if element.prefixes.get(element.space.strip()) != "content":
        raise GoXMLError("Expected Space:* Name:item Event:EndTag but got encoded")
    part.texts["content"] = element.text()


def _link(part: _Part, element: Element) -> None:
    part.texts["link"] = element.text() or element.get("href")
    part.links.append(part.texts["link"])


def _category(part: _Part, element: Element) -> None:
    part.categories.append(element.text())


def _enclosure(part: _Part, element: Element) -> None:
    if element.elements:
        raise GoXMLError(
            "Event Text must be immediately followed by EndTag or Text but got StartTag"
        )
    part.enclosures.append(
        _feed.struct(
            url=element.get("url"),
            length=element.get("length"),
            type=element.get("type"),
        )
    )


_ITEM_CHILDREN: dict[str, Callable[[_Part, Element], None]] = {
    "encoded": _content,
    "link": _link,
    "category": _category,
    "enclosure": _enclosure,
}


def _item_struct(part: _Part) -> dict[str, Any]:
    published = part.get("pubdate")
    moment = parse_date(published, in_utc=True) or parse_date(part.first("dc", "date"))
    author = part.author("author")
    picture = part.itunes_image()
    subjects = part.values("dc", "subject")
    return _feed.struct(
        title=part.get("title") or part.first("dc", "title"),
        description=part.get("description") or part.first("dc", "description"),
        content=part.get("content"),
        link=part.get("link"),
        links=part.links,
        published=published or part.first("dc", "date"),
        publishedParsed=_feed.moment(moment),
        author=author,
        authors=[] if author is None else [author],
        guid=part.get("guid"),
        image={"url": picture} if picture else None,
        categories=part.categories + _keywords(part) + subjects,
        enclosures=part.enclosures,
        dcExt=_dublin_core(part),
        itunesExt=_itunes(part),
        extensions=_sorted(part.extensions) or None,
        custom=dict(sorted(part.custom.items())) or None,
    )


def _dublin_core(part: _Part) -> dict[str, Any] | None:
    if "dc" not in part.extensions:
        return None
    return _feed.struct(**{name: part.values("dc", name) for name in _DUBLIN_CORE})


def _itunes(part: _Part) -> dict[str, Any] | None:
    if "itunes" not in part.extensions:
        return None

    def first(name: str) -> str:
        return part.first("itunes", name)

    return _feed.struct(
        author=first("author"),
        block=first("block"),
        duration=first("duration"),
        explicit=first("explicit"),
        keywords=first("keywords"),
        subtitle=first("subtitle"),
        summary=first("summary"),
        image=part.itunes_image(),
        isClosedCaptioned=first("isClosedCaptioned"),
        episode=first("episode"),
        season=first("season"),
        order=first("order"),
        episodeType=first("episodeType"),
    )


def _sorted(extensions: Extensions) -> Extensions:
    return {
        prefix: dict(sorted(names.items()))
        for prefix, names in sorted(extensions.items())
    }
