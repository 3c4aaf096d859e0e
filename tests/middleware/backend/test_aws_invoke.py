"""Tests of calls of Lambda functions."""

from __future__ import annotations

from typing import Any

from treq.client import HTTPClient
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer

from krakendtw.errors import TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.backend._aws_credentials import CredentialSource
from krakendtw.middleware.backend._aws_invoke import AWSError, Invoker
from krakendtw.transport.deadline import TimerWheel

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


@implementer(IAgent)
class AWS:
    """Gives answers in turn, the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self.asked: list[tuple[bytes, bytes, Any]] = []
        self._answers = list(answers)

    def request(
        self, method: bytes, uri: bytes, headers: Any = None, bodyProducer: Any = None
    ) -> Deferred[Any]:
        """The next answer."""
        self.asked.append((method, uri, headers))
        last = len(self._answers) == 1
        answer = self._answers[0] if last else self._answers.pop(0)
        if isinstance(answer, Exception):
            return fail(answer)
        return succeed(MemoryResponse(*answer))


class InvokerTests(SynchronousTestCase):
    """One call, its signature and its retries."""

    def setUp(self) -> None:
        """A clock."""
        self.clock = Clock()

    def call(self, aws: AWS, function: str = "f", payload: bytes = b"{}") -> Any:
        """Call a function."""
        invoker = Invoker(
            "http://aws",
            "eu-west-1",
            HTTPClient(aws),
            CredentialSource(KEYS),
            TimerWheel(self.clock),
        )
        return Deferred.fromCoroutine(invoker.invoke(function, payload))

    def failed(self, aws: AWS, wait_s: float = 0) -> AWSError:
        """The error of a call, after a while."""
        called = self.call(aws)
        for _ in range(int(wait_s * 100)):
            self.clock.advance(0.01)
        found: AWSError = self.failureResultOf(called, AWSError).value
        return found

    def test_call(self) -> None:
        """The address, the signature and the answer."""
        aws = AWS((200, {"X-Amz-Executed-Version": ["7"]}, b"{}"))
        result = self.successResultOf(self.call(aws, "arn:f/1"))
        self.assertEqual(
            (result.status, result.payload, result.version), (200, b"{}", "7")
        )
        method, url, headers = aws.asked[0]
        self.assertEqual(method, b"POST")
        self.assertEqual(
            url, b"http://aws/2015-03-31/functions/arn%3Af%2F1/invocations"
        )
        signature = headers.getRawHeaders("Authorization")[0]
        self.assertIn("/eu-west-1/lambda/aws4_request", signature)
        self.assertIn("host;x-amz-date;x-amz-invocation-type;x-amz-log-type", signature)

    def test_no_name(self) -> None:
        """Nobody is asked for a function without a name."""
        aws = AWS((200, {}, b"{}"))
        self.failureResultOf(self.call(aws, ""), AWSError)
        self.assertEqual(aws.asked, [])

    def test_refusals(self) -> None:
        """AWS' status is the error's, with AWS' words."""
        for status, fields, body, words in (
            (400, {}, b'{"message":"bad"}', ": bad\n\tstatus code: 400, request id: "),
            (
                403,
                {"X-Amzn-Errortype": ["Denied:http://x"], "X-Amzn-Requestid": ["r"]},
                b'{"Message":"no"}',
                "Denied: no\n\tstatus code: 403, request id: r",
            ),
            (404, {}, b'{"__type":"a#Foo"}', "Foo: \n\tstatus code: 404, request id: "),
            (302, {}, b"{}", ": \n\tstatus code: 302, request id: "),
        ):
            aws = AWS((status, fields, body))
            error = self.failed(aws)
            self.assertEqual((error.status, str(error)), (status, words))
            self.assertEqual(len(aws.asked), 1)

    def test_retries(self) -> None:
        """What may pass is tried three times more."""
        aws = AWS((500, {}, b"{}"), TransportError("cut"), (200, {}, b"good"))
        called = self.call(aws)
        for _ in range(30):
            self.clock.advance(0.01)
        self.assertEqual(self.successResultOf(called).payload, b"good")
        aws = AWS((500, {}, b"x"))
        error = self.failed(aws, 2)
        self.assertEqual((error.code, len(aws.asked)), ("SerializationError", 4))

    def test_throttled(self) -> None:
        """Who is asked to slow down waits longer."""
        aws = AWS((429, {}, b"{}"))
        called = self.call(aws)
        for _ in range(40):
            self.clock.advance(0.01)
        self.assertEqual(len(aws.asked), 1)
        for _ in range(100):
            self.clock.advance(0.01)
        self.assertEqual(len(aws.asked), 2)
        called.addErrback(lambda _: None)
        called.cancel()
        for _ in range(900):
            self.clock.advance(0.01)
        self.assertEqual(len(aws.asked), 2)

    def test_no_connection(self) -> None:
        """A connection that cannot be made is told so."""
        error = self.failed(AWS(TransportError("refused")), 2)
        self.assertEqual(
            str(error),
            "RequestError: send request failed\ncaused by: Post "
            '"http://aws/2015-03-31/functions/f/invocations": refused',
        )
        self.assertEqual(error.status, 500)
