"""Tests of operations on a client's request."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.middleware.modifier.request_body_extractor._client import compile_change
from krakendtw.middleware.modifier.request_body_extractor._operations import (
    read_operations,
)
from krakendtw.testing import MemoryLog, gateway_request
from tests.middleware.modifier.request_body_extractor.test_operations import operation


class ChangeTests(SynchronousTestCase):
    """Header fields and queries of clients."""

    def change(self, request: Any, *written: Any) -> None:
        """Do some operations."""
        operations = read_operations({"operations": list(written)}, ConfigPath())
        compile_change(operations, MemoryLog())(request)

    def test_fields(self) -> None:
        """A field is replaced in whatever spelling; the others stay as they came."""
        request = gateway_request(
            "POST", headers={"x-a": "old", "X-b": "1"}, body='{"a":"é"}'.encode()
        )
        shared = request.headers
        self.change(request, operation())
        self.assertEqual(
            request.headers,
            [(b"Host", b"localhost:8080"), (b"X-b", b"1"), (b"X-A", "é".encode())],
        )
        self.assertIn((b"x-a", b"old"), shared)

    def test_append(self) -> None:
        """A value is added behind those that are there."""
        request = gateway_request(headers={"X-A": ["1", "2"]}, body=b'{"a":3}')
        self.change(request, operation(on_conflict="append"))
        self.assertEqual(request.fields(b"x-a"), [b"1", b"2", b"3"])

    def test_query(self) -> None:
        """The query is written anew, what is special escaped."""
        request = gateway_request(uri="/a?z=1&q=2", body=b'{"a":"x&y"}')
        self.change(
            request,
            operation(type="query_string", target="q", on_conflict="append"),
        )
        self.assertEqual(request.query_string, b"q=2&q=x%26y&z=1")

    def test_untouched(self) -> None:
        """Nothing to do leaves the request as it is."""
        for body in (None, b"", b"x", b'{"b":1}'):
            request = gateway_request(uri="/a?b", headers={"x-a": "1"}, body=body)
            headers = request.headers
            self.change(request, operation())
            self.assertIs(request.headers, headers)
            self.assertEqual(request.query_string, b"b")
