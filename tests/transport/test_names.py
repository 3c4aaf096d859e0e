"""Tests of :mod:`krakendtw.transport.names`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport import names
from krakendtw.transport.names import canonical_name


class CanonicalNameTests(SynchronousTestCase):
    """``canonical_name``: how the pipe spells what the wire spelt."""

    def setUp(self) -> None:
        self.patch(names, "_known", {})

    def test_spellings(self) -> None:
        """Each word begins with a capital; what is no token stays as it is."""
        for raw, wanted in (
            (b"x-forwarded-for", "X-Forwarded-For"),
            (b"X-FORWARDED-FOR", "X-Forwarded-For"),
            (b"etag", "Etag"),
            (b"a b", "a b"),
            (b"caf\xe9", "caf\xe9"),
            (b"", ""),
        ):
            self.assertEqual(wanted, canonical_name(raw))

    def test_remembered(self) -> None:
        """The same name gives the same text."""
        first = canonical_name(b"x-remembered-name")
        self.assertIs(first, canonical_name(b"x-remembered-name"))

    def test_bounded(self) -> None:
        """Strangers cannot fill the memory with names."""
        self.patch(names, "_MOST", 2)
        for number in range(5):
            name = b"x-%d" % number
            self.assertEqual(f"X-{number}", canonical_name(name))
        self.assertEqual(2, len(names._known))
