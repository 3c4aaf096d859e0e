"""Tests of :mod:`krakendtw.router.missing`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.missing import BadParameter, MethodNotAllowed, NotFound
from tests.router.doubles import FakeRequest

VERSION = b"Version 1"


class ErrorPageTests(SynchronousTestCase):
    """404 and 405."""

    def test_not_found(self) -> None:
        """404 is bare text with KrakenD's two fields."""
        request = FakeRequest()
        self.assertEqual(b"404 page not found", NotFound(VERSION).render(request))
        self.assertEqual(404, request.code)
        self.assertEqual(b"text/plain", request.answer_header(b"content-type"))
        self.assertEqual(VERSION, request.answer_header(b"x-krakend"))
        self.assertEqual(b"false", request.answer_header(b"x-krakend-completed"))

    def test_method_not_allowed(self) -> None:
        """405 is the same, and leaves ``Allow`` as it was set."""
        request = FakeRequest()
        request.setHeader(b"allow", b"GET")
        body = MethodNotAllowed(VERSION).render(request)
        self.assertEqual((405, b"405 method not allowed"), (request.code, body))
        self.assertEqual(b"GET", request.answer_header(b"allow"))

    def test_error_body(self) -> None:
        """``error_body`` makes it JSON as Go writes it."""
        request = FakeRequest()
        body = NotFound(VERSION, {"z": 1, "a": "<b>"}).render(request)
        self.assertEqual(b'{"a":"\\u003cb\\u003e","z":1}', body)
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"application/json; charset=utf-8", kind)

    def test_empty_error_body(self) -> None:
        """Any JSON value but ``null`` counts."""
        self.assertEqual(b'""', NotFound(VERSION, "").render(FakeRequest()))
        self.assertEqual(b"false", NotFound(VERSION, False).render(FakeRequest()))


class BadParameterTests(SynchronousTestCase):
    """400."""

    def test_text(self) -> None:
        """The reason is the body; KrakenD's own fields are missing."""
        request = FakeRequest()
        self.assertEqual(b"error: no", BadParameter("error: no").render(request))
        self.assertEqual(400, request.code)
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"text/plain; charset=utf-8", kind)
        self.assertIsNone(request.answer_header(b"x-krakend"))
