"""The elements of a feed, and the text in them as feed readers take it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from krakendtw.encoding._goxml import End, GoXMLError, Name, Start, Tokens

MAX_DEPTH = 250
"""How many elements may be open at a time; our limit, far above any feed."""

_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_PLAIN_PREFIXES = ("", "rss", "rdf", "content")
_XML = "http://www.w3.org/XML/1998/namespace"

# Namespaces that go by a name whatever prefix a feed gives them.
_CANONICAL = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/threading/": "thr",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://wellformedweb.org/commentAPI/": "wfw",
    "http://www.georss.org/georss": "georss",
    "http://www.itunes.com/DTDs/PodCast-1.0.dtd": "itunes",
    "http://www.opengis.net/gml": "gml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://podlove.org/simple-chapters": "psc",
    _XML: "xml",
}


@define
class Element:
    """An element of a feed.

    :ivar space: the namespace, or the prefix if nothing says what it means.
    :ivar name: the local name as written.
    :ivar attributes: values by local name; of equal names the first one counts
        for :meth:`get`, the last one here.
    :ivar prefixes: the prefixes of the namespaces that are declared around it.
    :ivar children: elements and pieces of text.
    :ivar inner: what stands between the tags, as written.
    """

    space: str
    name: str
    attributes: dict[str, str]
    firsts: dict[str, str]
    prefixes: Mapping[str, str]
    start: int
    children: list[Element | str] = field(factory=list)
    inner: str = ""

    @property
    def kind(self) -> str:
        """The name in lower case, which is how feed readers compare."""
        return self.name.lower()

    @property
    def elements(self) -> list[Element]:
        """The elements right below."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def is_extension(self) -> bool:
        """Whether it belongs to a namespace that feeds themselves don't have."""
        prefix = self.prefixes.get(self.space.strip())
        if prefix is None:
            return self.space != ""
        return prefix not in _PLAIN_PREFIXES

    @property
    def prefix(self) -> str:
        """What its namespace is called in the data."""
        declared = self.prefixes.get(self.space, self.space)
        return _CANONICAL.get(self.space, declared)

    def get(self, name: str) -> str:
        """An attribute's value or nothing."""
        return self.firsts.get(name, "")

    def text(self) -> str:
        """The text as a feed reader takes it, markup in it left as written."""
        inner = self.inner.strip()
        return strip_cdata(inner) if "<![CDATA[" in inner else decode_entities(inner)


def parse(body: bytes) -> Element:
    """The root of a feed.

    :raises GoXMLError: the document is broken before its root's end.
    """
    tokens = Tokens(body, strict=False)
    path: list[Element] = []
    scopes: list[dict[str, str]] = [{}]  # prefix to namespace
    for token in tokens:
        if isinstance(token, Start):
            if len(path) >= MAX_DEPTH:
                raise GoXMLError("exceeded max depth")
            scopes.append(scopes[-1] | _declared(token))
            element = _element(token, scopes[-1], path[-1].prefixes if path else {})
            if path:
                path[-1].children.append(element)
            path.append(element)
        elif isinstance(token, End):
            element = path.pop()
            scopes.pop()
            element.inner = tokens.text[element.start : token.offset]
            if not path:
                return element
        elif path:
            path[-1].children.append(token.data)
    raise GoXMLError("Failed to find root node before document end.")


def root_kind(body: bytes) -> str:
    """The root's name in lower case; nothing if the document breaks before it."""
    try:
        for token in Tokens(body, strict=False):
            if isinstance(token, Start):
                return token.name.local.lower()
    except GoXMLError:
        return ""
    return ""


def _declared(token: Start) -> dict[str, str]:
    """The prefixes that a tag gives a meaning to."""
    return {
        name.local if name.prefix else "": value
        for name, value in token.attributes
        if name.prefix == "xmlns" or name == Name("", "xmlns")
    }


def _element(
    token: Start, scope: Mapping[str, str], prefixes: Mapping[str, str]
) -> Element:
    declared = {
        value.strip(): name.local.strip().lower() if name.prefix == "xmlns" else ""
        for name, value in token.attributes
        if name.prefix == "xmlns" or name.local == "xmlns"
    }
    prefix = token.name.prefix
    return Element(
        _XML if prefix == "xml" else scope.get(prefix, prefix),
        token.name.local,
        {name.local: value for name, value in token.attributes},
        {name.local: value for name, value in reversed(token.attributes)},
        {**prefixes, **declared} if declared else prefixes,
        token.offset,
    )


def extension(element: Element) -> dict[str, Any]:
    """An element of a foreign namespace with all that is in it."""
    children: dict[str, list[Any]] = {}
    for child in element.elements:
        children.setdefault(child.name, []).append(extension(child))
    texts = (child for child in element.children if isinstance(child, str))
    return {
        "name": element.name,
        "value": "".join(texts).strip(),
        "attrs": dict(sorted(element.attributes.items())),
        "children": dict(sorted(children.items())),
    }


def strip_cdata(text: str) -> str:
    """The text of the CDATA sections; what stands before one is lost.

    The place to go on from after the second one is miscounted by the original,
    so that as a rule the rest is lost too.
    """
    raw = text.encode("utf-8", "surrogatepass")
    pieces = []
    at = 0
    while at < len(raw):
        start = raw.find(_CDATA, at)
        end = raw.find(_CDATA_END, start) if start >= 0 else -1
        if end < 0:
            rest = raw[at:].decode("utf-8", "replace")
            pieces.append(decode_entities(rest))
            break
        pieces.append(raw[start + len(_CDATA) : end].decode("utf-8", "replace"))
        at += end + len(_CDATA_END)
    return "".join(pieces)


_reference = re.compile(r"&[^;]*;?", re.DOTALL)


def decode_entities(text: str) -> str:
    """``text`` with HTML's references resolved, up to a ``&`` that begins none."""
    pieces: list[str] = []
    at = 0
    for match in _reference.finditer(text):
        if not match[0].endswith(";") or " " in match[0]:
            break
        pieces += text[at : match.start()], html.unescape(match[0])
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces)
