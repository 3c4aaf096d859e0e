"""Tests of :mod:`krakendtw.router.request`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.compat import USER_AGENT
from krakendtw.config.model import EndpointConfig
from krakendtw.proxy.wire import head_of
from krakendtw.router.request import RequestBuilder
from krakendtw.testing import gateway_request
from krakendtw.transport.deadline import TimerWheel

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request

AGENT = f"User-Agent: {USER_AGENT}"
VIA = f"X-Forwarded-Via: {USER_AGENT}"
OURS = ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: localhost:8080"]


def tidy(lines: list[str]) -> list[str]:
    """Lines in an order that does not depend on case."""
    return sorted(lines, key=str.lower)


def peer_only(peer: str, headers: Any) -> str:
    """The client's address, headers not believed."""
    return peer


class BuilderTestCase(SynchronousTestCase):
    """The builder of one endpoint."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def builder(self, **config: Any) -> RequestBuilder:
        """The builder."""
        return RequestBuilder(EndpointConfig("/e", **config), peer_only, self.wheel)

    def build(self, source: Any = None, **config: Any) -> Request:
        """The pipe's request for a client's."""
        return self.builder(**config)(source or gateway_request())

    def lines(self, headers: Any, *names: str) -> list[str]:
        """The header lines for backends, made both ways."""
        source = gateway_request(headers=headers)
        built = self.build(source, input_headers=names)
        raw, gzip, length = source.forwarded
        made = head_of(built)
        found = tidy(raw.decode("latin-1").splitlines())
        canonical = tidy(made.lines.decode("latin-1").splitlines())
        self.assertEqual(
            [line.lower() for line in canonical], [line.lower() for line in found]
        )
        self.assertEqual(made.gzip, gzip)
        self.length = length
        return found


class RequestTests(BuilderTestCase):
    """The request but its headers."""

    def test_parts(self) -> None:
        """Method, path, body and params are the client's."""
        source = gateway_request("POST", "/a%20b/%C3%A9", body=b"body")
        source.route_params = {"Id": "7"}
        built = self.build(source)
        self.assertEqual(
            ("POST", "/a b/é", {"Id": "7"}, b"body", ""),
            (built.method, built.path, built.params, built.body, built.url),
        )
        self.assertIs(source, built.source)

    def test_odd_method(self) -> None:
        """Any method comes through."""
        self.assertEqual("PURGE", self.build(gateway_request("PURGE")).method)

    def test_own_params(self) -> None:
        """Requests without params do not share any."""
        first, second = self.build(), self.build()
        first.params["X"] = "1"
        self.assertEqual({}, second.params)
        self.assertEqual({}, self.build().params)

    def test_deadline(self) -> None:
        """The time of the endpoint counts from now."""
        self.assertEqual(2.5, self.build(timeout=2.5).deadline)


class QueryTests(BuilderTestCase):
    """``input_query_strings``."""

    def query(self, raw: str, *names: str) -> Any:
        """What is let through, decoded and encoded again."""
        source = gateway_request(uri=f"/?{raw}")
        built = self.build(source, input_query_strings=names)
        encoded = built.encoded_query
        self.assertEqual(
            encoded, self.build(source, input_query_strings=names).encoded_query
        )
        return built.query, encoded

    def test_none(self) -> None:
        """Nothing by default."""
        self.assertEqual(({}, ""), self.query("a=1"))

    def test_named(self) -> None:
        """The named ones, with all their values, sorted by name."""
        self.assertEqual(
            ({"b": ["1"], "a": ["2", "3"]}, "a=2&a=3&b=1"),
            self.query("a=2&c=4&b=1&a=3", "b", "a", "x"),
        )

    def test_single(self) -> None:
        """A single plain pair is as good as taken apart."""
        for raw in ("a=1", "a=", "a-b.c~d_e=F.~-_9"):
            name, _, value = raw.partition("=")
            for names in ((name,), ("*",)):
                self.assertEqual(({name: [value]}, raw), self.query(raw, *names))
            self.assertEqual(({}, ""), self.query(raw, "other"))

    def test_all(self) -> None:
        """``*`` lets everything through that is a pair."""
        self.assertEqual(
            ({"c": ["%"], "a": ["1 2"], "b": [""]}, "a=1+2&b=&c=%25"),
            self.query("c=%25&a=1+2&b&d;e=3&f=%zz", "*"),
        )

    def test_no_query(self) -> None:
        """No query at all is none."""
        built = self.build(gateway_request(), input_query_strings=("*",))
        self.assertEqual(({}, ""), (built.query, built.encoded_query))


class HeaderTests(BuilderTestCase):
    """``input_headers``."""

    def test_default(self) -> None:
        """Without a list only the type of the body passes."""
        found = self.lines({"Content-Type": "text/x", "X-A": "1"})
        self.assertEqual(tidy(["Content-Type: text/x", AGENT, *OURS]), found)

    def test_named(self) -> None:
        """With one the named ones do, in any case, and nothing else."""
        found = self.lines(
            {"Content-Type": "text/x", "x-a": ["1", "2"], "X-B": "3"}, "X-A", "X-C"
        )
        self.assertEqual(tidy(["x-a: 1", "x-a: 2", AGENT, *OURS]), found)

    def test_impossible_name(self) -> None:
        """A name that no header can have stands for no header."""
        found = self.lines({"X-A": "1"}, "\ufffd", "\ud800", "X-A")
        self.assertEqual(tidy(["X-A: 1", AGENT, *OURS]), found)

    def test_all(self) -> None:
        """``*`` lets all of them through, cookies and tokens too."""
        found = self.lines(
            {"Cookie": "k=v", "Authorization": "x", "X-A": "\xe9"}, "X-B", "*"
        )
        wanted = ["Cookie: k=v", "Authorization: x", "X-A: \xc3\xa9", AGENT, *OURS]
        self.assertEqual(tidy(wanted), found)

    def test_pragma(self) -> None:
        """``Pragma: no-cache`` is told as Cache-Control too, where that may pass."""
        for names, wanted in (
            (("*",), ["Pragma: no-cache", "Cache-Control: no-cache"]),
            (("Cache-Control",), ["Cache-Control: no-cache"]),
            (("Pragma",), ["Pragma: no-cache"]),
        ):
            found = self.lines({"Pragma": "no-cache"}, *names)
            self.assertEqual(tidy([*wanted, AGENT, *OURS]), found)
        for headers in (
            {"Pragma": "x"},
            {"Pragma": "no-cache", "Cache-Control": "max-age=1"},
        ):
            found = self.lines(headers, "*")
            self.assertNotIn("Cache-Control: no-cache", found)

    def test_ours(self) -> None:
        """The client cannot say what we say, nor whom it has asked."""
        for names in (("*",), ("X-Forwarded-For", "X-Forwarded-Host", "Host")):
            found = self.lines(
                {"X-Forwarded-For": ["1.2.3.4", "5.6.7.8"], "x-forwarded-host": "evil"},
                *names,
            )
            self.assertEqual(tidy([AGENT, *OURS]), found)

    def test_agent(self) -> None:
        """The client's agent is passed on where it may; then we are named beside it."""
        for names in (("*",), ("User-Agent",)):
            found = self.lines({"user-agent": "theirs"}, *names)
            self.assertEqual(tidy(["user-agent: theirs", VIA, *OURS]), found)

    def test_odd_agents(self) -> None:
        """An empty agent is none, of several the first counts."""
        found = self.lines({"User-Agent": ""}, "*")
        self.assertEqual(tidy([VIA, *OURS]), found)
        found = self.lines({"User-Agent": ["one", "two"]}, "*")
        self.assertEqual(tidy(["User-Agent: one", VIA, *OURS]), found)

    def test_via(self) -> None:
        """What the client says of ways stays, unless we say it."""
        found = self.lines({"X-Forwarded-Via": "v"}, "*")
        self.assertEqual(tidy(["X-Forwarded-Via: v", AGENT, *OURS]), found)
        found = self.lines({"X-Forwarded-Via": "v", "User-Agent": "u"}, "*")
        self.assertEqual(tidy(["User-Agent: u", VIA, *OURS]), found)

    def test_hop_by_hop(self) -> None:
        """What is between the client and us is never passed on."""
        hop = {
            "Connection": "close",
            "Keep-Alive": "x",
            "Proxy-Authorization": "x",
            "Proxy-Connection": "x",
            "Transfer-Encoding": "chunked",
            "Upgrade": "x",
            "Trailer": "x",
            "TE": "gzip",
        }
        for names in (("*",), tuple(hop)):
            self.assertEqual(tidy([AGENT, *OURS]), self.lines(hop, *names))

    def test_named_by_connection(self) -> None:
        """Nor what the Connection field names."""
        found = self.lines(
            {"Connection": "close, x-hop", "X-Hop": "1", "X-A": "2"}, "*"
        )
        self.assertEqual(tidy(["X-A: 2", AGENT, *OURS]), found)

    def test_proxy(self) -> None:
        """Nor what a CGI program would take for its proxy."""
        found = self.lines({"Proxy": "http://evil"}, "*")
        self.assertEqual(tidy([AGENT, *OURS]), found)

    def test_length(self) -> None:
        """A length is passed on apart, where it may."""
        for names, wanted in (((), None), (("Content-Length",), 5), (("*",), 5)):
            source = gateway_request("POST", headers={"Content-Length": "5"})
            self.build(source, input_headers=names)
            lines, _, length = source.forwarded
            self.assertEqual(wanted, length)
            self.assertNotIn(b"ontent-Length", lines)

    def test_gzip(self) -> None:
        """Gzip is ours to ask for unless encodings or ranges are passed on."""
        for headers, names, wanted in (
            ({"Accept-Encoding": "br"}, (), True),
            ({"Accept-Encoding": "br"}, ("*",), False),
            ({"Accept-Encoding": "br"}, ("Accept-Encoding",), False),
            ({"Range": "bytes=0-1"}, ("*",), False),
            ({"Accept-Encoding": ""}, ("*",), True),
        ):
            source = gateway_request(headers=headers)
            self.build(source, input_headers=names)
            self.assertEqual(wanted, source.forwarded[1])

    def test_made_when_read(self) -> None:
        """As text the fields are made when somebody reads them."""
        source = gateway_request()
        source.headers = [(b"x-a", b"\xff")]
        built = self.build(source, input_headers=("X-A",))
        self.assertTrue(built.untouched)
        self.assertEqual(["\udcff"], built.headers["X-A"])
        self.assertFalse(built.untouched)


class MemoTests(BuilderTestCase):
    """What a connection remembers."""

    def test_remembered(self) -> None:
        """The same headers on a connection give the same lines."""
        build = self.builder()
        first, second = gateway_request(), gateway_request()
        second.channel = first.channel
        build(first)
        build(second)
        self.assertIs(first.forwarded, second.forwarded)

    def test_not_for_others(self) -> None:
        """Other headers, another host, or another endpoint do not."""
        build = self.builder()
        first = gateway_request()
        build(first)
        for change in ("headers", "host", "endpoint"):
            second: Any = gateway_request()
            second.channel = first.channel
            if change == "headers":
                second.headers = [(b"Content-Type", b"text/x")]
            elif change == "host":
                second.host = b"other"
            (self.builder() if change == "endpoint" else build)(second)
            self.assertIsNot(first.forwarded, second.forwarded, change)
            build(first)
