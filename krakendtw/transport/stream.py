"""Bodies that are still arriving, relayed under back-pressure.

A :class:`BodyStream` sits between a source that pushes (a parser) and one
reader.  Until the reader comes it holds what arrives and pauses the source at
:data:`HIGH_WATER`; then it hands each piece on and pauses when the reader does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import classImplements

from krakendtw.errors import PipeError

if TYPE_CHECKING:
    from collections.abc import Callable

HIGH_WATER = 65536
"""Bytes held for a reader that has not come, or does not read, before a pause."""


class BodyReader(Protocol):
    """Who reads a stream."""

    def body_data(self, data: bytes) -> None:
        """A piece."""

    def body_end(self) -> None:
        """That was all."""

    def body_failed(self, failure: Failure) -> None:
        """It broke off."""


class BodyTooLarge(PipeError):
    """A body is longer than what is held in memory."""


class BodyClosed(PipeError):
    """A body that its first reader gave up has no second one."""


class BodyStream:
    """A body on its way; it has one reader.

    :param source: what is paused and resumed; a transport.
    :param length: the announced length in bytes, ``None`` if unknown.
    :param abandon: called when nobody wants the rest.
    """

    __slots__ = (
        "_abandon",
        "_chunks",
        "_ended",
        "_failure",
        "_held",
        "_paused",
        "_reader",
        "_reader_paused",
        "_source",
        "length",
    )

    def __init__(
        self,
        source: Any,
        length: int | None = None,
        abandon: Callable[[], object] | None = None,
    ) -> None:
        self._source = source
        self._abandon = abandon
        self.length = length
        self._chunks: list[bytes] = []
        self._held = 0
        self._reader: BodyReader | None = None
        self._reader_paused = False
        self._paused = False
        self._ended = False
        self._failure: Failure | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it has arrived."""
        return self._ended and self._failure is None

    # --- the source's side

    def data_received(self, data: bytes) -> None:
        """Take a piece from the source."""
        if self._ended:
            return
        if self._reader is not None and not self._reader_paused:
            self._reader.body_data(data)
            return
        self._chunks.append(data)
        self._held += len(data)
        if self._held >= HIGH_WATER:
            self._pause()

    def finish(self) -> None:
        """The source has given everything."""
        self._end(None)

    def fail(self, failure: Failure) -> None:
        """The source broke off."""
        self._end(failure)

    def _end(self, failure: Failure | None) -> None:
        if self._ended:
            return
        self._ended = True
        self._failure = failure
        self._resume()  # nothing of this body is left to hold back
        if self._reader is not None and not self._reader_paused:
            self._tell_end()

    def _tell_end(self) -> None:
        reader = self._reader
        if reader is None:
            return
        self._reader = None
        if self._failure is None:
            reader.body_end()
        else:
            reader.body_failed(self._failure)

    def _pause(self) -> None:
        if not self._paused and not self._ended:
            self._paused = True
            self._source.pauseProducing()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._source.resumeProducing()

    # --- the reader's side

    def start(self, reader: BodyReader) -> None:
        """Hand everything, the held first, to ``reader``."""
        self._reader = reader
        self._flush()

    def pauseProducing(self) -> None:
        """The reader cannot take more now."""
        self._reader_paused = True
        self._pause()

    def resumeProducing(self) -> None:
        """The reader can take more."""
        self._reader_paused = False
        self._flush()

    def stopProducing(self) -> None:
        """The reader wants no more."""
        self._reader = None
        self._chunks.clear()
        if not self._ended:
            self._ended = True
            self._failure = Failure(BodyClosed("http: invalid Read on closed Body"))
            if self._abandon is not None:
                self._abandon()
            else:
                self._resume()  # it goes on, to nobody

    def _flush(self) -> None:
        while self._chunks and not self._reader_paused and self._reader is not None:
            chunks, self._chunks, self._held = self._chunks, [], 0
            self._reader.body_data(b"".join(chunks))
        if self._chunks or self._reader_paused:
            return
        if self._ended:
            self._tell_end()
        else:
            self._resume()

    def peek(self) -> bytes:
        """What has arrived and nobody has read."""
        return b"".join(self._chunks)

    def read_all(self, limit: int | None = None) -> Deferred[bytes]:
        """The whole body, held in memory.

        :param limit: the most bytes to hold.
        :raises BodyTooLarge: through the Deferred.
        """
        collector = _Collector(self, limit)
        self.start(collector)
        return collector.done


classImplements(BodyStream, IPushProducer)


class _Collector:
    """Reads a stream into one piece."""

    __slots__ = ("_limit", "_parts", "_size", "_stream", "done")

    def __init__(self, stream: BodyStream, limit: int | None) -> None:
        self._stream = stream
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self.done: Deferred[bytes] = Deferred(self._cancel)

    def _cancel(self, _: Deferred[bytes]) -> None:
        self._stream.stopProducing()

    def body_data(self, data: bytes) -> None:
        """See :class:`BodyReader`."""
        self._parts.append(data)
        self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            self._stream.stopProducing()
            self.body_failed(
                Failure(BodyTooLarge(f"body larger than {self._limit} bytes"))
            )

    def body_end(self) -> None:
        """See :class:`BodyReader`."""
        if not self.done.called:
            self.done.callback(b"".join(self._parts))

    def body_failed(self, failure: Failure) -> None:
        """See :class:`BodyReader`."""
        if not self.done.called:
            self.done.errback(failure)
