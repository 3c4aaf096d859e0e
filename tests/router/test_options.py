"""Tests of :mod:`krakendtw.router.options`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.options import AutoOptions, allowed_methods
from tests.router.doubles import FakeRequest


class AutoOptionsTests(SynchronousTestCase):
    """``AutoOptions``: the answer."""

    def test_answer(self) -> None:
        """An empty answer with the methods and the version, and no more."""
        request = FakeRequest(method=b"OPTIONS")
        self.assertEqual(b"", AutoOptions("GET, PUT", b"Version 1").render(request))
        self.assertEqual(200, request.code)
        self.assertEqual(
            [(b"Allow", [b"GET, PUT"]), (b"X-Krakend", [b"Version 1"])],
            sorted(request.responseHeaders.getAllRawHeaders()),
        )


class AllowedMethodsTests(SynchronousTestCase):
    """``allowed_methods``: the paths of endpoints."""

    def test_sorted(self) -> None:
        """Methods are sorted, paths told apart as written."""
        endpoints = [("POST", "/a"), ("PUT", "/b/:x"), ("DELETE", "/a"), ("GET", "/a")]
        self.assertEqual(
            {"/a": "DELETE, GET, POST", "/b/:x": "PUT"}, allowed_methods(endpoints)
        )
