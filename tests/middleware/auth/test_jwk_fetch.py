"""Tests of key sets over HTTP."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent, ResponseNeverReceived

from krakendtw.compat import USER_AGENT
from krakendtw.middleware.auth import _jwk_fetch
from krakendtw.middleware.auth._jwk_fetch import (
    DOWNLOAD_TIMEOUT_S,
    build_client,
    build_fetch,
)
from krakendtw.middleware.auth._jwk_tls import TLSSettings
from krakendtw.middleware.auth._keys import NoKey
from tests.middleware.auth.agents import MemoryAgent, json_response, text_response
from tests.middleware.auth.tokens import OCT, jwk

URL = "http://keys.example/set"
SET = {"keys": [OCT, jwk("RS256")]}


class FetchTests(SynchronousTestCase):
    """Tests of :func:`build_fetch`."""

    def fetch(self, *answers: Any) -> Deferred[Any]:
        """Download from a host that gives these answers."""
        self.agent = MemoryAgent(list(answers))
        self.clock = Clock()
        return build_fetch(URL, self.agent.client, self.clock)()

    def refused(self, answer: Any) -> str:
        """Why an answer holds no keys."""
        return self.failureResultOf(self.fetch(answer), NoKey).getErrorMessage()

    def test_set(self) -> None:
        """The keys of the set arrive; KrakenD is who asks."""
        keys = self.successResultOf(self.fetch(json_response(SET)))
        self.assertEqual([key.kid for key in keys], ["h", "k"])
        (asked,) = self.agent.asked
        self.assertEqual((asked.method, asked.url), (b"GET", URL.encode()))
        self.assertEqual(asked.header("User-Agent"), USER_AGENT)

    def test_status_does_not_matter(self) -> None:
        """A set is a set, whatever the status says."""
        self.successResultOf(self.fetch(json_response(SET, 500)))

    def test_media_types(self) -> None:
        """The media type is one of two, parameters apart."""
        for kind in ("application/jwk-set+json; charset=utf-8", "application/json;x"):
            self.successResultOf(self.fetch(json_response(SET, kind=kind)))
        for kind in ("text/plain", "", "Application/JSON"):
            self.assertIn(
                "JSON content type", self.refused(json_response(SET, 200, kind))
            )

    def test_unusable_answers(self) -> None:
        """No keys, no set, no JSON, a bad key in the set."""
        for value in ({"keys": []}, {}, [], {"keys": [OCT, {"kty": "X"}]}):
            self.refused(json_response(value))
        self.refused(text_response('{"keys":[', kind="application/json"))

    def test_text_after_the_set(self) -> None:
        """What follows the set is not read."""
        text = '{"keys":[{"kty":"oct","k":"AAAA"}]} and more'
        keys = self.successResultOf(
            self.fetch(text_response(text, kind="application/json"))
        )
        self.assertEqual(len(keys), 1)

    def test_too_long(self) -> None:
        """A set beyond the limit is not read."""
        self.patch(_jwk_fetch, "MAX_SET_BYTES", 10)
        self.assertIn("too long", self.refused(json_response(SET)))

    def test_unreachable(self) -> None:
        """Failures on the way name the URL and the reason."""
        refused = ConnectionRefusedError()
        self.assertIn(f'Get "{URL}": Conn', self.refused(refused))
        never = ResponseNeverReceived([Failure(refused)])
        self.assertIn(f'Get "{URL}": Conn', self.refused(never))

    def test_bad_url(self) -> None:
        """A URL that is none fails like a host that is not there."""
        agent = MemoryAgent([json_response(SET)])
        fetch = build_fetch("http://[", agent.client, Clock())
        self.failureResultOf(fetch(), NoKey)

    def test_silence(self) -> None:
        """A host that says nothing is given up, so that others may try again."""
        silent: Deferred[Any] = Deferred()
        waiting = self.fetch(silent)
        self.clock.advance(DOWNLOAD_TIMEOUT_S)
        self.failureResultOf(waiting, NoKey)


class ClientTests(SynchronousTestCase):
    """Tests of :func:`build_client`."""

    def test_connections_of_its_own(self) -> None:
        """Each set has its own client."""
        reactor = Clock()
        one = build_client(URL, TLSSettings(), reactor)
        other = build_client(URL, TLSSettings(), reactor)
        self.assertIsInstance(one._agent, Agent)
        self.assertIsNot(one._agent, other._agent)
