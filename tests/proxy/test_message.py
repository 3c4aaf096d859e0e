"""Tests of requests and responses in the pipe."""

from __future__ import annotations

from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.message import Headers, Metadata, Request, Response


class ArrivingBody:
    """A body of which nothing is there yet."""

    def __init__(self) -> None:
        self.arrived: Deferred[bytes] = Deferred()

    def read_all(self) -> Deferred[bytes]:
        """The whole of it, later."""
        return self.arrived


class RequestTests(SynchronousTestCase):
    """A request's fields."""

    def test_defaults(self) -> None:
        """A request of nothing is a GET of the root without a body."""
        request = Request()
        self.assertEqual(("GET", "/", "", None), _line(request))
        self.assertEqual(({}, {}, {}), (request.params, request.query, request.headers))
        self.assertEqual(float("inf"), request.deadline)

    def test_own_dictionaries(self) -> None:
        """Two requests made without dictionaries share none."""
        first, second = Request(), Request()
        first.params["Id"] = "1"
        first.headers["A"] = ["1"]
        self.assertEqual(({}, {}), (second.params, second.headers))

    def test_headers_are_forwarded_when_read(self) -> None:
        """Headers come from the client's request, once, by the given function."""
        calls: list[Any] = []

        def forward(source: Any) -> Headers:
            calls.append(source)
            return {"A": ["1"]}

        request = Request(source="client", forward=forward)
        self.assertTrue(request.untouched)
        self.assertEqual([], calls)
        self.assertEqual({"A": ["1"]}, request.headers)
        self.assertIs(request.headers, request.headers)
        self.assertEqual(["client"], calls)
        self.assertFalse(request.untouched)

    def test_headers_replaced(self) -> None:
        """Headers that are set take the place of the client's."""
        request = Request(forward=lambda _: {"A": ["1"]})
        request.headers = {"B": ["2"]}
        self.assertEqual({"B": ["2"]}, request.headers)
        self.assertFalse(request.untouched)


class CloneTests(SynchronousTestCase):
    """Shallow and deep clones."""

    def test_fields(self) -> None:
        """A clone has all fields of its original."""
        request = Request("POST", "/a", body=b"x", url="http://h/a", deadline=3.0)
        request.source = object()
        twin = request.clone()
        self.assertEqual(("POST", "/a", "http://h/a", b"x"), _line(twin))
        self.assertEqual(3.0, twin.deadline)
        self.assertIs(request.source, twin.source)

    def test_shallow_shares_headers(self) -> None:
        """A clone and its original share headers, whoever reads them first."""
        for first in ("original", "clone"):
            request = Request(forward=lambda _: {"A": ["1"]})
            twin = request.clone()
            early, late = (request, twin) if first == "original" else (twin, request)
            early.headers["B"] = ["2"]
            self.assertEqual({"A": ["1"], "B": ["2"]}, late.headers)
            self.assertIs(request.headers, twin.headers)

    def test_siblings_share_headers(self) -> None:
        """Two clones of one request share headers, and forward them once."""
        calls: list[Any] = []

        def forward(source: Any) -> Headers:
            calls.append(source)
            return {}

        request = Request(forward=forward)
        first, second = request.clone(), request.clone()
        first.headers["A"] = ["1"]
        self.assertEqual({"A": ["1"]}, second.headers)
        self.assertEqual(1, len(calls))

    def test_clone_of_clone(self) -> None:
        """A clone of a clone reads through to the first request."""
        request = Request(forward=lambda _: {"A": ["1"]})
        twin = request.clone().clone()
        self.assertTrue(twin.untouched)
        self.assertIs(request.headers, twin.headers)

    def test_untouched_follows_original(self) -> None:
        """A clone counts as touched once its original's headers are read."""
        request = Request(forward=lambda _: {})
        twin = request.clone()
        self.assertTrue(twin.untouched)
        request.headers.clear()
        self.assertFalse(twin.untouched)

    def test_replacing_headers_of_clone(self) -> None:
        """Headers set on a clone leave the original's alone."""
        request = Request(headers={"A": ["1"]})
        twin = request.clone()
        twin.headers = {}
        self.assertEqual({"A": ["1"]}, request.headers)

    def test_shallow_shares_params(self) -> None:
        """A clone shares the params, but not the path, with its original."""
        request = Request(params={"Id": "1"})
        twin = request.clone()
        twin.params["Id"] = "2"
        twin.path = "/b"
        self.assertEqual(({"Id": "2"}, "/"), (request.params, request.path))

    def test_deep_clone(self) -> None:
        """A deep clone has headers, their lists and params of its own."""
        request = Request(params={"Id": "1"}, headers={"A": ["1"]})
        twin = request.deep_clone()
        twin.headers["A"].append("2")
        twin.headers["B"] = []
        twin.params["Id"] = "2"
        self.assertEqual({"A": ["1"]}, request.headers)
        self.assertEqual({"Id": "1"}, request.params)

    def test_deep_clone_of_unread_headers(self) -> None:
        """A deep clone forwards the headers at once, and keeps them apart."""
        request = Request(forward=lambda _: {"A": ["1"]})
        twin = request.deep_clone()
        request.headers["A"] = ["2"]
        self.assertEqual({"A": ["1"]}, twin.headers)


class BodyTests(SynchronousTestCase):
    """Reading a request's body."""

    def test_whole(self) -> None:
        """A whole body, an empty one and none at all are there at once."""
        for body in (b"x", b"", None):
            self.assertIs(body, Request(body=body).read_body())

    def test_arriving(self) -> None:
        """A body that still arrives is waited for, and then kept."""
        stream = ArrivingBody()
        request = Request(body=cast("Any", stream))
        waiting = cast("Deferred[bytes]", request.read_body())
        self.assertNoResult(waiting)
        stream.arrived.callback(b"late")
        self.assertEqual(b"late", self.successResultOf(waiting))
        self.assertEqual(b"late", request.body)


class ResponseTests(SynchronousTestCase):
    """A response's fields."""

    def test_defaults(self) -> None:
        """A response of nothing has no data, is not complete and has no status."""
        response = Response()
        self.assertEqual(
            (None, False, 0, {}, None),
            (
                response.data,
                response.is_complete,
                response.metadata.status,
                response.metadata.headers,
                response.io,
            ),
        )

    def test_own_metadata(self) -> None:
        """Two responses made without metadata share none."""
        first, second = Response(), Response()
        first.metadata.headers["A"] = ["1"]
        self.assertEqual({}, second.metadata.headers)

    def test_given(self) -> None:
        """A response keeps what it is made of."""
        metadata = Metadata(404, {"A": ["1"]})
        response = Response({"a": 1}, True, metadata, b"raw")
        self.assertEqual(({"a": 1}, True, b"raw"), _parts(response))
        self.assertIs(metadata, response.metadata)


def _line(request: Request) -> tuple[object, ...]:
    return request.method, request.path, request.url, request.body


def _parts(response: Response) -> tuple[object, ...]:
    return response.data, response.is_complete, response.io
