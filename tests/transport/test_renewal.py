"""Tests of :mod:`krakendtw.transport.renewal`."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.renewal import LOOK_S, Renewed, stamp


class RenewedTests(SynchronousTestCase):
    """A thing and its file."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())
        self.clock = Clock()
        self.reports: list[Exception | None] = []
        self.loads = 0
        self.write("1", 1)

    def write(self, text: str, time: int) -> None:
        """Write the file as if at a time."""
        self.path.write_text(text)
        os.utime(self.path, (time, time))

    def load(self) -> int:
        """The number in the file."""
        self.loads += 1
        return int(self.path.read_text())

    def make(self) -> Renewed[int]:
        """The number that follows the file."""
        return Renewed(
            [str(self.path)],
            self.load,
            (ValueError,),
            self.reports.append,
            self.clock.seconds,
        )

    def test_follows(self) -> None:
        """A change is seen at the next use, a second after the last look."""
        renewed = self.make()
        self.write("2", 2)
        self.assertEqual(1, renewed.get())
        self.clock.advance(LOOK_S)
        self.assertEqual(2, renewed.get())
        self.assertEqual([None], self.reports)

    def test_unchanged(self) -> None:
        """Without a change nothing is read again."""
        renewed = self.make()
        for _ in range(5):
            self.clock.advance(LOOK_S)
            self.assertEqual(1, renewed.get())
        self.assertEqual(1, self.loads)

    def test_broken(self) -> None:
        """What cannot be used is told once, and the old stays."""
        renewed = self.make()
        self.write("two", 2)
        for _ in range(3):
            self.clock.advance(LOOK_S)
            self.assertEqual(1, renewed.get())
        self.assertEqual(1, len(self.reports))
        self.assertIsInstance(self.reports[0], ValueError)

    def test_first(self) -> None:
        """At first it is the caller's matter."""
        self.write("one", 1)
        self.assertRaises(ValueError, self.make)

    def test_other_faults(self) -> None:
        """A fault of another kind is nobody's."""
        renewed = self.make()
        self.path.unlink()
        self.clock.advance(LOOK_S)
        self.assertRaises(FileNotFoundError, renewed.get)


class StampTests(SynchronousTestCase):
    """``stamp``."""

    def test_missing(self) -> None:
        """A missing file has a state too."""
        self.assertEqual((None,), stamp(["no such file"]))

    def test_replaced(self) -> None:
        """A file of the same size and time in its place is another."""
        folder = Path(self.mktemp())
        folder.mkdir()
        states = []
        for name in ("a", "b"):
            path = folder / name
            path.write_text("same")
            os.utime(path, (1, 1))
            states.append(stamp([str(path)]))
        self.assertNotEqual(*states)
