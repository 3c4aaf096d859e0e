"""Encoding ``xml``: elements as objects, after the rules of mxj."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from krakendtw.encoding import _mxj
from krakendtw.encoding._goxml import End, GoXMLError, Start, Tokens
from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import DecodeError

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Data, Response

CONTENT_TYPE = b"application/xml"

MAX_DEPTH = 10_000
"""How many elements may be open at a time; our limit, as JSON's."""

_SPACE = "\t\r\b\n "


@define
class _Element:
    """An element that is open.

    :ivar content: attributes and inner elements so far.
    :ivar text: the last piece of text that came before any of them.
    """

    name: str
    content: dict[str, Any] = field(factory=dict)
    text: str | None = None

    def add_text(self, text: str) -> None:
        """Keep a piece of text; of several only one survives."""
        if self.content:
            self.content["#text"] = text
        else:
            self.text = text

    def add(self, name: str, value: Any) -> None:
        """Keep an inner element, in a list if it is not the first of its name."""
        if name not in self.content:
            self.content[name] = value
        elif isinstance(self.content[name], list):
            self.content[name].append(value)
        else:
            self.content[name] = [self.content[name], value]

    def value(self) -> Any:
        """What the whole element comes to."""
        if not self.content:
            return self.text or ""
        if self.text is not None:
            self.content["#text"] = self.text
        return self.content


def decode(body: bytes) -> Data:
    """The first element of ``body`` under its name.

    Attributes are keys with a dash before them, text beside attributes or
    elements is ``#text``, prefixes are dropped and every leaf is a string.

    :raises DecodeError: the document is broken; ``EOF`` if there is no element.
    """
    try:
        return _first_element(Tokens(body, tail="\n"))
    except GoXMLError as error:
        raise DecodeError(f"xml.Decoder.Token() - {error}") from error


def decode_collection(body: bytes) -> Data:
    """The same under ``collection``.

    :raises DecodeError: as :func:`decode`.
    """
    return {"collection": decode(body)}


def _first_element(tokens: Tokens) -> Data:
    path: list[_Element] = []
    for token in tokens:
        if isinstance(token, Start):
            if len(path) >= MAX_DEPTH:
                raise GoXMLError("exceeded max depth")
            attributes = {f"-{name.local}": value for name, value in token.attributes}
            path.append(_Element(token.name.local, attributes))
        elif isinstance(token, End):
            element = path.pop()
            if not path:
                return {element.name: element.value()}
            path[-1].add(element.name, element.value())
        elif path:
            text = token.data.strip(_SPACE)
            if text:
                path[-1].add_text(text)
    raise DecodeError("EOF")


def render(response: Response | None, request: object) -> Rendered:
    """The data as XML; nothing without a response, or if it cannot be written."""
    if response is None:
        return b"application/xml; charset=utf-8", b""
    try:
        return CONTENT_TYPE, _mxj.dumps(response.data or {})
    except _mxj.Unwritable:
        return CONTENT_TYPE, b""


encoding = Encoding("xml", decode, decode_collection, render)
