"""Tests of the table of keys."""

from __future__ import annotations

import hashlib

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._key_table import (
    HASHES,
    LONGEST,
    KeyTable,
    fnv128,
    fnv128a,
)


class HashTests(SynchronousTestCase):
    """The hashes that keys may be stored as."""

    def test_fnv(self) -> None:
        """The known values of both kinds (draft-eastlake-fnv)."""
        self.assertEqual("6c62272e07bb014262b821756295c58d", fnv128(b""))
        self.assertEqual("6c62272e07bb014262b821756295c58d", fnv128a(b""))
        self.assertEqual("d228cb69101a8caf78912b704e4a141e", fnv128(b"a"))
        self.assertEqual("d228cb696f1a8caf78912b704e4a8964", fnv128a(b"a"))


class KeyTableTests(SynchronousTestCase):
    """Finding keys."""

    def test_plain(self) -> None:
        """A key is found as it is written, its case counts."""
        table = KeyTable({"Geheim": ("a",)}, "plain", "")
        mark = table.find(b"Geheim")
        assert mark is not None
        self.assertEqual(("a",), table.roles[mark])
        for wrong in (b"geheim", b"Gehei", b"Geheim ", b""):
            self.assertIsNone(table.find(wrong))

    def test_hashed(self) -> None:
        """A key may be stored as the hash of salt and key, in any case."""
        for method in ("sha1", "sha256", "fnv128", "fnv128a"):
            make = HASHES[method]
            assert make is not None
            table = KeyTable({make(b"saltkey").upper(): ("a",)}, method, "salt")
            self.assertIsNotNone(table.find(b"key"), method)
            self.assertIsNone(table.find(b"saltkey"), method)

    def test_hash_itself_is_no_key(self) -> None:
        """Who has seen the configuration has no key yet."""
        stored = hashlib.sha256(b"key").hexdigest()
        table = KeyTable({stored: ("a",)}, "sha256", "")
        self.assertIsNone(table.find(stored.encode()))

    def test_one_key_twice(self) -> None:
        """Hashes that differ in case are one key, with the roles of both."""
        stored = hashlib.sha1(b"key").hexdigest()
        table = KeyTable({stored: ("a",), stored.upper(): ("b",)}, "sha1", "")
        self.assertEqual([("a", "b")], list(table.roles.values()))

    def test_marks_are_of_this_process(self) -> None:
        """What stands for a key cannot be known outside."""
        marks = {KeyTable({"k": ()}, "plain", "").find(b"k") for _ in range(3)}
        self.assertEqual(3, len(marks))

    def test_oversized(self) -> None:
        """Nobody hashes megabytes for a stranger."""
        table = KeyTable({"k" * (LONGEST + 1): ()}, "plain", "")
        self.assertIsNone(table.find(b"k" * (LONGEST + 1)))
