"""Undoing gzip (RFC 1952), whole or as it arrives."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure

from krakendtw.errors import TransportError
from krakendtw.transport.client.settings import MAX_BODY_BYTES
from krakendtw.transport.stream import HIGH_WATER, BodyStream

if TYPE_CHECKING:
    from krakendtw.transport.client.exchange import Incoming

_GZIP = 31
"""zlib's number for a gzip wrapper with the largest window."""


def gunzip(data: bytes, limit: int) -> tuple[bytes, str]:
    """The content of gzip data, several members included.

    :param limit: the most bytes that may come of it.
    :returns: with what ended it too early, empty if it is whole.
    :raises TransportError: it is no gzip at all, with Go's words, or too much.
    """
    if not data:
        raise TransportError("EOF")
    parts: list[bytes] = []
    left = limit
    while data:
        inflater = zlib.decompressobj(_GZIP)
        try:
            parts.append(inflater.decompress(data, left + 1))
        except zlib.error as error:
            if parts:
                return b"".join(parts), "gzip: invalid header"
            raise TransportError("gzip: invalid header") from error
        left -= len(parts[-1])
        if left < 0:
            raise TransportError(f"body larger than {limit} bytes")
        if not inflater.eof:
            return b"".join(parts), "unexpected EOF"
        data = inflater.unused_data
    return b"".join(parts), ""


def inflate(incoming: Incoming, limit: int = MAX_BODY_BYTES) -> None:
    """Undo the compression that the client asked for by itself.

    The fields that spoke of it go too.  An empty body stays as it is: answers
    to HEAD and those without content are not compressed.

    :param limit: the most bytes that may come of a body that is held.
    :raises TransportError: what says gzip is not gzip, or too much.
    """
    incoming.without(b"content-encoding", b"content-length")
    body = incoming.body
    if type(body) is BodyStream:
        incoming.body = _Inflater(body).plain
    elif body:
        incoming.body, cut = gunzip(body, limit)
        incoming.cut = incoming.cut or cut


class _Inflater:
    """Reads a gzip stream and feeds one of its content.

    It inflates a piece at a time and stops while the reader has enough, so that
    a small piece which becomes a large one is not held in memory.
    """

    __slots__ = ("_ended", "_inflater", "_is_paused", "_stream", "_waiting", "plain")

    def __init__(self, stream: BodyStream) -> None:
        self._stream = stream
        self._inflater: Any = zlib.decompressobj(_GZIP)
        self._waiting = b""
        self._is_paused = False
        self._ended = False
        self.plain = BodyStream(self, None, stream.stopProducing)
        stream.start(self)

    def body_data(self, data: bytes) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._waiting += data
        self._drain()

    def body_end(self) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._ended = True
        self._drain()

    def body_failed(self, failure: Failure) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._waiting = b""
        self.plain.fail(failure)

    def pauseProducing(self) -> None:
        """The reader has enough."""
        self._is_paused = True
        self._stream.pauseProducing()

    def resumeProducing(self) -> None:
        """The reader wants more."""
        self._is_paused = False
        self._drain()
        if not self._is_paused:
            self._stream.resumeProducing()

    def _drain(self) -> None:
        try:
            while self._waiting and not self._is_paused:
                if self._inflater.eof:
                    self._inflater = zlib.decompressobj(_GZIP)
                content = self._inflater.decompress(self._waiting, HIGH_WATER)
                self._waiting = (
                    self._inflater.unused_data or self._inflater.unconsumed_tail
                )
                if content:
                    self.plain.data_received(content)
        except zlib.error:
            self._waiting = b""
            self._stream.stopProducing()
            self.plain.fail(Failure(TransportError("gzip: invalid header")))
            return
        if self._ended and not self._waiting:
            if self._inflater.eof:
                self.plain.finish()
            else:
                self.plain.fail(Failure(TransportError("unexpected EOF")))
