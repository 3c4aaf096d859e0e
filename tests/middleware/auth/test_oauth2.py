"""Tests of the client credentials grant."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import TransportError
from krakendtw.middleware.auth import _oauth2
from krakendtw.middleware.auth._oauth2 import (
    TOKEN_TIMEOUT_S,
    Grant,
    TokenClient,
    read_token,
)
from tests.middleware.auth.agents import MemoryAgent, json_response, text_response

URL = "http://idp.example/token?tenant=1"
GOOD = json_response({"access_token": "t", "expires_in": 60})
BAD = json_response({"error": "invalid_client"}, 401)


class TokenClientTests(SynchronousTestCase):
    """Tests of :class:`TokenClient`."""

    def client(self, *answers: Any, **changes: Any) -> TokenClient:
        """A client of an endpoint that gives these answers."""
        fields = {
            "client_id": "id with space&",
            "client_secret": "p:w/ü",
            "token_url": URL,
            "params": {"grant_type": ("client_credentials",), "scope": ("a b",)},
            **changes,
        }
        self.agent = MemoryAgent(list(answers))
        self.clock = Clock()
        return TokenClient(Grant(**fields), self.agent.client, self.clock)

    def test_request(self) -> None:
        """The credentials are in the header, the rest is a form."""
        token = self.successResultOf(self.client(GOOD).fetch())
        self.assertEqual((token.authorization, token.lifetime), (b"Bearer t", 60.0))
        (asked,) = self.agent.asked
        self.assertEqual((asked.method, asked.url), (b"POST", URL.encode()))
        self.assertEqual(asked.body, b"grant_type=client_credentials&scope=a+b")
        self.assertEqual(
            asked.header("Authorization"),
            "Basic aWQrd2l0aCtzcGFjZSUyNjpwJTNBdyUyRiVDMyVCQw==",
        )
        self.assertEqual(
            asked.header("Content-Type"), "application/x-www-form-urlencoded"
        )
        self.assertEqual(asked.header("User-Agent"), "Go-http-client/1.1")

    def test_form_instead(self) -> None:
        """Where the header fails the form is tried, and remembered."""
        client = self.client(BAD, GOOD)
        self.successResultOf(client.fetch())
        self.assertIsNone(self.agent.asked[1].header("Authorization"))
        self.assertEqual(
            self.agent.asked[1].body,
            b"client_id=id+with+space%26&client_secret=p%3Aw%2F%C3%BC"
            b"&grant_type=client_credentials&scope=a+b",
        )
        self.successResultOf(client.fetch())
        self.assertEqual(len(self.agent.asked), 3)

    def test_header_is_remembered(self) -> None:
        """Once the header has worked the form is not tried any more."""
        client = self.client(GOOD, BAD)
        self.successResultOf(client.fetch())
        self.failureResultOf(client.fetch(), TransportError)
        self.assertEqual(len(self.agent.asked), 2)

    def test_nothing_works(self) -> None:
        """Nothing is remembered of two failures."""
        client = self.client(BAD, BAD, GOOD)
        self.failureResultOf(client.fetch(), TransportError)
        self.successResultOf(client.fetch())
        self.assertIsNotNone(self.agent.asked[2].header("Authorization"))

    def test_empty_credentials(self) -> None:
        """Empty credentials are left out of the form."""
        client = self.client(BAD, GOOD, client_id="", client_secret="")
        self.successResultOf(client.fetch())
        self.assertNotIn(b"client", self.agent.asked[1].body.replace(b"client_cr", b""))

    def test_unreachable(self) -> None:
        """Failures on the way are in Go's words."""
        for answer in (ConnectionRefusedError(), TransportError("EOF")):
            failure = self.failureResultOf(self.client(answer).fetch(), TransportError)
            self.assertTrue(failure.getErrorMessage().startswith(f'Post "{URL}": '))

    def test_bad_url(self) -> None:
        """A URL that is none fails like a host that is not there."""
        client = self.client(GOOD, token_url="http://[")
        self.failureResultOf(client.fetch(), TransportError)

    def test_silence(self) -> None:
        """An endpoint that says nothing is given up."""
        silent: Deferred[Any] = Deferred()
        waiting = self.client(silent, GOOD).fetch()
        self.clock.advance(TOKEN_TIMEOUT_S)
        self.successResultOf(waiting)

    def test_redirect_is_no_token(self) -> None:
        """The credentials are not sent to wherever a redirect leads."""
        answer = text_response("", 307)
        answer.headers.setRawHeaders("Location", ["http://evil.example/"])
        client = self.client(answer)
        self.failureResultOf(client.fetch(), TransportError)
        self.assertEqual({asked.url for asked in self.agent.asked}, {URL.encode()})

    def test_long_answer(self) -> None:
        """Only so much of an answer is read."""
        self.patch(_oauth2, "MAX_ANSWER_BYTES", 5)
        failure = self.failureResultOf(self.client(GOOD).fetch(), TransportError)
        self.assertIn("cannot parse json", failure.getErrorMessage())


class ReadTokenTests(SynchronousTestCase):
    """Tests of :func:`read_token`."""

    def read(self, body: str, kind: str = "application/json", status: int = 200) -> Any:
        """The token in an answer."""
        return read_token((status, kind, body.encode()))

    def refused(
        self, body: str, kind: str = "application/json", status: int = 200
    ) -> str:
        """What is said of an answer without a token."""
        return str(self.assertRaises(TransportError, self.read, body, kind, status))

    def test_types(self) -> None:
        """Known types are spelt as Go spells them, others stay."""
        for kind, wanted in (
            ('"bearer"', b"Bearer t"),
            ('"MAC"', b"MAC t"),
            ('"basic"', b"Basic t"),
            ('"DPoP"', b"DPoP t"),
            ('""', b"Bearer t"),
            ("null", b"Bearer t"),
        ):
            found = self.read(f'{{"access_token":"t","token_type":{kind}}}')
            self.assertEqual(found.authorization, wanted)

    def test_lifetimes(self) -> None:
        """Numbers and texts say how long; none and zero mean for ever."""
        for given, wanted in (
            ("60", 60.0),
            ('"60"', 60.0),
            ("-5", -5.0),
            ("0", None),
            ("null", None),
            ("99999999999", 2147483647.0),
        ):
            found = self.read(f'{{"access_token":"t","expires_in":{given}}}')
            self.assertEqual(found.lifetime, wanted)

    def test_bad_lifetimes(self) -> None:
        """What is no whole number spoils the answer."""
        for given in ("1.5", "true", "[]", '"x"', '""', '"1.5"', '"+5"'):
            self.refused(f'{{"access_token":"t","expires_in":{given}}}')

    def test_forms(self) -> None:
        """A form is understood, also as plain text."""
        for kind in ("application/x-www-form-urlencoded", "text/plain; charset=utf-8"):
            found = self.read("access_token=f%20orm&token_type=mac&expires_in=9", kind)
            self.assertEqual((found.authorization, found.lifetime), (b"MAC f orm", 9.0))
        found = self.read("access_token=a&access_token=b&expires_in=x", "text/plain")
        self.assertEqual((found.authorization, found.lifetime), (b"Bearer a", None))

    def test_bad_forms(self) -> None:
        """A form that cannot be read says so; with a bad status it shows."""
        self.assertEqual(
            self.refused("a=%zz", "text/plain"),
            'oauth2: cannot parse response: invalid URL escape "%zz"',
        )
        self.assertIn("semicolon", self.refused("a;b", "text/plain"))
        self.assertEqual(
            self.refused("a=%zz", "text/plain", 500),
            "oauth2: cannot fetch token: 500 Internal Server Error\nResponse: a=%zz",
        )

    def test_no_token(self) -> None:
        """An answer without a token is none."""
        for body in ("{}", '{"access_token":""}', "null"):
            self.assertEqual(
                self.refused(body), "oauth2: server response missing access_token"
            )

    def test_bad_json(self) -> None:
        """What cannot be read as JSON says so."""
        for body in ("", "[]", '{"access_token":5}', "x"):
            self.assertTrue(
                self.refused(body).startswith("oauth2: cannot parse json: ")
            )

    def test_errors(self) -> None:
        """An OAuth error is shown in its parts, whatever the status."""
        body = '{"error":"e","error_description":"say \\"no\\"","error_uri":"u"}'
        for status in (200, 401):
            said = self.refused(body, status=status)
            self.assertEqual(said, 'oauth2: "e" "say \\"no\\"" "u"')
        self.assertEqual(self.refused('{"error":"e"}', status=400), 'oauth2: "e"')

    def test_bad_status(self) -> None:
        """Without an OAuth error status and body are shown."""
        said = self.refused("<h1>bad</h1>", "text/html", 400)
        self.assertEqual(
            said, "oauth2: cannot fetch token: 400 Bad Request\nResponse: <h1>bad</h1>"
        )
        self.assertIn("token: 799\n", self.refused("", status=799))

    def test_line_break(self) -> None:
        """A token cannot bring header fields of its own."""
        self.assertIn(
            "invalid header field", self.refused('{"access_token":"a\\r\\nX: y"}')
        )
