"""Tests of dates in documents."""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.moment import Moment


class MomentTests(SynchronousTestCase):
    """A date that is read."""

    def test_text(self) -> None:
        """It is text to whoever asks for nothing else."""
        moment = Moment.of("2001-01-01T00:00:00Z")
        self.assertEqual("2001-01-01T00:00:00Z", moment)
        self.assertEqual('"2001-01-01T00:00:00Z"', json.dumps(moment))

    def test_type(self) -> None:
        """It knows its type in Go."""
        self.assertEqual("time.Time", Moment.of("").go_type)
        self.assertEqual("toml.LocalTime", Moment.of("", "toml.LocalTime").go_type)
