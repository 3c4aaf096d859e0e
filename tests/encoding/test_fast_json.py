"""Tests of encoding fast-json."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding import json
from krakendtw.encoding.fast_json import encoding


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_reads_as_json(self) -> None:
        """Backends are read as JSON."""
        self.assertIs(json.decode, encoding.decoder(False))
        self.assertIs(json.decode_collection, encoding.decoder(True))

    def test_is_no_output(self) -> None:
        """It renders nothing, so that another renderer steps in."""
        self.assertIsNone(encoding.renderer())
