"""Tests of ``backend/lambda``."""

from __future__ import annotations

import os
from typing import Any

from treq.client import HTTPClient
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured, PipeError
from krakendtw.interfaces import IBackendTerminator
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.backend._aws_invoke import AWSError
from krakendtw.middleware.backend.lambda_ import Lambda, configure, endpoint_url
from krakendtw.testing import (
    backend_scope,
    endpoint_scope,
    extra_config,
    gateway_request,
    request,
    service_scope,
)

WHERE = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / "l"


@implementer(IAgent)
class Function:
    """Answers the same, and keeps what it was given."""

    def __init__(self, answer: bytes, status: int = 200, version: str = "") -> None:
        self.urls: list[bytes] = []
        self.payloads: list[Any] = []
        fields = {"X-Amz-Executed-Version": [version]} if version else {}
        self._answer = (status, fields, answer)

    def request(
        self, method: bytes, uri: bytes, headers: Any = None, bodyProducer: Any = None
    ) -> Deferred[Any]:
        """One call."""
        self.urls.append(uri)
        payload: list[bytes] = []
        if bodyProducer is not None:
            consumer: Any = type(
                "Consumer", (), {"write": staticmethod(payload.append)}
            )
            bodyProducer.startProducing(consumer)
        self.payloads.append(b"".join(payload))
        return succeed(MemoryResponse(*self._answer))


class LambdaTests(SynchronousTestCase):
    """From a request to the function, and back."""

    def setUp(self) -> None:
        """An account."""
        self.patch_environment(
            AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="secret", AWS_REGION=""
        )

    def patch_environment(self, **values: str) -> None:
        """Set variables for one test."""
        environment = dict(os.environ, **values)
        self.patch(os, "environ", environment)

    def ask(
        self, raw: dict[str, Any], function: Function, asked: Any, **fields: Any
    ) -> Any:
        """Call the function that a backend stands for."""
        settings = configure(
            {"region": "eu-west-1", "endpoint": "http://aws/", **raw}, WHERE
        )
        service = service_scope(client=HTTPClient(function))
        endpoint = endpoint_scope(service=service)
        backend = BackendConfig(
            extra=extra_config({"backend/lambda": settings}), **fields
        )
        return settings.backend_proxy(backend_scope(backend, endpoint))(asked)

    def test_interface(self) -> None:
        """The settings are the terminator."""
        self.assertTrue(verifyObject(IBackendTerminator, Lambda("f")))

    def test_parameters(self) -> None:
        """A GET sends the parameters, names in lower case."""
        function = Function(b'{"n":12345678901234567890}', version="3")
        asked = request(params={"Id": "<7>", "Fn": "x"})
        answer = self.successResultOf(
            self.ask({"function_param_name": "Fn"}, function, asked)
        )
        self.assertEqual(
            function.urls, [b"http://aws/2015-03-31/functions/x/invocations"]
        )
        self.assertEqual(function.payloads, [b'{"fn":"x","id":"\\u003c7\\u003e"}\n'])
        self.assertEqual(float(answer.data["n"]), float(12345678901234567890))
        self.assertTrue(answer.is_complete)
        self.assertEqual(answer.metadata.headers, {"X-Amz-Executed-Version": ["3"]})

    def test_body(self) -> None:
        """Other methods send the body as it is."""
        function = Function(b'{"a":1,"b":2}')
        answer = self.successResultOf(
            self.ask(
                {"function_name": "f"},
                function,
                request("POST", body=b"raw"),
                method="POST",
                allow=("a",),
            )
        )
        self.assertEqual(function.payloads, [b"raw"])
        self.assertEqual(answer.data, {"a": 1})

    def test_no_name(self) -> None:
        """The parameter is looked up as it is written, which is mostly wrong."""
        asked = self.ask({}, Function(b"{}"), request(params={"Function": "f"}))
        self.failureResultOf(asked, AWSError)

    def test_answers(self) -> None:
        """Only objects are answers, and only of status 200."""
        for body, status in ((b"[1]", 200), (b"", 200), (b"{}", 202)):
            asked = self.ask({"function_name": "f"}, Function(body, status), request())
            self.failureResultOf(asked, PipeError)
        asked = self.ask({"function_name": "f"}, Function(b"null"), request())
        self.assertIsNone(self.successResultOf(asked).data)

    def test_time_is_over(self) -> None:
        """A call that the endpoint's time has ended says so in AWS' words."""

        @implementer(IAgent)
        class Silent:
            """Never answers."""

            def request(self, *_: Any, **__: Any) -> Deferred[Any]:
                """Let the caller wait."""
                return Deferred()

        silent: Any = Silent()
        client = gateway_request()
        for expired in (True, False):
            client.expired = expired
            asked = self.ask({"function_name": "f"}, silent, request(source=client))
            asked.cancel()
            error = self.failureResultOf(asked).value
            if expired:
                self.assertEqual(
                    "RequestCanceled: request context canceled\n"
                    "caused by: context deadline exceeded",
                    str(error),
                )
            else:
                self.assertIsInstance(error, CancelledError)

    def test_no_region(self) -> None:
        """Without a region, here and around, each call fails."""
        settings = configure({"function_name": "f", "endpoint": "http://aws"}, WHERE)
        self.assertEqual(settings.endpoint, "")
        proxy = settings.backend_proxy(backend_scope())
        error = self.failureResultOf(proxy(request()), AWSError).value
        self.assertIn("MissingRegion", str(error))


class ConfigureTests(SynchronousTestCase):
    """What is made of the configuration."""

    def test_types(self) -> None:
        """Values of wrong types are passed over, another thing than an object not."""
        self.assertEqual(configure({"function_name": 5}, WHERE), Lambda(None))
        self.assertRaises(NotConfigured, configure, "x", WHERE)

    def test_endpoints(self) -> None:
        """AWS' own address, or the given one."""
        for endpoint, region, wanted in (
            ("", "eu-west-1", "https://lambda.eu-west-1.amazonaws.com"),
            ("", "cn-north-1", "https://lambda.cn-north-1.amazonaws.com.cn"),
            ("http://a/b/", "x", "http://a/b"),
            ("a:1", "x", "https://a:1"),
            ("http://a//b//?x=1#y", "x", "http://a/b"),
        ):
            self.assertEqual(endpoint_url(endpoint, region), wanted)
