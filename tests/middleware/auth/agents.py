"""An agent without a wire, for the tests of ``auth/…``."""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field, frozen
from treq.client import HTTPClient
from twisted.internet.defer import Deferred, fail, succeed
from twisted.web.client import FileBodyProducer
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent
from zope.interface import implementer

from krakendtw.memory import MemoryResponse


@frozen
class Asked:
    """A request that came to the agent."""

    method: bytes
    url: bytes
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a field."""
        values = self.headers.getRawHeaders(name)
        return values[0] if values else None


@implementer(IAgent)
@define
class MemoryAgent:
    """Gives the answers that it was given.

    :param answers: in turn, the last one for ever: responses, exceptions,
        Deferreds of either.
    :ivar asked: the requests so far.
    """

    answers: list[Any]
    asked: list[Asked] = field(factory=list)

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: Any = None,
    ) -> Deferred[Any]:
        """Answer one request."""
        body = b""
        if isinstance(bodyProducer, FileBodyProducer):
            body = bodyProducer._inputFile.read()
        self.asked.append(Asked(method, uri, headers or Headers(), body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Deferred):
            return answer
        if isinstance(answer, BaseException):
            return fail(answer)
        return succeed(answer)

    @property
    def client(self) -> HTTPClient:
        """A treq client on this agent."""
        return HTTPClient(self)


def json_response(
    value: Any, status: int = 200, kind: str = "application/json"
) -> MemoryResponse:
    """An answer with a JSON body."""
    return text_response(json.dumps(value), status, kind)


def text_response(text: str, status: int = 200, kind: str = "text/html") -> Any:
    """An answer with any body."""
    return MemoryResponse(status, {"Content-Type": [kind]}, text.encode())
