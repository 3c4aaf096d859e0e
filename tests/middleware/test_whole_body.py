"""Tests of bodies that are there already."""

from __future__ import annotations

from typing import Any

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IBodyProducer
from zope.interface.verify import verifyObject

from krakendtw.middleware._whole_body import WholeBody


class WholeBodyTests(SynchronousTestCase):
    """One write."""

    def test_write(self) -> None:
        """All of it is written at once, and its length is known before."""
        body = WholeBody(b"four")
        self.assertTrue(verifyObject(IBodyProducer, body))
        transport: Any = StringTransport()
        self.assertIsNone(self.successResultOf(body.startProducing(transport)))
        self.assertEqual((transport.value(), body.length), (b"four", 4))

    def test_control(self) -> None:
        """Nothing is left to hold back."""
        body = WholeBody(b"")
        body.pauseProducing()
        body.resumeProducing()
        body.stopProducing()
