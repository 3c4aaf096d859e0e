"""Tests of revocations in a file."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._journal import Change, Journal


class JournalTests(SynchronousTestCase):
    """Tests of :class:`Journal`."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())
        self.journal = Journal(str(self.path))

    def reopened(self, since: float = 0.0) -> list[Change]:
        """What another start finds."""
        return Journal(str(self.path)).load(since)

    def test_there_and_back(self) -> None:
        """Changes are found again, whatever is in them."""
        changes = [
            Change(1.0, 'jti-"1"\n'),
            Change(2.0, "sub-ñ\udcff"),
            Change(3.0, imported=b"\x00\xff"),
        ]
        self.journal.append(changes)
        self.assertEqual(self.reopened(), changes)

    def test_nothing_yet(self) -> None:
        """Without a file there is nothing, and then there is a file."""
        self.assertEqual(self.journal.load(0.0), [])
        self.assertTrue(self.path.exists())

    def test_turn(self) -> None:
        """A turn keeps the file before; two turns lose it."""
        self.journal.append([Change(1.0, "a")])
        self.journal.rotate()
        self.journal.append([Change(2.0, "b")])
        self.assertEqual([change.element for change in self.reopened()], ["a", "b"])
        self.journal.append([Change(3.0, "c")])
        self.journal.rotate()
        self.journal.rotate()
        self.assertEqual(
            [change.element for change in self.reopened()], ["a", "b", "c"]
        )

    def test_old_changes_go(self) -> None:
        """What is too old is left out, and out of the file."""
        self.journal.append([Change(1.0, "a"), Change(5.0, "b")])
        self.assertEqual(self.reopened(5.0), [Change(5.0, "b")])
        self.assertEqual(self.reopened(), [Change(5.0, "b")])

    def test_broken_lines(self) -> None:
        """A line that a crash has cut, or somebody has edited, is lost alone."""
        self.journal.append([Change(1.0, "a")])
        with open(self.path, "ab") as file:
            file.write(b'x "b"\n2 b\n3 =!\n4\n5 "c"\n6 "cut')
        self.assertEqual(self.reopened(), [Change(1.0, "a"), Change(5.0, "c")])

    def test_for_our_eyes_only(self) -> None:
        """Nobody else can read the file."""
        self.journal.append([Change(1.0, "a")])
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_unusable_folder(self) -> None:
        """A folder that is not there is an error."""
        journal = Journal(str(self.path / "more" / "file"))
        self.assertRaises(OSError, journal.load, 0.0)
        self.assertRaises(OSError, journal.append, [Change(1.0, "a")])
