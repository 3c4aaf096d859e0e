"""Tests of ``backend/graphql``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured, PipeError
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware.backend.graphql import (
    GraphQL,
    compile_body,
    configure,
    find_flaw,
)
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    run_pipe,
    service_scope,
)

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request

WHERE = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / "g"


class LateBody:
    """A body that is still arriving."""

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred()

    def read_all(self) -> Deferred[bytes]:
        """The rest of it."""
        return self.whole


class GraphQLTests(SynchronousTestCase):
    """What goes to the server."""

    def ask(self, raw: dict[str, Any], asked: Request) -> Any:
        """Send a request through the step; the result's Deferred, and the backend."""
        settings = configure(raw, WHERE)
        backend = BackendConfig(extra=extra_config({"backend/graphql": settings}))
        part = settings.backend_part(backend_scope(backend))
        assert part is not None
        memory = MemoryBackend()
        return run_pipe([part], memory, asked), memory

    def sent(self, raw: dict[str, Any], asked: Request) -> Request:
        """The request that arrives."""
        answer, memory = self.ask(raw, asked)
        self.successResultOf(answer)
        found: Request = memory.requests[0]
        return found

    def test_interface(self) -> None:
        """The settings are the middleware."""
        settings = configure({"type": "query", "query": "{ a }"}, WHERE)
        self.assertTrue(verifyObject(IBackendMiddleware, settings))

    def test_elsewhere(self) -> None:
        """Settings of another place take no part."""
        settings = GraphQL("query", "POST", "{ a }")
        self.assertIsNone(settings.backend_part(backend_scope()))

    def test_query(self) -> None:
        """A query replaces body, method and the fields about the body."""
        sent = self.sent(
            {"type": "Query", "query": "{ a }", "operationName": "N"},
            request(body=b"old", headers={"X-A": "1", "Content-Type": "text/plain"}),
        )
        self.assertEqual(sent.method, "POST")
        self.assertEqual(sent.body, b'{"query":"{ a }","operationName":"N"}')
        self.assertEqual(
            sent.headers,
            {
                "X-A": ["1"],
                "Content-Type": ["application/json"],
                "Content-Length": ["37"],
            },
        )

    def test_parameters(self) -> None:
        """Texts that are one placeholder become the parameter's text."""
        sent = self.sent(
            {
                "type": "query",
                "query": "q",
                "variables": {"a": "{id}", "b": "{no}", "c": "x {id}", "d": ["{id}"]},
            },
            request(params={"Id": "<7>"}),
        )
        self.assertEqual(
            sent.body,
            b'{"query":"q","variables":{"a":"\\u003c7\\u003e","b":"","c":"x {id}",'
            b'"d":["{id}"]}}',
        )

    def test_get(self) -> None:
        """By GET nothing of it goes anywhere, as in KrakenD."""
        sent = self.sent(
            {"type": "query", "query": "q", "method": "get"},
            request(query={"a": ["1"]}),
        )
        self.assertEqual((sent.method, sent.body), ("GET", b""))
        self.assertEqual(sent.headers["Content-Length"], ["0"])
        self.assertEqual(sent.encoded_query, "a=1")

    def test_mutation(self) -> None:
        """The client's object fills the variables, configured ones are defaults."""
        sent = self.sent(
            {"type": "mutation", "query": "m", "variables": {"a": 1, "b": "{id}"}},
            request("POST", body=b'{"a":2.0}', params={"Id": "7"}),
        )
        self.assertEqual(sent.body, b'{"query":"m","variables":{"a":2,"b":"{id}"}}')

    def test_mutation_waits(self) -> None:
        """A body that is still arriving is waited for."""
        late: Any = LateBody()
        answer, memory = self.ask({"type": "mutation", "query": "m"}, request())
        self.successResultOf(answer.addErrback(lambda _: None))
        answer, memory = self.ask(
            {"type": "mutation", "query": "m"}, request(body=late)
        )
        self.assertNoResult(answer)
        late.whole.callback(b'{"x":null}')
        self.successResultOf(answer)
        self.assertEqual(
            memory.requests[0].body, b'{"query":"m","variables":{"x":null}}'
        )

    def test_bad_bodies(self) -> None:
        """A mutation without an object fails in Go's words."""
        for body, words in (
            (None, "unexpected end of JSON input"),
            (
                b"{nope",
                "invalid character 'n' looking for beginning of object key string",
            ),
            (b"null", "assignment to entry in nil map"),
        ):
            answer, memory = self.ask(
                {"type": "mutation", "query": "m", "variables": {"a": 1}},
                request(body=body),
            )
            error = self.failureResultOf(answer, PipeError).value
            self.assertEqual(str(error), words)
            self.assertEqual(memory.requests, [])

    def test_null_body(self) -> None:
        """Without configured variables ``null`` is as good as an empty object."""
        make = compile_body(GraphQL("mutation", "POST", "m"))
        self.assertEqual(make(b"null"), b'{"query":"m"}')


class ConfigureTests(SynchronousTestCase):
    """What is made of the configuration."""

    def test_file(self) -> None:
        """The document's file wins over the document."""
        path = Path(self.mktemp())
        path.write_text("{ file }\n")
        raw = {"type": "query", "query": "{ a }", "query_path": str(path)}
        self.assertEqual(configure(raw, WHERE).query, "{ file }\n")

    def test_keys_of_any_case(self) -> None:
        """Keys match whatever their case, as in Go."""
        raw = {"TYPE": "mutation", "Query": "m", "Variables": {"a": 1}}
        made = configure(raw, WHERE)
        self.assertEqual(made, GraphQL("mutation", "POST", "m", "", {"a": 1}))

    def test_out(self) -> None:
        """What KrakenD ignores is ignored."""
        for raw in (
            "text",
            {},
            {"type": "subscription", "query": "{ a }"},
            {"type": "query", "query": 5},
            {"type": "query", "query": "q", "variables": [1]},
            {"type": "query", "query_path": "/no/such/file"},
        ):
            self.assertRaises(NotConfigured, configure, raw, WHERE)

    def test_broken_variables(self) -> None:
        """What KrakenD breaks down on ends the start."""
        for value in ("", "{}"):
            raw = {"type": "query", "query": "q", "variables": {"a": value}}
            error = self.assertRaises(ConfigError, configure, raw, WHERE)
            self.assertIn("variables", str(error))


class FlawTests(SynchronousTestCase):
    """The grammar, at start."""

    def test_good(self) -> None:
        """A good document has no flaw."""
        self.assertEqual(find_flaw("query A($x: Int) { a(x: $x) { b } }"), "")

    def test_bad(self) -> None:
        """A bad one is told with its place."""
        self.assertIn("line 1, column 5", find_flaw("{ a "))

    def test_warning(self) -> None:
        """The gateway starts with a bad one, and warns."""
        settings = GraphQL("query", "POST", "{ a ")
        log = MemoryLog()
        endpoint = endpoint_scope(service=service_scope(log=log))
        backend = BackendConfig(
            url_pattern="/g", extra=extra_config({"backend/graphql": settings})
        )
        self.assertIsNotNone(settings.backend_part(backend_scope(backend, endpoint)))
        self.assertTrue(any("WARNING" in line for line in log.lines), log.lines)
