"""Tests of names in XML."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._xmlname import is_name


class IsNameTests(SynchronousTestCase):
    """What may be a name."""

    def test_names(self) -> None:
        """Letters of all scripts, digits and four marks may be in one."""
        for word in ("a", "_x", ":a", "a-b.c1", "naïve", "é1", "語", "a·b"):
            self.assertTrue(is_name(word), word)

    def test_others(self) -> None:
        """Digits and marks cannot begin one, other signs are in none."""
        for word in (
            "",
            "1",
            "-a",
            ".a",
            "\xd7",
            "a\xd7",
            "☕",
            "·a",
            "½a",
            "ﬁ",
            "a b",
        ):
            self.assertFalse(is_name(word), word)
