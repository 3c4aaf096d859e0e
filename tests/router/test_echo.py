"""Tests of :mod:`krakendtw.router.echo`."""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.echo import EchoEndpoint, header_map
from tests.router.doubles import FakeRequest


class EchoEndpointTests(SynchronousTestCase):
    """``/__echo/``."""

    def test_order_of_fields(self) -> None:
        """The fields come in the order of KrakenD's struct, escaped as by Go."""
        request = FakeRequest(
            b"/__echo/a%20b?b=2&a=1&a=0&c",
            b"POST",
            ((b"host", b"h:1"), (b"x-own", b"1")),
            b"<raw> \xff",
        )
        self.assertEqual(
            b'{"req_uri":"/__echo/a%20b?b=2\\u0026a=1\\u0026a=0\\u0026c",'
            b'"req_uri_details":{"fragment":"","host":"h:1","path":"/__echo/a b",'
            b'"query":"a=1\\u0026a=0\\u0026b=2\\u0026c=","user":""},'
            b'"req_method":"POST",'
            b'"req_querystring":{"a":["1","0"],"b":["2"],"c":[""]},'
            b'"req_body":"\\u003craw\\u003e \\ufffd","req_headers":{"X-Own":["1"]}}',
            EchoEndpoint().render(request),
        )
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"application/json; charset=utf-8", kind)

    def test_absolute_form(self) -> None:
        """Host and user may come from the target."""
        request = FakeRequest(b"http://me@there:9/__echo/", headers=((b"host", b"h"),))
        details = json.loads(EchoEndpoint().render(request))["req_uri_details"]
        self.assertEqual(("there:9", "me"), (details["host"], details["user"]))


class HeaderMapTests(SynchronousTestCase):
    """``header_map``: Go's view of the fields."""

    def test_names(self) -> None:
        """Names are canonical, values of one name together, empty ones too."""
        fields = ((b"x-a", b"1"), (b"X-B", b""), (b"X-A", b"2"), (b"ETAG", b"e"))
        request = FakeRequest(headers=fields)
        wanted = {"X-A": ["1", "2"], "X-B": [""], "Etag": ["e"]}
        self.assertEqual(wanted, header_map(request))

    def test_left_out(self) -> None:
        """What Go's server keeps to itself is not there."""
        fields = (
            (b"host", b"h"),
            (b"transfer-encoding", b"chunked"),
            (b"content-length", b"1"),
        )
        self.assertEqual(
            {"Content-Length": ["1"]}, header_map(FakeRequest(headers=fields))
        )

    def test_pragma(self) -> None:
        """``Pragma: no-cache`` stands for ``Cache-Control`` where that is missing."""
        fields = ((b"pragma", b"no-cache"),)
        found = header_map(FakeRequest(headers=fields))
        self.assertEqual({"Pragma": ["no-cache"], "Cache-Control": ["no-cache"]}, found)
        fields += ((b"cache-control", b"max-age=1"),)
        found = header_map(FakeRequest(headers=fields))
        self.assertEqual(["max-age=1"], found["Cache-Control"])
