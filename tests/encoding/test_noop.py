"""Tests of encoding no-op."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.noop import decode, render
from krakendtw.proxy.message import Response


class NoopTests(SynchronousTestCase):
    """Nothing happens to bodies."""

    def test_render(self) -> None:
        """The body passes as it is, without a Content-Type."""
        self.assertEqual((b"", b"<x>"), render(Response({}, io=b"<x>"), None))

    def test_nothing(self) -> None:
        """No response and no body are no body."""
        self.assertEqual((b"", None), render(None, None))
        self.assertEqual((b"", None), render(Response({}), None))

    def test_decode(self) -> None:
        """A body that is decoded all the same gives no data."""
        self.assertIsNone(decode(b"anything"))
