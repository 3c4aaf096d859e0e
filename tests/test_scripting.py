"""Tests of what scripts work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.message import Request as PipeRequest
from krakendtw.proxy.message import Response as PipeResponse
from krakendtw.scripting import Client, Headers, Params, Reject, Request, Response
from krakendtw.testing import gateway_request, request, response, service_scope
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from treq.client import HTTPClient


def http() -> HTTPClient:
    """A client that nobody calls."""
    return service_scope().client


class RejectTests(SynchronousTestCase):
    """How a script ends a request."""

    def test_public(self) -> None:
        """The client sees the text unless the script says otherwise."""
        error = Reject("no", 418, content_type="text/plain")
        self.assertEqual(
            (418, "no", "text/plain", True),
            (error.status, str(error), error.encoding, error.is_public),
        )
        self.assertFalse(Reject("no", is_public=False).is_public)

    def test_headers(self) -> None:
        """Its header fields go out with the answer."""
        error = Reject("no", headers={"Retry-After": "3"})
        self.assertEqual({"Retry-After": ["3"]}, error.headers)

    def test_wrong(self) -> None:
        """What could not be sent is refused where it is made."""
        self.assertRaises(ValueError, Reject, "no", 101)
        self.assertRaises(ValueError, Reject, "no", content_type="a\r\nb")
        self.assertRaises(ValueError, Reject, "no", headers={"A": "b\nc"})
        self.assertRaises(ValueError, Reject, "no", headers={"A b": "c"})


class HeadersTests(SynchronousTestCase):
    """Header fields."""

    def setUp(self) -> None:
        self.fields = {"X-A": ["1", "2"], "X-Empty": []}
        self.headers = Headers(self.fields)

    def test_read(self) -> None:
        """Names are understood in any case; of several values the first counts."""
        self.assertEqual("1", self.headers["x-a"])
        self.assertEqual(["1", "2"], self.headers.all("X-a"))
        self.assertIn("x-A", self.headers)
        self.assertEqual(None, self.headers.get("x-b"))

    def test_empty(self) -> None:
        """A name without values is not there."""
        self.assertNotIn("x-empty", self.headers)
        self.assertEqual(["X-A"], list(self.headers))
        self.assertEqual(1, len(self.headers))

    def test_write(self) -> None:
        """A value takes the place of all others, or stands beside them."""
        self.headers["x-a"] = "3"
        self.headers.add("x-a", "4")
        self.headers.add("x-new", "5")
        self.assertEqual(["3", "4"], self.fields["X-A"])
        self.assertEqual(["5"], self.fields["X-New"])
        del self.headers["X-NEW"]
        self.assertNotIn("X-New", self.fields)

    def test_checked(self) -> None:
        """A line break must not begin another field, and a name must be one."""
        for name, value in (("A", "b\r\nC: d"), ("A\n", "b"), ("", "b"), ("A:", "b")):
            self.assertRaises(ValueError, self.headers.__setitem__, name, value)
            self.assertRaises(ValueError, self.headers.add, name, value)
        self.assertRaises(TypeError, self.headers.__setitem__, "A", 1)

    @given(st.text(max_size=20))
    def test_no_break_gets_in(self, value: str) -> None:
        """Whatever is accepted has no line break."""
        try:
            self.headers["X-Any"] = value
        except ValueError:
            return
        self.assertFalse(set(self.fields["X-Any"][0]) & {"\r", "\n", "\0"})


class ParamsTests(SynchronousTestCase):
    """Parameters of the path."""

    def test_names(self) -> None:
        """The name of the route and the pipe's mean the same."""
        values = {"Id": "1", "JWT.sub": "x"}
        params = Params(values)
        params["name"] = "n"
        found = [params["id"], params["Id"], params["JWT.sub"], values["Name"]]
        self.assertEqual(["1", "1", "x", "n"], found)
        del params["id"]
        self.assertEqual({"JWT.sub", "Name"}, set(params))
        self.assertRaises(TypeError, params.__setitem__, "a", 1)


class RequestTests(SynchronousTestCase):
    """A request of the pipe."""

    def test_reads_through(self) -> None:
        """What a script changes, the pipe's request has."""
        inner = request("GET", "/a", headers={"A": "b"}, params={"Id": "1"})
        made = Request(inner, http())
        made.method = "PUT"
        made.url = "http://b/"
        made.headers["X"] = "y"
        made.params["id"] = "2"
        made.query["q"] = ["1"]
        self.assertEqual(
            ("PUT", "http://b/", {"A": ["b"], "X": ["y"]}, {"Id": "2"}, "q=1"),
            (inner.method, inner.url, inner.headers, inner.params, inner.encoded_query),
        )
        made.query = {}
        self.assertEqual("", inner.encoded_query)
        self.assertRaises(ValueError, setattr, made, "method", "A B")

    def test_siblings(self) -> None:
        """A change of headers does not reach the requests of other backends."""
        first = request(headers={"A": "b"})
        second = first.clone()
        Request(first, http()).headers["A"] = "c"
        self.assertEqual({"A": ["b"]}, second.headers)
        self.assertEqual({"A": ["c"]}, first.headers)

    def test_headers_stay_current(self) -> None:
        """Headers that another step has replaced are seen."""
        inner = request(headers={"A": "b"})
        made = Request(inner, http())
        self.assertEqual("b", made.headers["A"])
        inner.headers = {"A": ["c"]}
        self.assertEqual("c", made.headers["A"])

    def test_body(self) -> None:
        """A body is read whole, none as empty; a new one has its own length."""
        inner = request(body=b'{"a": 1}', headers={"Content-Length": "8"})
        made = Request(inner, http())
        self.assertEqual(b'{"a": 1}', self.wait(made.read()))
        self.assertEqual({"a": 1}, self.wait(made.json()))
        made.replace_body("ü")
        self.assertEqual("ü".encode(), inner.body)
        self.assertNotIn("Content-Length", inner.headers)
        self.assertEqual(b"", self.wait(Request(request(), http()).read()))

    def test_arriving_body(self) -> None:
        """A body that still arrives is waited for."""
        stream = BodyStream(StringTransport())
        inner = PipeRequest(body=stream)
        coming = Deferred.fromCoroutine(Request(inner, http()).read())
        self.assertNoResult(coming)
        stream.data_received(b"ab")
        stream.finish()
        self.assertEqual(b"ab", self.successResultOf(coming))
        self.assertEqual(b"ab", inner.body)

    def test_state(self) -> None:
        """There is room for what ``post`` wants to know."""
        self.assertEqual({}, Request(request(), http()).state)

    def test_repr(self) -> None:
        """It shows method and path."""
        self.assertEqual(
            "<Request GET /a>", repr(Request(request("GET", "/a"), http()))
        )

    def wait(self, awaitable: Any) -> Any:
        """What a coroutine gives."""
        return self.successResultOf(Deferred.fromCoroutine(awaitable))


class ResponseTests(SynchronousTestCase):
    """A response of the pipe."""

    def test_reads_through(self) -> None:
        """What a script changes, the pipe's response has."""
        inner = response({"a": 1}, status=200, headers={"A": "b"})
        made = Response.around(inner)
        made.data["b"] = 2
        made.status = 201
        made.is_complete = False
        made.headers["a"] = "c"
        self.assertEqual(
            ({"a": 1, "b": 2}, 201, False, {"A": ["c"]}),
            (
                inner.data,
                inner.metadata.status,
                inner.is_complete,
                inner.metadata.headers,
            ),
        )
        self.assertEqual((201, False), (made.status, made.is_complete))
        made.data = {}
        self.assertEqual({}, inner.data)

    def test_null(self) -> None:
        """There always is an object."""
        inner = PipeResponse(None)
        self.assertEqual({}, Response.around(inner).data)
        self.assertEqual({}, inner.data)

    def test_own(self) -> None:
        """A response that a script makes is complete unless it says otherwise."""
        made = Response({"a": 1})
        self.assertEqual(({"a": 1}, True), (made.inner.data, made.inner.is_complete))
        self.assertFalse(Response(is_complete=False).inner.is_complete)

    def test_body(self) -> None:
        """An undecoded body is read and replaced; its length is seen to."""
        inner = response(io=b"old", headers={"Content-Length": "3"})
        made = Response.around(inner)
        read = self.successResultOf(Deferred.fromCoroutine(made.read()))
        self.assertEqual(b"old", read)
        made.replace_body("newer")
        self.assertEqual((b"newer", {}), (inner.io, inner.metadata.headers))

    def test_arriving_body(self) -> None:
        """An undecoded body that still arrives is waited for, and kept."""
        stream = BodyStream(StringTransport())
        inner = response(io=stream)
        coming = Deferred.fromCoroutine(Response.around(inner).read())
        stream.data_received(b"ab")
        stream.finish()
        self.assertEqual(b"ab", self.successResultOf(coming))
        self.assertEqual(b"ab", inner.io)


class ClientTests(SynchronousTestCase):
    """The client's own request."""

    def setUp(self) -> None:
        self.request = gateway_request(
            "POST", "/a%20b?q=1&r=2", headers={"x-a": ["1", "2"]}, body=b"x", peer="::1"
        )
        self.client = Client(self.request, http())

    def test_read(self) -> None:
        """It has what the client has sent."""
        client = self.client
        self.assertEqual(
            ("POST", "/a%20b", "localhost:8080", "::1", {"q": ["1"], "r": ["2"]}),
            (client.method, client.path, client.host, client.peer, client.query),
        )
        self.assertEqual(["1", "2"], client.headers.all("X-A"))
        body = self.successResultOf(Deferred.fromCoroutine(client.read()))
        self.assertEqual(b"x", body)
        self.assertEqual("<Client POST /a%20b>", repr(client))

    def test_set_header(self) -> None:
        """A field is replaced or removed, whatever its case, and checked."""
        self.client.set_header("X-a", "3")
        self.assertEqual(["3"], self.client.headers.all("X-A"))
        self.client.set_header("X-A", None)
        self.assertNotIn("X-A", self.client.headers)
        self.assertRaises(ValueError, self.client.set_header, "X-A", "a\nb")

    def test_query(self) -> None:
        """Other query strings are as if the client had sent them."""
        self.client.query = {"z": ["a b"]}
        self.assertEqual(b"z=a+b", self.request.query_string)
        self.assertEqual(b"/a%20b?z=a+b", self.request.uri)
        self.client.query = {}
        self.assertEqual(b"/a%20b", self.request.uri)

    def test_params(self) -> None:
        """Parameters of the route are there, as a copy."""
        self.request.route_params = {"Id": "1"}
        self.client.params["id"] = "2"
        self.assertEqual("1", self.client.params["id"])
