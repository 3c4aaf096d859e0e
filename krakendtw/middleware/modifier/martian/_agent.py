"""The agent around a backend's client that lets modifiers work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.errors import PipeError, TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.middleware._whole_body import WholeBody
from krakendtw.middleware.modifier.martian._address import parse_address
from krakendtw.middleware.modifier.martian._exchange import Call, Reply
from krakendtw.middleware.qos._cache_tee import refuse

if TYPE_CHECKING:
    from twisted.internet.interfaces import IConsumer, IProtocol
    from twisted.python.failure import Failure

    from krakendtw.middleware.modifier.martian._pair import Pair

_GO_AGENT = [b"Go-http-client/1.1"]

_SCHEMES = ("http", "https")

_BODILESS = frozenset((b"GET", b"HEAD", b"DELETE", b"OPTIONS", b"PROPFIND", b"SEARCH"))
"""Methods whose empty bodies Go's client does not send."""


@implementer(IAgent)
class ModifyingAgent:
    """Changes requests before ``agent`` sends them, and what it answers.

    :param relays: whether bodies go to the client as they are, by the length
        that was announced for them.
    """

    def __init__(self, agent: IAgent, pair: Pair, *, relays: bool = False) -> None:
        self._agent = agent
        self._pair = pair
        self._relays = relays

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        call = _call(method, uri, headers or Headers(), bodyProducer)
        try:
            had_agent = call.headers.hasHeader(b"user-agent")
            announced = call.length
            if self._pair.call is not None:
                self._pair.call(call)
            if call.is_static:
                return succeed(self._changed(MemoryResponse(200), call))
            producer = _producer(call, bodyProducer, announced)
            _finish(call, had_agent)
            url = str(call.address).encode("utf-8", "surrogateescape")
            if any(byte < 0x20 or byte == 0x7F for byte in url):
                raise TransportError(
                    "net/http: can't write control character in Request.URL"
                )
            if call.address.scheme not in _SCHEMES:
                scheme = call.address.scheme
                raise TransportError(f'unsupported protocol scheme "{scheme}"')
            if call.unsendable:
                raise call.refusal()
            answer: Any = self._agent.request(method, url, call.headers, producer)
        except TransportError as error:
            error.url = str(call.address)
            return fail(error)
        except Exception:
            return fail()
        answer.addErrback(_readdress, call)
        if self._pair.reply is not None:
            answer.addCallback(self._changed, call)
        found: Deferred[IResponse] = answer
        return found

    def _changed(self, response: IResponse, call: Call) -> IResponse:
        """The answer with the changes of the modifiers."""
        length = 0 if call.is_static else _announced(response)
        address = call.address
        asked = response.request
        if asked is not None:
            url = asked.absoluteURI.decode("utf-8", "surrogateescape")
            address = parse_address(url)
        reply = Reply(response.code, call, address, response.headers.copy(), length)
        if self._pair.reply is not None:
            try:
                self._pair.reply(reply)
            except Exception:
                refuse(response)
                raise
        reply.trim()
        if reply.flaw and not self._relays:
            raise PipeError(reply.flaw)
        if reply.body is not None:
            refuse(response)
            if self._relays:
                _keep_promise(reply)
        return ModifiedResponse(response, reply)


@implementer(IResponse)
class ModifiedResponse:
    """An answer with other fields, another status, and maybe another body."""

    def __init__(self, response: IResponse, reply: Reply) -> None:
        self._response = response
        self._body = reply.body
        self.version: Any = response.version
        self.code = reply.status
        self.phrase: bytes = response.phrase
        self.headers = reply.headers
        self.length: Any = response.length if reply.body is None else reply.length
        self.request: Any = response.request
        self.previousResponse: Any = response.previousResponse

    def deliverBody(self, protocol: IProtocol) -> None:
        """Give the body to ``protocol``."""
        if self._body is None:
            self._response.deliverBody(protocol)
        else:
            MemoryResponse(self.code, None, self._body).deliverBody(protocol)

    def setPreviousResponse(self, response: IResponse) -> None:
        """Remember the redirect that led here."""
        self.previousResponse = response


def _announced(response: IResponse) -> int:
    """The length that an answer says it has; -1 if it says none."""
    values = response.headers.getRawHeaders(b"content-length") or [b""]
    return int(values[0]) if values[0].isdigit() else -1


def _readdress(failure: Failure, call: Call) -> Failure:
    """A failure is told with the URL that was really asked."""
    if isinstance(failure.value, TransportError):
        failure.value.url = str(call.address)
    return failure


def _keep_promise(reply: Reply) -> None:
    """Hold a new body to the Content-Length that is still in the fields.

    That is what KrakenD does to no-op answers: a shorter body breaks off, and of
    a longer one nothing is sent.
    """
    announced = reply.headers.getRawHeaders(b"content-length") or [b""]
    if announced[0].isdigit():
        reply.length = int(announced[0])
        if len(reply.body or b"") > reply.length:
            reply.body = b""


@implementer(IBodyProducer)
class MeasuredBody:
    """A body that is announced with another length."""

    def __init__(self, producer: IBodyProducer, length: Any) -> None:
        self._producer = producer
        self.length = length
        self.pauseProducing = producer.pauseProducing
        self.resumeProducing = producer.resumeProducing
        self.stopProducing = producer.stopProducing

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Have the body sent."""
        started: Deferred[None] = self._producer.startProducing(consumer)
        return started


def _call(
    method: bytes, uri: bytes, headers: Headers, producer: IBodyProducer | None
) -> Call:
    """The request that modifiers see."""
    headers = headers.copy()
    hosts = headers.getRawHeaders(b"host") or [b""]
    headers.removeHeader(b"host")
    length = 0
    if producer is not None and producer.length is not UNKNOWN_LENGTH:
        length = int(producer.length)
    address = parse_address(uri.decode("utf-8", "surrogateescape"))
    host = hosts[0].decode("utf-8", "surrogateescape")
    return Call(method, address, headers, length, host)


def _producer(
    call: Call, producer: IBodyProducer | None, announced: int
) -> IBodyProducer | None:
    """What sends the body.

    :param announced: the length that the body came with.
    :raises TransportError: another length than a body of known length has.
    """
    is_chunked = call.codings is not None and call.codings[:1] == ["chunked"]
    size: int | None = announced or None
    if call.body is not None:
        producer, size = WholeBody(call.body), len(call.body)
        if not size and call.method in _BODILESS:
            producer = None
    if producer is None:
        if call.length > 0:
            raise _wrong_length(call.length, 0)
        return None
    if is_chunked or call.length < 0 or call.body == b"":
        return MeasuredBody(producer, UNKNOWN_LENGTH)
    if call.length != (size or 0):
        if size is not None and call.length:
            raise _wrong_length(call.length, size)
        return MeasuredBody(producer, call.length or UNKNOWN_LENGTH)
    return producer


def _wrong_length(length: int, size: int) -> TransportError:
    reason = f"http: ContentLength={length} with Body length {size}"
    return TransportError(f"net/http: HTTP/1.x transport connection broken: {reason}")


def _finish(call: Call, had_agent: bool) -> None:
    """The fields that are the client's business: Host and User-Agent."""
    call.trim()
    headers = call.headers
    headers.removeHeader(b"host")
    if call.host:
        host = call.host.encode("utf-8", "surrogateescape")
        headers.setRawHeaders(b"host", [host])
    agents = headers.getRawHeaders(b"user-agent")
    if agents is None:
        if had_agent:
            headers.setRawHeaders(b"user-agent", _GO_AGENT)
    elif agents[0]:
        headers.setRawHeaders(b"user-agent", agents[:1])
    else:
        headers.removeHeader(b"user-agent")
