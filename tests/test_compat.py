"""Tests of what the gateway says it is."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw import compat
from krakendtw.config.canonical import canonical_header


class CompatTests(SynchronousTestCase):
    """The constants fit each other."""

    def test_user_agent_names_version(self) -> None:
        """The User-Agent is KrakenD's with the imitated version."""
        self.assertEqual("KrakenD Version 2.13.8", compat.USER_AGENT)
        self.assertTrue(compat.USER_AGENT.endswith(compat.KRAKEND_VERSION))

    def test_headers_are_canonical(self) -> None:
        """Header names are in the spelling that headers are kept in."""
        for name in (compat.VERSION_HEADER, compat.COMPLETED_HEADER):
            self.assertEqual(canonical_header(name), name)
