"""Tests of what templates of bodies know."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.middleware.modifier._formats import Formats
from krakendtw.middleware.modifier._template_data import (
    body_value,
    lists,
    plain,
    request_views,
    response_views,
)
from krakendtw.plugin import Registry
from krakendtw.template.template import compile
from krakendtw.testing import MemoryLog, request, response

FORMATS = Formats.of(Registry())


def values(views: Any, subject: Any) -> dict[str, Any]:
    """All that is known of something."""
    return {name: view(subject) for name, view in views.items()}


class PlainTests(SynchronousTestCase):
    """Numbers as templates know them."""

    def test_numbers(self) -> None:
        """Whole numbers are int, others float64; long ones keep their digits."""
        for value, wanted in (
            (5, 5),
            (12345678901234567890, 12345678901234567890),
            (Number("1E5"), 100000),
            (Number("1.50"), 1.5),
            (Number("1e300"), 1e300),
            (Float(2), 2),
            (Float(2.5), 2.5),
            (True, True),
        ):
            found = plain([value])[0]
            self.assertEqual((found, type(found)), (wanted, type(wanted)))

    def test_others(self) -> None:
        """Texts and nulls stay; what is behind a feed's values is shown."""
        data = {"a": ["x", None, {"b": Opaque({"c": Number("1.5")})}]}
        self.assertEqual(plain(data), {"a": ["x", None, {"b": {"c": 1.5}}]})

    def test_lists(self) -> None:
        """A field that is not there is an empty list."""
        template = compile(
            '{{ index .h "A" 0 }}{{ index .h "B" }}{{ len (index .h "B") }}', "t"
        )
        self.assertEqual(template.execute({"h": lists({"A": ["x"]})}), "x[]0")


class RequestTests(SynchronousTestCase):
    """What is known of a request."""

    def test_all(self) -> None:
        """Body, header fields, query, parameters, path."""
        asked = request(
            path="/p",
            headers={"Content-Type": "application/json", "X-A": ["1", "2"]},
            body=b'{"a":1.5}',
            params={"Id": "7"},
            query={"q": ["x"]},
        )
        self.assertEqual(
            values(request_views(FORMATS, MemoryLog()), asked),
            {
                "req_body": {"a": 1.5},
                "req_headers": {
                    "Content-Type": ["application/json"],
                    "X-A": ["1", "2"],
                },
                "req_querystring": {"q": ["x"]},
                "req_params": {"Id": "7"},
                "req_path": "/p",
            },
        )

    def test_body(self) -> None:
        """A body that is broken, or of another type, is its text, byte for byte."""
        for body, kind, wanted in (
            (b"{", "application/json", "{"),
            (b"a=1", "application/x-www-form-urlencoded", "a=1"),
            (b"\xff", "", "\udcff"),
            (b"", "application/json", ""),
            (None, "application/json", ""),
        ):
            self.assertEqual(body_value(FORMATS, body, kind, MemoryLog()), wanted)

    def test_log(self) -> None:
        """DEBUG tells of a body that is not what it says it is."""
        for kind, wanted in (
            (
                "application/json",
                ["DEBUG the body is read as text: unexpected end of JSON input"],
            ),
            ("text/plain", []),
        ):
            log = MemoryLog()
            body_value(FORMATS, b"{", kind, log)
            self.assertEqual(log.lines, wanted)


class ResponseTests(SynchronousTestCase):
    """What is known of an answer."""

    def test_data(self) -> None:
        """The decoded data and whether it is complete."""
        found = values(
            response_views(FORMATS, MemoryLog()), response({"a": Number("1.0")})
        )
        self.assertEqual(
            (found["resp_body"], found["resp_completed"]), ({"a": 1}, True)
        )

    def test_undecoded(self) -> None:
        """The body's value, its status and its fields."""
        answer = response(
            io=b"[1]", status=404, headers={"Content-Type": "application/json"}
        )
        found = values(response_views(FORMATS, MemoryLog()), answer)
        self.assertEqual(
            (found["resp_body"], found["resp_status"], found["resp_headers"]),
            ([1], 404, {"Content-Type": ["application/json"]}),
        )
