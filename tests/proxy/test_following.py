"""Tests of the agent that is a backend's whole client."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface.verify import verifyObject

from krakendtw.proxy.following import FollowingAgent
from krakendtw.testing import fetch
from krakendtw.transport.client.exchange import Incoming, Outgoing


class Origin:
    """A place that requests go to."""

    host_line = b"Host: backend\r\n"


class Exchange:
    """Stands for the exchange: keeps what goes out, and answers."""

    streams = False

    def __init__(self) -> None:
        self.client = self.pool = self
        self.sent: list[Outgoing] = []
        self.origins: list[str] = []
        self.url = ""

    def origin(self, text: str) -> Origin:
        """The place of a text."""
        if not text.startswith("http"):
            raise ValueError("unsupported protocol scheme")
        self.origins.append(text)
        return Origin()

    def exchange(self, origin: Any, outgoing: Outgoing) -> Deferred[Incoming]:
        """One exchange."""
        self.sent.append(outgoing)
        incoming = Incoming(200, [(b"X-A", b"1")], b"body")
        incoming.url = self.url
        return succeed(incoming)


class FollowingAgentTests(SynchronousTestCase):
    """From an agent's terms to an exchange's and back."""

    def setUp(self) -> None:
        """An exchange and its agent."""
        self.exchange: Any = Exchange()
        self.agent = FollowingAgent(self.exchange)

    def test_interface(self) -> None:
        """It is an agent."""
        self.assertTrue(verifyObject(IAgent, self.agent))

    def test_request(self) -> None:
        """The request goes on with its fields, the framing excepted."""
        asked = fetch(
            self.agent,
            "POST",
            "http://backend:1/a?b#c",
            headers={"X-Q": ["1", "2"], "Content-Length": "4"},
            body=b"four",
        )
        answer = self.successResultOf(asked)
        self.assertEqual((answer.status, answer.body), (200, b"body"))
        sent = self.exchange.sent[0]
        self.assertEqual(self.exchange.origins, ["http://backend:1"])
        self.assertEqual((sent.method, sent.target), (b"POST", b"/a?b"))
        self.assertEqual(sent.lines, b"Host: backend\r\nX-Q: 1\r\nX-Q: 2\r\n")
        self.assertEqual((sent.body, sent.length), (b"four", 4))

    def test_host(self) -> None:
        """A Host of its own is kept."""
        self.successResultOf(fetch(self.agent, headers={"Host": "other"}))
        self.assertEqual(self.exchange.sent[0].lines, b"Host: other\r\n")

    def test_end_of_chain(self) -> None:
        """The answer names the URL that it came from at last."""
        self.exchange.url = "http://backend/last"
        made: Any = self.successResultOf(self.agent.request(b"GET", b"http://a/"))
        self.assertEqual(made.request.absoluteURI, b"http://backend/last")

    def test_no_place(self) -> None:
        """A URL that leads nowhere fails."""
        self.failureResultOf(self.agent.request(b"GET", b"ftp://a/"), ValueError)
