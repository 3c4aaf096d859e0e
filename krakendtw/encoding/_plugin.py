"""What the built-in encodings have in common: their plugin object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IEncodingPlugin

if TYPE_CHECKING:
    from krakendtw.interfaces import Decoder, Renderer


@implementer(IEncodingPlugin)
@frozen
class Encoding:
    """An encoding made of plain functions.

    :ivar decode: reads a body whose root is an object.
    :ivar decode_collection: reads one whose root is a list; by default ``decode``.
    :ivar render: writes an answer.
    """

    name: str
    decode: Decoder | None = None
    decode_collection: Decoder | None = None
    render: Renderer | None = None

    def decoder(self, is_collection: bool) -> Decoder | None:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        return (is_collection and self.decode_collection) or self.decode

    def renderer(self) -> Renderer | None:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        return self.render
