"""Bodies of requests that are there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IConsumer


@implementer(IBodyProducer)
class WholeBody:
    """A body that is there, sent in one piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.length: Any = len(body)

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Send it."""
        consumer.write(self._body)
        return succeed(None)

    def pauseProducing(self) -> None:
        """All of it is sent in one call."""

    def resumeProducing(self) -> None:
        """All of it is sent in one call."""

    def stopProducing(self) -> None:
        """All of it is sent in one call."""
