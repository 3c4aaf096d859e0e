"""What the pool is asked for, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.errors import TransportError
from krakendtw.transport.client.head import read_fields
from krakendtw.transport.client.settings import MAX_BODY_BYTES

if TYPE_CHECKING:
    from krakendtw.proxy.message import Body
    from krakendtw.transport.client.pool import Origin


class Outgoing:
    """One request for the wire.

    :ivar method: in capitals.
    :ivar target: the request target.
    :ivar lines: header lines, the framing of the body excepted.
    :ivar body: whole, a stream, or none.
    :ivar length: the Content-Length to announce; ``None`` for chunked.
    :ivar streams: whether the answer's body is wanted as it arrives.
    :ivar limit: the longest body that is held in memory, in bytes.
    :ivar deadline: when nobody waits any more, seconds of the reactor's clock.
    """

    __slots__ = (
        "body",
        "deadline",
        "length",
        "limit",
        "lines",
        "method",
        "streams",
        "target",
    )

    def __init__(
        self,
        method: bytes,
        target: bytes,
        lines: bytes,
        body: Body,
        length: int | None = None,
        streams: bool = False,
        deadline: float = float("inf"),
        limit: int = MAX_BODY_BYTES,
    ) -> None:
        self.method = method
        self.target = target
        self.lines = lines
        self.body = body
        self.length = length
        self.streams = streams
        self.deadline = deadline
        self.limit = limit


def length_flaw(length: int, body: bytes) -> TransportError:
    """What Go's client says of a body that has not the length announced."""
    return TransportError(f"http: ContentLength={length} with Body length {len(body)}")


class Incoming:
    """One answer of a backend.

    :param head: its header fields, as pairs or as they came, a body behind them.
    :param interim: how many interim answers (1xx) stand before a raw head.
    :ivar body: whole, or a stream if that was wanted and it was still coming.
    :ivar encoding: the Content-Encoding, read where it matters; empty for none.
    :ivar is_uncoded: whether it is known to have no Content-Encoding.
    :ivar cut: what ended the body too early; empty if it is whole.
    :ivar url: the URL that answered at last, if redirects were followed.
    :ivar at: else the origin and target that were asked.
    """

    __slots__ = (
        "_headers",
        "_interim",
        "_raw",
        "at",
        "body",
        "cut",
        "encoding",
        "is_uncoded",
        "status",
        "url",
    )

    def __init__(
        self,
        status: int,
        head: bytes | list[tuple[bytes, bytes]],
        body: Any,
        interim: int = 0,
    ) -> None:
        self.status = status
        self._interim = interim
        self._raw: bytes | None = None
        self._headers: list[tuple[bytes, bytes]] | None = None
        if type(head) is bytes:
            self._raw = head
        else:
            self._headers = head  # type: ignore[assignment]
        self.body = body
        self.cut = ""
        self.is_uncoded = False
        self.encoding = b""
        self.url = ""
        self.at: tuple[Origin, bytes] | None = None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The fields as they came."""
        headers = self._headers
        if headers is None:
            headers = self._headers = read_fields(self._raw or b"", self._interim)
            self._raw = None
        return headers

    @headers.setter
    def headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._headers = headers
        self._raw = None

    @property
    def block(self) -> bytes | None:
        """The head as it came, unless somebody has read or changed it.

        None where there is more in it than stands there.
        """
        raw = self._raw
        if raw is None or self._interim:
            return None
        end = raw.find(b"\r\n\r\n")
        return raw[:end] if end > 0 and raw.find(b"ragma:", 0, end) < 0 else None

    def location(self) -> str:
        """The URL that answered, for messages."""
        if self.url or self.at is None:
            return self.url
        return self.at[0].url_of(self.at[1])

    def field(self, name: bytes) -> bytes | None:
        """The first value of a header field, by its lower-case name."""
        raw = self._raw
        if (
            raw is not None
            and not self._interim
            # One search through the head's bytes tells of most fields enough.
            and raw[: raw.find(b"\r\n\r\n")].lower().find(name) < 0
        ):
            return None
        size = len(name)
        for key, value in self.headers:
            if len(key) == size and key.lower() == name:
                return value
        return None

    def without(self, *names: bytes) -> None:
        """Drop header fields, by their lower-case names."""
        self.headers = [pair for pair in self.headers if pair[0].lower() not in names]
