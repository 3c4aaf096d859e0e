"""Changes of an answer's head at the last moment, whoever gives the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from twisted.web.http_headers import Headers

if TYPE_CHECKING:
    from krakendtw.proxy.message import Body
    from krakendtw.transport.server.request import GatewayRequest

Edit: TypeAlias = Callable[[bytes], bytes]
"""Makes new header lines out of an answer's, the date and the framing left out."""


class _Edited:
    """A request whose answer's head goes through :attr:`edit`.

    Requests are made one by the class, so that those of gateways without such an
    edit are what they always were.
    """

    __slots__ = ()

    edit: ClassVar[Edit]
    plain: ClassVar[type]

    def answer(
        self: Any, status: int, head: bytes, body: Body, *, dated: bool = False
    ) -> None:
        """See :meth:`~krakendtw.transport.server.request.GatewayRequest.answer`."""
        head = self.lines_before + head
        self.lines_before = b""
        if self._response_headers is not None:
            head += _lines(self._response_headers)
            self._response_headers = None
        head = type(self).edit(head)
        self.__class__ = self.plain  # once is enough
        self.answer(status, head, body, dated=dated)

    def _start_answer(self: Any) -> None:
        """The same for an answer that Twisted's way is written."""
        head = self.lines_before + _lines(self.responseHeaders)
        self.lines_before = b""
        headers = Headers()
        for line in type(self).edit(head).split(b"\r\n")[:-1]:
            name, _, value = line.partition(b": ")
            headers.addRawHeader(name, value)
        self._response_headers = headers
        self.__class__ = self.plain
        self._start_answer()


def compile_edit(edit: Edit) -> Callable[[GatewayRequest], None]:
    """What has the head of a request's answer go through ``edit``."""
    made: dict[type, type] = {}

    def mark(request: GatewayRequest) -> None:
        plain = type(request)
        edited = made.get(plain)
        if edited is None:
            members = {"__slots__": (), "edit": staticmethod(edit), "plain": plain}
            edited = type(f"Edited{plain.__name__}", (_Edited, plain), members)
            made[plain] = edited
        request.__class__ = edited

    return mark


def _lines(headers: Headers) -> bytes:
    return b"".join(
        b"%b: %b\r\n" % (name, value)
        for name, values in headers.getAllRawHeaders()
        for value in values
    )
