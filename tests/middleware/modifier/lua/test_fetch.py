"""Tests of ``http_response``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.web.http_headers import Headers

from krakendtw.errors import TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._fetch import (
    Fetched,
    answer_body,
    answer_close,
    answer_status,
    refuse_fetch,
)
from krakendtw.middleware.modifier.lua._pipe import leave_to_client, script_part
from krakendtw.testing import request, run_pipe, service_scope
from tests.middleware.auth.agents import MemoryAgent
from tests.middleware.modifier.lua.scripts import LuaTestCase, settings


class FetchTestCase(LuaTestCase):
    """Lets scripts ask an agent."""

    def answers(self, *answers: Any) -> MemoryAgent:
        """The agent that gives these answers."""
        agent = MemoryAgent(list(answers))
        self.scope = service_scope(clock=self.clock, client=agent.client)
        return agent


class CallTests(FetchTestCase):
    """What is asked."""

    def test_plain(self) -> None:
        """A GET of the URL, with our agent's name."""
        agent = self.answers(MemoryResponse(body=b"hello"))
        self.assertEqual(
            "hello", self.value("http_response.new('http://a/b c'):body()")
        )
        (asked,) = agent.asked
        self.assertEqual((b"GET", b"http://a/b%20c"), (asked.method, asked.url))
        self.assertIn("KrakenD", asked.header("User-Agent") or "")

    def test_body_and_fields(self) -> None:
        """A method, a body, fields of one or several values."""
        agent = self.answers(MemoryResponse())
        self.value(
            "http_response.new('http://a', 'POST', 'b\\255',"
            " {['X-A'] = '1', ['X-B'] = {'2', '3'}, ['User-Agent'] = 'me'})"
        )
        (asked,) = agent.asked
        self.assertEqual((b"POST", b"b\xff"), (asked.method, asked.body))
        self.assertEqual("1", asked.header("X-A"))
        self.assertEqual(["2", "3"], asked.headers.getRawHeaders("X-B"))
        self.assertEqual("me", asked.header("User-Agent"))

    def test_own_fields(self) -> None:
        """Host and framing are the client's to say, whatever a script says."""
        agent = self.answers(MemoryResponse())
        self.value(
            "http_response.new('http://a', 'POST', 'b', {Host = 'x',"
            " ['content-length'] = '9', ['Transfer-Encoding'] = 'y', ['x-a'] = 'z'})"
        )
        (asked,) = agent.asked
        self.assertEqual("z", asked.header("X-A"))
        for name in ("Host", "Transfer-Encoding"):
            self.assertNotIn(asked.header(name), ("x", "y"))
        self.assertNotEqual("9", asked.header("Content-Length"))

    def test_user(self) -> None:
        """A URL's user and password go out as Basic authentication."""
        agent = self.answers(MemoryResponse(), MemoryResponse())
        self.value("http_response.new('http://us%65r:p%3aw@a/')")
        self.assertEqual("Basic dXNlcjpwOnc=", agent.asked[0].header("Authorization"))
        fields = "{Authorization = 'mine'}"
        self.value(f"http_response.new('http://u@a/', 'GET', '', {fields})")
        self.assertEqual("mine", agent.asked[1].header("Authorization"))

    def test_refused(self) -> None:
        """What cannot be asked, in the words of Go's client."""
        self.answers(MemoryResponse())
        for arguments, message in (
            ("", "need 1, 3 or 4 arguments"),
            ("'http://a', 'GET'", "need 1, 3 or 4 arguments"),
            ("'http://a', 'G T', ''", 'net/http: invalid method "G T"'),
            ("'/path'", 'Get "/path": unsupported protocol scheme ""'),
            ("'ftp://a'", 'Get "ftp://a": unsupported protocol scheme "ftp"'),
            ("'http://'", 'Get "http://": http: no Host in request URL'),
            (
                "'http://a', 'GET', '', {['X-A'] = 'a\\r\\nb'}",
                'Get "http://a": net/http: invalid header field value for "X-A"',
            ),
        ):
            error = self.error(f"http_response.new({arguments})")
            self.assertEqual(f"{message} (pre-script:L1)", str(error), arguments)

    def test_nothing_is_asked_before(self) -> None:
        """A URL that is none is refused without a call."""
        self.assertIsNone(refuse_fetch("http://a", ""))
        self.assertIn("invalid control character", str(refuse_fetch("http://a\n", "")))


class AnswerTests(FetchTestCase):
    """What comes back."""

    def test_methods(self) -> None:
        """Status, fields, body."""
        fields = {"X-A": ["1", "2"]}
        self.answers(MemoryResponse(404, fields, b"no"))
        script = (
            "local r = http_response.new('http://a')"
            " show(r:statusCode(), r:headers('x-a'), r:headerList('X-A'):get(1),"
            " r:headers('X-None') == '', r:headerList('X-None'):len(), r:body())"
        )
        self.assertEqual("404 1 2 true 0 no", self.value(script))

    def test_closed(self) -> None:
        """After it is closed only a body that was read before is there."""
        self.answers(MemoryResponse(body=b"x"))
        script = (
            "local r = http_response.new('http://a') r:body() r:close() show(r:body())"
        )
        self.assertEqual("x", self.value(script))
        for method in ("statusCode()", "body()", "headers('X')", "headerList('X')"):
            script = f"local r = http_response.new('http://a') r:close() r:{method}"
            self.assertIn("nil pointer dereference", str(self.error(script)))

    def test_state_of_an_answer(self) -> None:
        """The same, seen from our side."""
        answer = Fetched(200, Headers(), b"x")
        self.assertEqual(200, answer_status(answer))
        answer_close(answer)
        self.assertEqual((None, True), answer_status(answer))
        self.assertEqual((None, True), answer_body(answer))

    def test_wrong_receiver(self) -> None:
        """Anything but an answer is refused."""
        error = self.error("http_response.__index.body(luaNil.new())")
        self.assertEqual("response expected (pre-script:L1)", str(error))


class WaitingTests(FetchTestCase):
    """The gateway goes on meanwhile."""

    def test_waits(self) -> None:
        """The script stops at the call and goes on with the answer."""
        coming: Deferred[Any] = Deferred()
        agent = self.answers(coming)
        asked = request()
        script = "request.load():params('Out', http_response.new('http://a'):body())"
        found = self.around(asked, pre=script)
        self.assertNoResult(found)
        self.assertEqual(1, len(agent.asked))
        coming.callback(MemoryResponse(body=b"late"))
        self.successResultOf(found)
        self.assertEqual("late", asked.params["Out"])

    def test_others_run(self) -> None:
        """Scripts of other requests run in between, each with its own globals."""
        first: Deferred[Any] = Deferred()
        second: Deferred[Any] = Deferred()
        self.answers(first, second)
        script = (
            "who = request.load():params('Who') local b = http_response.new('http://a'):body()"
            " request.load():params('Out', who .. b)"
        )
        part = script_part(
            settings(pre=script), self.scope, self.scope.log, "lua", leave_to_client
        )
        asked = [request(params={"Who": "a"}), request(params={"Who": "b"})]
        found = [run_pipe([part], asked=one) for one in asked]
        second.callback(MemoryResponse(body=b"2"))
        first.callback(MemoryResponse(body=b"1"))
        for one in found:
            self.successResultOf(one)
        self.assertEqual(["a1", "b2"], [one.params["Out"] for one in asked])

    def test_inside_of_anything(self) -> None:
        """Also under pcall, in coroutines, comparators and replacements."""
        ask = "local function ask() return http_response.new('http://a'):body() end "
        for script in (
            "show(pcall(ask))",
            "local co = coroutine.wrap(function() coroutine.yield(true)"
            " return ask() end)"
            " show(co(), co())",
            "local b table.sort({1, 2}, function(l, r) b = ask() return l < r end)"
            " show(true, b)",
            "show(true, (string.gsub('x', 'x', ask)))",
            "show(true, setmetatable({}, {__index = ask}).x)",
        ):
            self.answers(MemoryResponse(body=b"late"))
            self.assertEqual("true late", self.open_value(ask + script), script)

    def test_in_post(self) -> None:
        """And after the backends."""
        self.answers(MemoryResponse(body=b"b"))
        script = "d:set('b', http_response.new('http://a'):body())"
        self.assertEqual({"b": "b"}, self.changed(script))

    def test_client_leaves(self) -> None:
        """A request that is cancelled takes the call along."""
        cancelled: list[Any] = []
        self.answers(Deferred(cancelled.append))
        found = self.around(pre="http_response.new('http://a')")
        found.cancel()
        self.assertEqual(1, len(cancelled))
        error = self.failureResultOf(found, ScriptError).value
        self.assertEqual('Get "http://a": context canceled (pre-script:L1)', str(error))


class FailureTests(FetchTestCase):
    """Calls that do not succeed."""

    def test_error(self) -> None:
        """It is the script's error, with the URL in front."""
        self.answers(
            TransportError("dial tcp 127.0.0.1:1: connect: connection refused")
        )
        self.assertEqual(
            'Get "http://a": dial tcp 127.0.0.1:1: connect: connection refused'
            " (pre-script:L1)",
            str(self.error("http_response.new('http://a')")),
        )

    def test_any_exception(self) -> None:
        """Whatever goes wrong on our side is an error of the script."""
        self.answers(ConnectionRefusedError())
        self.assertIn(
            'Get "http://a": ', str(self.error("http_response.new('http://a')"))
        )

    def test_caught(self) -> None:
        """The script may go on without an answer."""
        self.answers(TransportError("no"))
        script = (
            "local ok, problem = pcall(http_response.new, 'http://a') show(ok, problem)"
        )
        self.assertEqual('false <string>:7: Get "http://a": no', self.value(script))


class RedirectTests(FetchTestCase):
    """Redirects, by the rules of Go's client."""

    def go(self, status: int, location: str, arguments: str) -> MemoryAgent:
        """Follow one redirect."""
        agent = self.answers(
            MemoryResponse(status, {"Location": [location]}), MemoryResponse(body=b"x")
        )
        self.assertEqual("x", self.value(f"http_response.new({arguments}):body()"))
        return agent

    def test_see_other(self) -> None:
        """A POST becomes a GET without a body."""
        agent = self.go(
            303, "/c", "'http://a/b', 'POST', 'body', {['Content-Type'] = 't'}"
        )
        _, asked = agent.asked
        self.assertEqual(
            (b"GET", b"http://a/c", b""), (asked.method, asked.url, asked.body)
        )
        self.assertIsNone(asked.header("Content-Type"))
        self.assertEqual("http://a/b", asked.header("Referer"))

    def test_same_method(self) -> None:
        """307 and 308 repeat the call as it was."""
        agent = self.go(307, "http://a/c", "'http://a/b', 'POST', 'body'")
        self.assertEqual(b"body", agent.asked[1].body)
        self.assertEqual(b"POST", agent.asked[1].method)

    def test_other_host(self) -> None:
        """Credentials stay with their host and those below it."""
        fields = (
            "'http://a.com', 'GET', '',"
            " {Authorization = 's', Cookie = 'c', ['X-A'] = '1'}"
        )
        agent = self.go(302, "http://b.com", fields)
        self.assertIsNone(agent.asked[1].header("Authorization"))
        self.assertIsNone(agent.asked[1].header("Cookie"))
        self.assertEqual("1", agent.asked[1].header("X-A"))
        agent = self.go(302, "http://sub.a.com", fields)
        self.assertEqual("s", agent.asked[1].header("Authorization"))

    def test_no_location(self) -> None:
        """Without one the redirect is the answer."""
        self.answers(MemoryResponse(302))
        self.assertEqual(
            "302", self.value("http_response.new('http://a'):statusCode()")
        )

    def test_circle(self) -> None:
        """After ten of them the call has failed."""
        agent = self.answers(MemoryResponse(302, {"Location": ["/"]}))
        error = self.error("http_response.new('http://a/')")
        self.assertEqual(
            'Get "http://a/": stopped after 10 redirects (pre-script:L1)', str(error)
        )
        self.assertEqual(10, len(agent.asked))
