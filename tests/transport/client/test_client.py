"""Tests of :mod:`krakendtw.transport.client.client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import Canceled
from krakendtw.transport.client.client import GatewayClient
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.client.settings import ClientSettings
from tests.transport.client.doubles import OK, MemoryPool, Producer, answer, get

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from tests.transport.doubles import Wire

COOKIE = b"HTTP/1.1 200 OK\r\nSet-Cookie: k=v; Path=/\r\nContent-Length: 2\r\n\r\nok"
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"


class GatewayClientTests(SynchronousTestCase):
    """``GatewayClient``: treq's client on the gateway's pool."""

    def setUp(self) -> None:
        self.pool = MemoryPool()
        self.client: Any = GatewayClient(self.pool)

    def wire(self, base: str = "http://h:80") -> Wire:
        """The last connection."""
        return self.pool.wires(base)[-1]

    def finish(self, asked: Deferred[Any], data: bytes = OK) -> Any:
        """Answer and give the response."""
        answer(self.wire(), data)
        return self.successResultOf(asked)

    def test_get(self) -> None:
        """It asks as treq does."""
        asked = self.client.get("http://h/a", params={"b": "c"})
        self.assertIn(b"GET /a?b=c HTTP/1.1\r\nHost: h\r\n", self.wire().value())
        response = self.finish(asked)
        self.assertEqual("ok", self.successResultOf(response.text()))

    def test_post(self) -> None:
        """Bodies go out sized."""
        self.client.post("http://h/a", data=Producer(5, b"hello"))
        head, _, body = self.wire().value().partition(b"\r\n\r\n")
        self.assertIn(b"\r\nContent-Length: 5", head)
        self.assertEqual(b"hello", body)

    def test_no_cookie_jar(self) -> None:
        """A cookie that one answer sets is in nobody's next request."""
        for _ in range(2):
            asked = self.client.get("http://h/a")
            self.assertNotIn(b"cookie:", self.wire().take().lower())
            response = self.finish(asked, COOKIE)
            self.assertTrue(response.headers.hasHeader(b"set-cookie"))

    def test_own_cookies(self) -> None:
        """Cookies that a caller gives are sent, once."""
        for cookies, sent in (({"a": "b"}, True), (None, False)):
            asked = self.client.get("http://h/a", cookies=cookies)
            self.assertEqual(sent, b"Cookie: a=b\r\n" in self.wire().take())
            self.finish(asked)

    def test_redirects(self) -> None:
        """Treq's redirects work over the pool."""
        asked = self.client.get("http://h/here")
        answer(self.wire(), ELSEWHERE)
        self.assertNoResult(asked)
        self.assertIn(b"GET /there HTTP/1.1\r\n", self.wire().value())
        response = self.finish(asked)
        self.assertEqual(200, response.code)
        self.assertEqual([302], [each.code for each in response.history()])

    def test_timeout(self) -> None:
        """Treq's timeouts end the exchange."""
        asked = self.client.get("http://h/a", timeout=1, reactor=self.pool.clock)
        self.pool.clock.advance(2)
        self.failureResultOf(asked)
        self.assertTrue(self.wire().disconnected)

    def test_pool(self) -> None:
        """The pipe finds its origins here."""
        self.assertIs(self.pool, self.client.pool)

    def test_follow(self) -> None:
        """Redirects of the pipe are followed by Go's rules."""
        origin = self.pool.origin("http://h")
        incoming = Incoming(302, [(b"Location", b"/there")], b"")
        followed: Any = self.client.follow(origin, get(), incoming, ClientSettings())
        self.assertIn(b"GET /there HTTP/1.1\r\n", self.wire().value())
        followed.cancel()
        self.failureResultOf(followed, Canceled)
