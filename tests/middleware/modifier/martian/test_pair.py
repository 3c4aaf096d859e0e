"""Tests of what modifiers are made of."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._pair import (
    MISSING,
    Pair,
    in_scope,
    raw_field,
    read,
)


def side(message: object) -> None:
    """A side that does nothing."""


class ScopeTests(SynchronousTestCase):
    """Which sides work."""

    def test_scopes(self) -> None:
        """Only the sides that are asked for are left."""
        both = Pair(side, side)
        for raw, wanted in (
            ({}, both),
            ({"scope": None}, both),
            (None, both),
            ({"scope": []}, Pair()),
            ({"Scope": ["request"]}, Pair(side)),
            ({"scope": ["response", "request"]}, both),
        ):
            self.assertEqual(in_scope(both, raw), wanted)

    def test_refused(self) -> None:
        """A side that is not there, or no side at all, is a mistake."""
        for scope in (["response"], ["x"], "request", [1]):
            self.assertRaises(Mismatch, in_scope, Pair(side), {"scope": scope})


class FieldTests(SynchronousTestCase):
    """What is written in the configuration."""

    def test_read(self) -> None:
        """Fields have their types and defaults."""
        self.assertEqual(
            read({"NAME": "a"}, name="string", n="int"), {"name": "a", "n": 0}
        )
        self.assertRaises(Mismatch, read, {"name": 1}, name="string")

    def test_raw(self) -> None:
        """Something that is not there is not ``null``."""
        self.assertIs(raw_field({}, "else"), MISSING)
        self.assertIsNone(raw_field({"Else": None}, "else"))
