"""Tests of what the scripts of one request work on."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._work import Desk, Work
from krakendtw.testing import request


class WorkTests(SynchronousTestCase):
    """One request's work."""

    def test_nothing_yet(self) -> None:
        """Parts that a place does not have are not there, and nothing is stored."""
        asked = request()
        work = Work(asked)
        self.assertIs(asked, work.request)
        self.assertIsNone(work.client)
        self.assertIsNone(work.response)
        self.assertEqual(0, work.stored)

    def test_works_differ(self) -> None:
        """Works of the same request are two."""
        self.assertNotEqual(Work(), Work())


class DeskTests(SynchronousTestCase):
    """Where the work at hand lies."""

    def test_own(self) -> None:
        """Each desk begins with a work of its own."""
        self.assertIsNot(Desk().work, Desk().work)
