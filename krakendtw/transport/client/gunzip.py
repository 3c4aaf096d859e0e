"""Undoing gzip (RFC 1952), whole or as it arrives."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure

from krakendtw.errors import TransportError
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.transport.client.exchange import Incoming

_GZIP = 31
"""zlib's number for a gzip wrapper with the largest window."""


def gunzip(data: bytes) -> tuple[bytes, str]:
    """The content of gzip data, several members included.

    :returns: with what ended it too early, empty if it is whole.
    :raises TransportError: it is no gzip at all, with Go's words.
    """
    if not data:
        raise TransportError("EOF")
    parts: list[bytes] = []
    while data:
        inflater = zlib.decompressobj(_GZIP)
        try:
            parts.append(inflater.decompress(data))
        except zlib.error as error:
            if parts:
                return b"".join(parts), "gzip: invalid header"
            raise TransportError("gzip: invalid header") from error
        if not inflater.eof:
            return b"".join(parts), "unexpected EOF"
        data = inflater.unused_data
    return b"".join(parts), ""


def inflate(incoming: Incoming) -> None:
    """Undo the compression that the client asked for by itself.

    The fields that spoke of it go too.  An empty body stays as it is: answers
    to HEAD and those without content are not compressed.

    :raises TransportError: what says gzip is not gzip.
    """
    incoming.without(b"content-encoding", b"content-length")
    body = incoming.body
    if type(body) is BodyStream:
        incoming.body = _inflated(body)
    elif body:
        incoming.body, cut = gunzip(body)
        incoming.cut = incoming.cut or cut


def _inflated(stream: BodyStream) -> BodyStream:
    """The content of a gzip stream, as a stream."""
    plain = BodyStream(stream, None, stream.stopProducing)
    stream.start(_Inflater(stream, plain))
    return plain


class _Inflater:
    """Reads one stream, feeds the other."""

    __slots__ = ("_inflater", "_plain", "_stream")

    def __init__(self, stream: BodyStream, plain: BodyStream) -> None:
        self._stream = stream
        self._plain = plain
        self._inflater: Any = zlib.decompressobj(_GZIP)

    def body_data(self, data: bytes) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        try:
            while data:
                if self._inflater.eof:
                    self._inflater = zlib.decompressobj(_GZIP)
                content = self._inflater.decompress(data)
                data = self._inflater.unused_data
                if content:
                    self._plain.data_received(content)
        except zlib.error:
            self._stream.stopProducing()
            self._plain.fail(Failure(TransportError("gzip: invalid header")))

    def body_end(self) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        if self._inflater.eof:
            self._plain.finish()
        else:
            self._plain.fail(Failure(TransportError("unexpected EOF")))

    def body_failed(self, failure: Failure) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._plain.fail(failure)
