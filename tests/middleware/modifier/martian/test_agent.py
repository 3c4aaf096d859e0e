"""Tests of the agent that lets modifiers work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IResponse
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.errors import PipeError, TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.middleware._whole_body import WholeBody
from krakendtw.middleware.modifier.martian._agent import (
    ModifiedResponse,
    ModifyingAgent,
)
from krakendtw.middleware.modifier.martian._tree import parse
from krakendtw.testing import fetch
from tests.middleware.modifier.martian.exchanges import reply

if TYPE_CHECKING:
    from twisted.web.http_headers import Headers


@implementer(IAgent)
class Keeper:
    """Keeps what it is asked."""

    def __init__(self, answer: Any = None) -> None:
        self.asked: list[tuple[bytes, bytes, Headers, Any]] = []
        self._answer = answer or MemoryResponse(
            200, {"Content-Length": ["4"], "X-A": ["1"]}, b"body"
        )

    def request(
        self, method: bytes, uri: bytes, headers: Any = None, bodyProducer: Any = None
    ) -> Deferred[Any]:
        """Answer the same every time."""
        self.asked.append((method, uri, headers, bodyProducer))
        if isinstance(self._answer, Exception):
            return fail(self._answer)
        return succeed(self._answer)


def setting(name: str, value: str, *scope: str) -> dict[str, Any]:
    """A modifier that sets a field."""
    part = {"name": name, "value": value, "scope": list(scope)}
    return {"header.Modifier": part}


class AgentTests(SynchronousTestCase):
    """One exchange."""

    def ask(self, raw: Any, keeper: Keeper | None = None, **options: Any) -> Any:
        """Ask through the modifiers."""
        relays = options.pop("relays", False)
        agent = ModifyingAgent(keeper or Keeper(), parse(raw), relays=relays)
        return fetch(agent, **options)

    def test_interfaces(self) -> None:
        """An agent with answers."""
        agent = ModifyingAgent(Keeper(), parse(setting("A", "1")))
        self.assertTrue(verifyObject(IAgent, agent))
        made = ModifiedResponse(MemoryResponse(), reply())
        self.assertTrue(verifyObject(IResponse, made))

    def test_both_sides(self) -> None:
        """The request is changed before it is sent, the answer behind it."""
        keeper = Keeper()
        raw = {
            "fifo.Group": {
                "modifiers": [
                    setting("X-Q", "q", "request"),
                    {"url.Modifier": {"path": "/other"}},
                    setting("X-S", "s", "response"),
                    {"status.Modifier": {"statusCode": 201}},
                ]
            }
        }
        answer = self.successResultOf(self.ask(raw, keeper, headers={"Host": "h"}))
        method, url, headers, producer = keeper.asked[0]
        self.assertEqual(
            (method, url, producer), (b"GET", b"http://backend/other", None)
        )
        self.assertEqual(headers.getRawHeaders(b"host"), [b"h"])
        self.assertEqual(headers.getRawHeaders(b"x-q"), [b"q"])
        self.assertEqual((answer.status, answer.body), (201, b"body"))
        self.assertEqual(answer.headers["X-S"], ["s"])

    def test_request_only(self) -> None:
        """Without modifiers of answers the answer is the very same."""
        answer = MemoryResponse(200)
        agent = ModifyingAgent(Keeper(answer), parse(setting("A", "1", "request")))
        made = self.successResultOf(agent.request(b"GET", b"http://a/"))
        self.assertIs(made, answer)

    def test_user_agent(self) -> None:
        """Go's name stands in for one that was dropped; an empty one is not sent."""
        for raw, sent, wanted in (
            (
                {"header.Blacklist": {"names": ["user-agent"]}},
                "x",
                [b"Go-http-client/1.1"],
            ),
            (setting("User-Agent", "", "request"), "x", None),
            ({"header.Append": {"name": "User-Agent", "value": "y"}}, "x", [b"x"]),
            (setting("A", "1", "request"), None, None),
        ):
            keeper = Keeper()
            headers = {"User-Agent": sent} if sent else {}
            self.successResultOf(self.ask(raw, keeper, headers=headers))
            self.assertEqual(keeper.asked[0][2].getRawHeaders(b"user-agent"), wanted)

    def test_new_body(self) -> None:
        """Another body is sent with its length."""
        keeper = Keeper()
        raw = {"body.Modifier": {"body": "YWJj", "scope": ["request"]}}
        self.successResultOf(self.ask(raw, keeper, method="POST", body=b"old body"))
        producer = keeper.asked[0][3]
        self.assertIsInstance(producer, WholeBody)
        self.assertEqual(producer.length, 3)

    def test_empty_body(self) -> None:
        """An empty body is sent in chunks, or not at all where there is none."""
        for method, length in (("POST", UNKNOWN_LENGTH), ("GET", None)):
            keeper = Keeper()
            raw = {"body.Modifier": {"scope": ["request"]}}
            self.successResultOf(self.ask(raw, keeper, method=method, body=b"old"))
            producer = keeper.asked[0][3]
            self.assertIs(length, producer and producer.length)

    def test_changed_address(self) -> None:
        """What fails on the wire is told with the URL that was asked."""
        moved = {"url.Modifier": {"path": "/other"}}
        unnamed = {"header.Modifier": {"value": "1", "scope": ["request"]}}
        keeper = Keeper(TransportError("EOF"))
        for modifiers in ([moved], [unnamed, moved]):
            raw = {"fifo.Group": {"modifiers": modifiers}}
            failed = self.ask(raw, keeper)
            error = self.failureResultOf(failed, TransportError).value
            self.assertEqual("http://backend/other", error.url)
        self.assertEqual(1, len(keeper.asked))

    def test_blanks(self) -> None:
        """Blanks around a value are not sent, either way."""
        keeper = Keeper()
        raw = {"header.Modifier": {"name": "X-P", "value": " pad "}}
        answer = self.successResultOf(self.ask(raw, keeper))
        self.assertEqual(keeper.asked[0][2].getRawHeaders(b"x-p"), [b"pad"])
        self.assertEqual(answer.headers["X-P"], ["pad"])

    def test_lengths(self) -> None:
        """A right length passes, a wrong one fails the request, none is unknown."""
        right = setting("Content-Length", "4", "request")
        keeper = Keeper()
        self.successResultOf(self.ask(right, keeper, method="POST", body=b"four"))
        self.assertEqual(keeper.asked[0][3].length, 4)
        for body in (b"five5", None):
            failed = self.ask(right, method="POST", body=body)
            error = self.failureResultOf(failed, TransportError).value
            self.assertIn("ContentLength=4 with Body length", str(error))
        gone = {"header.Blacklist": {"names": ["Content-Length"], "scope": ["request"]}}
        self.successResultOf(self.ask(gone, keeper, method="POST", body=b"four"))
        self.assertIs(keeper.asked[1][3].length, UNKNOWN_LENGTH)

    def test_static(self) -> None:
        """Nobody is asked where the answer is made here."""
        keeper = Keeper()
        raw = {"static.Modifier": {"rootPath": "/no/such/folder"}}
        answer = self.successResultOf(self.ask(raw, keeper))
        self.assertEqual((answer.status, keeper.asked), (404, []))

    def test_promised_length(self) -> None:
        """Only a relayed body is held to the length that was announced."""
        for text, relays, length, body in (
            ("YWI=", True, 4, b"ab"),
            ("YWJjZGVm", True, 4, b""),
            ("YWI=", False, 2, b"ab"),
            ("YWJjZGVm", False, 6, b"abcdef"),
        ):
            raw = {"body.Modifier": {"body": text, "scope": ["response"]}}
            agent = ModifyingAgent(Keeper(), parse(raw), relays=relays)
            made = self.successResultOf(agent.request(b"GET", b"http://a/"))
            self.assertEqual(made.length, length)
            answer = self.successResultOf(self.ask(raw, relays=relays))
            self.assertEqual(answer.body, body)

    def test_errors(self) -> None:
        """Errors of modifiers, on either side, and of the backend get through."""
        for scope in ("request", "response"):
            failed = self.ask(setting("Content-Length", "x", scope))
            self.failureResultOf(failed, PipeError)
        failed = self.ask(
            setting("A", "1", "request"), Keeper(ConnectionRefusedError())
        )
        self.failureResultOf(failed, ConnectionRefusedError)

    def test_scheme(self) -> None:
        """Schemes are what Go's client takes them for: in small letters."""
        keeper = Keeper()
        for scheme in ("ftp", "HTTP"):
            failed = self.ask({"url.Modifier": {"scheme": scheme}}, keeper)
            error = self.failureResultOf(failed, TransportError).value
            self.assertEqual(f'unsupported protocol scheme "{scheme}"', str(error))
            self.assertEqual(f"{scheme}://backend/", error.url)
        self.assertEqual([], keeper.asked)

    def test_folder(self) -> None:
        """A folder is empty to who relays it, and cannot be read by who decodes."""
        raw = {"static.Modifier": {"rootPath": "/"}}
        answer = self.successResultOf(self.ask(raw, relays=True))
        self.assertEqual((200, b""), (answer.status, answer.body))
        error = self.failureResultOf(self.ask(raw), PipeError).value
        self.assertEqual("read /: is a directory", str(error))

    def test_length_of_an_answer(self) -> None:
        """An answer is as long as it says; of others the length is not known."""
        raw = {"header.Copy": {"from": "Content-Length", "to": "X-L"}}
        for fields, wanted in (({"Content-Length": ["4"]}, "4"), ({}, "")):
            keeper = Keeper(MemoryResponse(200, fields, b"body"))
            answer = self.successResultOf(self.ask(raw, keeper))
            self.assertEqual([wanted], answer.headers["X-L"])

    def test_control_characters(self) -> None:
        """A URL that would break the line is not sent."""
        raw = {"url.Modifier": {"query": "a\r\nb"}}
        self.failureResultOf(self.ask(raw), TransportError)
