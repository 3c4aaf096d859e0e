"""Tests of ``auth/signer``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured, PipeError
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.auth import signer
from krakendtw.middleware.auth.signer import (
    RETRY_S,
    ClosedSigner,
    Signer,
    configure,
)
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    gateway_request,
    handler_scope,
    response,
    service_scope,
)
from tests.middleware.auth.agents import MemoryAgent, json_response
from tests.middleware.auth.tokens import OCT, PLACE, SECRET, endpoint_config, jwk

SET = {"keys": [OCT, jwk("RS256", "r", private=True), jwk("ES256", "e", private=True)]}
URL = "http://keys.example/set"


class SignerTestCase(SynchronousTestCase):
    """A signer with a file of keys, and the pipe behind it."""

    def setUp(self) -> None:
        path = Path(self.mktemp())
        path.write_text(json.dumps(SET))
        self.raw = {
            "alg": "HS256",
            "kid": "h",
            "keys_to_sign": ["a", "b"],
            "jwk_local_path": str(path),
            "disable_jwk_security": True,
        }
        self.log = MemoryLog()
        self.clock = Clock()

    def wrap(self, *answers: Any, **raw: Any) -> Any:
        """The handler of an endpoint whose pipe gives these answers."""
        settings: Any = configure({**self.raw, **raw}, PLACE)
        self.backend = MemoryBackend(*answers)
        scope = handler_scope(
            endpoint_config(),
            service_scope(log=self.log, clock=self.clock),
            proxy=self.backend,
        )
        return settings.wrap_handler(scope, self.fail)

    def answer(self, *answers: Any, **raw: Any) -> Any:
        """What a client gets."""
        result = self.wrap(*answers, **raw)(gateway_request())
        return self.successResultOf(result)


class AnswerTests(SignerTestCase):
    """Answers with signed parts."""

    def test_signed(self) -> None:
        """The objects under the listed keys become tokens, the rest stays."""
        data = {"a": {"n": 1}, "b": "text", "c": {"n": 2}}
        found = self.answer(data)
        body = json.loads(found.body)
        claims = jwt.decode(body["a"], SECRET, algorithms=["HS256"])
        self.assertEqual((found.status, claims), (200, {"n": 1}))
        self.assertEqual((body["b"], body["c"]), ("text", {"n": 2}))
        self.assertEqual(
            found.head, b"Content-Type: application/json; charset=utf-8\r\n"
        )

    def test_header(self) -> None:
        """The token's header says algorithm, key and type."""
        for raw, wanted in (({}, "JWT"), ({"typ": "at+jwt"}, "at+jwt")):
            body = json.loads(self.answer({"a": {}}, **raw).body)
            header = jwt.get_unverified_header(body["a"])
            self.assertEqual(header, {"alg": "HS256", "kid": "h", "typ": wanted})

    def test_full(self) -> None:
        """With ``full`` the token is JSON, in a text."""
        body = json.loads(self.answer({"a": {}}, full=True).body)
        self.assertEqual(
            list(json.loads(body["a"])), ["payload", "protected", "signature"]
        )

    def test_no_data(self) -> None:
        """What holds nothing to sign is answered as it is."""
        self.assertEqual(self.answer({}).body, b"{}")
        bare = response()
        bare.data = None
        self.assertEqual(self.answer(bare).body, b"null")

    def test_metadata(self) -> None:
        """Status and first values of the metadata go out, framing apart."""
        headers = {"X-A": ["1", "2"], "Content-Length": "5", "X-Empty": ""}
        found = self.answer(response({}, status=201, headers=headers))
        self.assertEqual(found.status, 201)
        self.assertEqual(found.head.split(b"\r\n")[0], b"X-A: 1")
        self.assertEqual(found.head.count(b"\r\n"), 2)
        self.assertEqual(self.answer(response({}, status=0)).status, 200)

    def test_own_content_type(self) -> None:
        """A media type in the metadata stays."""
        found = self.answer(response({}, headers={"Content-Type": "a/b"}))
        self.assertEqual(found.head, b"Content-Type: a/b\r\n")

    def test_line_break_in_metadata(self) -> None:
        """A value with a line break brings no header fields of its own."""
        found = self.answer(response({}, headers={"X-A": "1\r\nX-B: 2"}))
        self.assertNotIn(b"X-B", found.head)

    def test_failures(self) -> None:
        """A failed pipe, even a partial answer, and no answer are a bare 400."""
        partial = PipeError("broken")
        partial.response = response({"a": {}})
        for outcome in (PipeError("broken"), partial, lambda _: succeed(None)):
            found = self.answer(outcome)
            self.assertEqual((found.status, found.head, found.body), (400, b"", b""))
        self.assertIn(
            "ERROR [ENDPOINT: /test][JWTSigner] Proxy response: broken", self.log.lines
        )

    def test_unsignable(self) -> None:
        """A key that turns out not to fit is a 400."""
        found = self.answer({"a": {}}, alg="ES512", kid="e")
        self.assertEqual(found.status, 400)
        self.assertIn("Signing fields", self.log.lines[-1])


class ClosedTests(SignerTestCase):
    """Signers that cannot be."""

    def closed(self, **raw: Any) -> None:
        """An endpoint answers 401 and asks nobody."""
        handler = self.wrap({"a": {}}, **raw)
        self.assertEqual(handler(gateway_request()).status, 401)
        self.assertEqual(self.backend.requests, [])
        self.assertTrue(
            self.log.lines[-1].startswith(
                "ERROR [ENDPOINT: /test][JWTSigner] Unable to create the signer: "
            )
        )

    def test_closed(self) -> None:
        """Whatever is wrong closes the endpoint and is logged."""
        self.closed(kid="other")
        self.closed(alg="none")
        self.closed(alg="RS256")
        self.closed(jwk_local_path="./gone")
        self.closed(jwk_local_ca="./gone", jwk_local_path="", jwk_url=URL)
        self.closed(jwk_fingerprints=["!"])
        self.closed(disable_jwk_security=False)
        self.closed(keys_to_sign="a")

    def test_configure(self) -> None:
        """An unsupported keeper ends the start; other places mean nothing."""
        raw = {**self.raw, "secret_url": "hashivault://a"}
        self.assertRaises(ConfigError, configure, raw, PLACE)
        service = ConfigPath(("extra_config", "auth/signer"))
        self.assertRaises(NotConfigured, configure, self.raw, service)

    def test_interfaces(self) -> None:
        """Both kinds keep the promise of their interface."""
        for raw, kind in ((self.raw, Signer), ("x", ClosedSigner)):
            settings = configure(raw, PLACE)
            self.assertIsInstance(settings, kind)
            verifyObject(IHandlerMiddleware, settings)


class LateTests(SignerTestCase):
    """Signers whose key has to be downloaded."""

    def setUp(self) -> None:
        super().setUp()
        self.agent = MemoryAgent([json_response(SET)])
        self.patch(signer, "build_client", lambda url, tls, reactor: self.agent.client)
        self.raw |= {"jwk_local_path": "", "jwk_url": URL}

    def test_at_start(self) -> None:
        """The key is downloaded at start, and once."""
        handler = self.wrap({"a": {}})
        self.clock.advance(0)
        self.assertEqual(len(self.agent.asked), 1)
        for _ in range(3):
            self.assertEqual(
                self.successResultOf(handler(gateway_request())).status, 200
            )
        self.assertEqual(len(self.agent.asked), 1)

    def test_one_download_for_all(self) -> None:
        """Signers of one gateway with the same set download it once."""
        service = service_scope(log=self.log, clock=self.clock)
        for kid in ("h", "r"):
            settings: Any = configure({**self.raw, "kid": kid}, PLACE)
            scope = handler_scope(endpoint_config(), service)
            settings.wrap_handler(scope, self.fail)
        coming: Deferred[Any] = Deferred()
        self.agent.answers[:] = [coming]
        self.clock.advance(0)
        self.assertEqual(len(self.agent.asked), 1)
        coming.callback(json_response(SET))

    def test_early_requests_wait(self) -> None:
        """Requests that are earlier than the key wait for it."""
        coming: Deferred[Any] = Deferred()
        self.agent.answers[:] = [coming]
        handler = self.wrap({"a": {}})
        self.clock.advance(0)
        waiting = handler(gateway_request())
        self.assertNoResult(waiting)
        coming.callback(json_response(SET))
        self.assertEqual(self.successResultOf(waiting).status, 200)

    def test_no_key(self) -> None:
        """Without the key the endpoint is shut, and asks again after a while."""
        self.agent.answers[:] = [OSError("down")]
        handler = self.wrap({"a": {}})
        self.clock.advance(0)
        for _ in range(3):
            self.assertEqual(handler(gateway_request()).status, 401)
        self.assertEqual(len(self.agent.asked), 1)
        self.agent.answers[:] = [json_response({"keys": [jwk("RS256", "x")]})]
        self.clock.advance(RETRY_S)
        self.assertEqual(self.successResultOf(handler(gateway_request())).status, 401)
        self.agent.answers[:] = [json_response(SET)]
        self.clock.advance(RETRY_S)
        self.assertEqual(self.successResultOf(handler(gateway_request())).status, 200)

    def test_unfit_key(self) -> None:
        """A key that cannot sign closes the endpoint for good."""
        handler = self.wrap({"a": {}}, alg="RS256")
        self.clock.advance(0)
        self.clock.advance(10 * RETRY_S)
        self.assertEqual(handler(gateway_request()).status, 401)
        self.assertEqual(len(self.agent.asked), 1)
        errors = [line for line in self.log.lines if line.startswith("ERROR")]
        self.assertEqual(len(errors), 1)
