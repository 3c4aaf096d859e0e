"""The request and the answer of one exchange, as modifiers work on them.

Host, Content-Length and Transfer-Encoding are no header fields here, as they are
none in Go: setting one of them sets what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from krakendtw.config.canonical import canonical_header
from krakendtw.errors import PipeError, TransportError
from krakendtw.go_quote import quote

if TYPE_CHECKING:
    from twisted.web.http_headers import Headers

    from krakendtw.middleware.modifier.martian._address import Address

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_has_control = re.compile(r"[\x00-\x08\n-\x1f\x7f]").search
_parses_int = re.compile(r"[+-]?[0-9]+", re.ASCII).fullmatch

_BLANKS = b" \t"
_LENGTH_MAX = 1 << 63


class Message:
    """What requests and answers have in common.

    :ivar headers: the fields, without the three that are none.
    :ivar host: the Host of a request; an answer has none.
    :ivar length: the body's length in bytes, -1 if unknown; in a request 0 stands
        for unknown too, if it has a body.
    :ivar codings: the transfer codings.
    :ivar body: the body put in place of the one that came; ``None`` for that.
    :ivar unsendable: fields that cannot be written, by name.
    """

    __slots__ = (
        "_is_padded",
        "body",
        "codings",
        "headers",
        "host",
        "length",
        "unsendable",
    )

    def __init__(self, headers: Headers, length: int, host: str = "") -> None:
        self.headers = headers
        self.length = length
        self.host = host
        self.codings: list[str] | None = None
        self.body: bytes | None = None
        self.unsendable: dict[str, list[str]] = {}
        self._is_padded = False

    def get(self, name: str) -> str:
        """The first value; empty without one."""
        special = name.lower()
        if special == "host":
            return self.host
        if special == "content-length":
            return "" if self.length < 0 else str(self.length)
        if special == "transfer-encoding":
            return self.codings[0] if self.codings else ""
        return self.field(name)

    def field(self, name: str) -> str:
        """The first value of a real field; empty without one."""
        values = self._values(name)
        return values[0] if values else ""

    def all(self, name: str) -> Sequence[str]:
        """All values; none at all for a field that is not there."""
        special = name.lower()
        if special == "host":
            return [self.host] if self.host else []
        if special == "content-length":
            return [str(self.length)] if self.length > 0 else []
        if special == "transfer-encoding":
            return self.codings or []
        return self._values(name)

    def set(self, name: str, value: str) -> None:
        """Replace all values.

        :raises PipeError: a Content-Length that is no number.
        """
        special = name.lower()
        if special == "host":
            self._set_host(value)
        elif special == "content-length":
            self.length = _whole(value)
        elif special == "transfer-encoding":
            self.codings = [value]
        else:
            self._drop(name)
            self._put(name, value)

    def add(self, name: str, value: str) -> None:
        """Add a value.

        :raises PipeError: to a field that has one value at most.
        """
        special = name.lower()
        if special == "host" and self.host:
            raise PipeError("proxyutil: illegal header multiple: Host")
        if special == "content-length" and self.length > 0:
            raise PipeError("proxyutil: illegal header multiple: Content-Length")
        if special in ("host", "content-length"):
            self.set(name, value)
        elif special == "transfer-encoding":
            self.codings = [*(self.codings or ()), value]
        else:
            self._put(name, value)

    def delete(self, name: str) -> None:
        """Drop all values."""
        special = name.lower()
        if special == "host":
            self._set_host("")
        elif special == "content-length":
            self.length = -1
        elif special == "transfer-encoding":
            self.codings = None
        else:
            self._drop(name)

    def trim(self) -> None:
        """Take the blanks off around values, which nobody writes."""
        if self._is_padded:
            for name, values in list(self.headers.getAllRawHeaders()):
                self.headers.setRawHeaders(name, [it.strip(_BLANKS) for it in values])

    def replace_body(self, body: bytes) -> None:
        """Put another body in place."""
        self.body = body
        self.length = len(body)

    def _set_host(self, value: str) -> None:
        self.host = value

    def _values(self, name: str) -> list[str]:
        found = self.unsendable.get(canonical_header(name), [])
        if _is_token(name):
            values = self.headers.getRawHeaders(_raw(name)) or []
            return [it.decode("utf-8", "surrogateescape") for it in values] + found
        return list(found)

    def _drop(self, name: str) -> None:
        self.unsendable.pop(canonical_header(name), None)
        if _is_token(name):
            self.headers.removeHeader(_raw(name))

    def _put(self, name: str, value: str) -> None:
        if not _is_token(name) or _has_control(value):
            self.unsendable.setdefault(canonical_header(name), []).append(value)
            return
        self.headers.addRawHeader(_raw(name), _raw(value))
        self._is_padded = self._is_padded or value != value.strip(" \t")


class Call(Message):
    """The request.

    :ivar address: where it goes.
    :ivar is_static: whether the answer is made here and nobody asked.
    """

    __slots__ = ("address", "is_static", "method")

    def __init__(
        self, method: bytes, address: Address, headers: Headers, length: int, host: str
    ) -> None:
        super().__init__(headers, length, host)
        self.method = method
        self.address = address
        self.is_static = False

    def refusal(self) -> TransportError:
        """What Go's client says of a field that cannot be written."""
        name = min(self.unsendable)
        what = "value for" if _is_token(name) else "name"
        text = f"invalid header field {what} {quote(name)}"
        return TransportError(f"net/http: {text}")


class Reply(Message):
    """The answer.

    :ivar call: the request as it was sent.
    :ivar address: what answered, at the end of all redirects.
    :ivar flaw: why the body cannot be read; empty if it can.
    """

    __slots__ = ("address", "call", "flaw", "status")

    def __init__(
        self, status: int, call: Call, address: Address, headers: Headers, length: int
    ) -> None:
        super().__init__(headers, length)
        self.status = status
        self.call = call
        self.address = address
        self.flaw = ""

    def replace_body(self, body: bytes) -> None:
        """See :class:`Message`."""
        super().replace_body(body)
        self.flaw = ""

    def _set_host(self, value: str) -> None:
        """See :class:`Message`; an answer has no Host."""


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _whole(text: str) -> int:
    """A whole number as Go's ``strconv.ParseInt`` reads it."""
    if not _parses_int(text):
        reason = "invalid syntax"
    elif -_LENGTH_MAX <= int(text) < _LENGTH_MAX:
        return int(text)
    else:
        reason = "value out of range"
    raise PipeError(f"strconv.ParseInt: parsing {quote(text)}: {reason}")
