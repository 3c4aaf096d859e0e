"""Tests of the management of revoked tokens."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from twisted.internet.defer import maybeDeferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.test.requesthelper import DummyRequest

from krakendtw.middleware.auth import _revoker_http
from krakendtw.middleware.auth._bloom import RotatingFilter
from krakendtw.middleware.auth._journal import Journal
from krakendtw.middleware.auth._revoked import RevokedTokens
from krakendtw.middleware.auth._revoker_http import Management, management_site
from krakendtw.testing import MemoryLog

SECRET = "a long enough secret"


class ManagementTestCase(SynchronousTestCase):
    """A management, and calls to it."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.path = self.mktemp()
        self.revoked = RevokedTokens(
            RotatingFilter(100, 0.0001), 60.0, Journal(self.path), lambda: 1000.0
        )
        self.management = Management(self.revoked, SECRET, self.log, maybeDeferred)

    def call(
        self, method: str, path: str, body: Any = b"", secret: str | None = SECRET
    ) -> tuple[int, bytes]:
        """The status and body of an answer."""
        request: Any = DummyRequest([])
        request.method, request.path = method.encode(), path.encode()
        request.content = BytesIO(
            body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        if secret is not None:
            request.requestHeaders.setRawHeaders("Authorization", [f"Bearer {secret}"])
        found = self.management.render(request)
        if isinstance(found, bytes):
            request.written.append(found)
        return request.responseCode or 200, b"".join(request.written)


class CallTests(ManagementTestCase):
    """What can be called."""

    def test_add_and_check(self) -> None:
        """Elements are revoked in one call, whole or by their claims."""
        body = {"elements": ["jti-1"], "claims": {"sub": ["u", "v"]}}
        self.assertEqual(self.call("POST", "/add", body), (200, b'{"added":3}'))
        asked = {"elements": ["jti-1", "sub-v", "sub-w"]}
        self.assertEqual(
            self.call("POST", "/check", asked), (200, b'{"checks":[true,true,false]}')
        )

    def test_list(self) -> None:
        """The latest elements are listed, with the time."""
        self.call("POST", "/add", {"elements": ["a"]})
        self.assertEqual(
            self.call("GET", "/list"),
            (200, b'{"complete":true,"elements":[{"added":1000,"element":"a"}]}'),
        )

    def test_export_and_import(self) -> None:
        """What one node exports another one imports."""
        self.call("POST", "/add", {"elements": ["a"]})
        _, packed = self.call("GET", "/export")
        self.revoked = RevokedTokens(RotatingFilter(100, 0.0001), 60.0)
        self.management = Management(self.revoked, SECRET, self.log, maybeDeferred)
        self.assertEqual(
            self.call("POST", "/import", packed), (200, b'{"approx_items":1}')
        )
        self.assertEqual(self.revoked.check(["a"]), [True])

    def test_bad_bodies(self) -> None:
        """What cannot be understood is a 400 that says why, and changes nothing."""
        for body in (
            b"",
            b"{",
            [],
            {},
            {"elements": "a"},
            {"elements": [5]},
            {"claims": []},
            {"claims": {"a": "b"}},
        ):
            status, told = self.call("POST", "/add", body)
            self.assertEqual(status, 400)
            self.assertTrue(json.loads(told)["error"])
        self.assertEqual(self.call("POST", "/import", b"garbage")[0], 400)
        self.assertEqual(self.revoked.latest()[0], [])

    def test_long_bodies(self) -> None:
        """Bodies are bounded."""
        self.patch(_revoker_http, "MAX_JSON_BYTES", 5)
        self.assertEqual(self.call("POST", "/add", {"elements": ["a"]})[0], 400)
        packed = bytes(self.revoked.filters.max_export_bytes + 1)
        self.assertEqual(self.call("POST", "/import", packed)[0], 400)

    def test_unknown_calls(self) -> None:
        """Other paths are not there, other methods not allowed."""
        self.assertEqual(self.call("GET", "/")[0], 404)
        self.assertEqual(self.call("GET", "/add")[0], 405)

    def test_state_file_that_fails(self) -> None:
        """What could not be written down is revoked, and the caller is told."""
        self.revoked._journal = Journal(f"{self.path}/no/folder")
        self.assertEqual(self.call("POST", "/add", {"elements": ["a"]})[0], 500)
        self.assertEqual(self.revoked.check(["a"]), [True])
        self.assertIn("ERROR the state file", self.log.lines[-1])
        other = RotatingFilter(100, 0.0001)
        packed = other.pack(other.snapshot())
        self.assertEqual(self.call("POST", "/import", packed)[0], 500)


class SecretTests(ManagementTestCase):
    """Who may call."""

    def test_without_the_secret(self) -> None:
        """Without the very secret no call is answered, known or not."""
        for secret in (None, "", SECRET[:-1], SECRET + "x", SECRET.upper()):
            for method, path in (("POST", "/add"), ("GET", "/export"), ("GET", "/x")):
                status, _ = self.call(method, path, {"elements": ["a"]}, secret)
                self.assertEqual(status, 401)
        self.assertEqual(self.revoked.check(["a"]), [False])


class SiteTests(ManagementTestCase):
    """Tests of :func:`management_site`."""

    def sent(self, head: bytes) -> StringTransport:
        """A connection that has sent a request's head."""
        transport = StringTransport()
        site: Any = management_site(self.management, 10)
        site.timeOut = None
        protocol = site.buildProtocol(None)
        protocol.makeConnection(transport)
        protocol.dataReceived(b"POST /add HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n")
        return transport

    def test_long_body_is_not_received(self) -> None:
        """A body that announces itself too long ends the connection."""
        for head in (b"Content-Length: 11\r\n", b"Transfer-Encoding: chunked\r\n"):
            self.assertTrue(self.sent(head).disconnected)

    def test_short_body(self) -> None:
        """A shorter one is received."""
        transport = self.sent(b"Content-Length: 10\r\n")
        self.assertFalse(transport.disconnected)
