"""What a handler gives back: an answer ready for the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krakendtw.proxy.message import Body


class Answer:
    """An answer, rendered.

    :ivar status: the status code.
    :ivar head: complete header lines, the framing of the body excepted.
    :ivar body: whole, or a stream.
    :ivar errors: texts for the access log.
    :ivar dated: whether ``head`` holds a Date of the backend's.
    """

    __slots__ = ("body", "dated", "errors", "head", "status")

    def __init__(
        self,
        status: int,
        head: bytes = b"",
        body: Body = b"",
        errors: Sequence[str] = (),
        dated: bool = False,
    ) -> None:
        self.status = status
        self.head = head
        self.body = body
        self.errors = errors
        self.dated = dated

    def add_header(self, name: str, value: str) -> None:
        """Add a header field to what is sent."""
        self.head += f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")
