"""Tests of functions' types."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template import values
from krakendtw.template.signature import (
    Function,
    List,
    Map,
    Value,
    declare,
    declare_all,
    refused,
)
from krakendtw.template.versions import Version  # noqa: TC001 - read by declare


def _takes(
    text: str, count: int, size: float, yes: bool, any_: Any, value: Value
) -> None:
    """Takes one of each."""


def _collects(first: str, *others: int) -> None:
    """Takes as many numbers as there are."""


def _holds(items: List, pairs: Map, version: Version) -> None:
    """Takes what holds others."""


class SignatureTests(SynchronousTestCase):
    """What annotations say."""

    def test_types(self) -> None:
        """Each annotation stands for a type of Go's."""
        function = declare(_takes)
        self.assertEqual(
            [str(type_) for type_ in function.fixed],
            ["string", "int", "float64", "bool", "interface {}", "reflect.Value"],
        )
        self.assertIsNone(function.variadic)
        self.assertIs(function.call, _takes)

    def test_containers(self) -> None:
        """Lists, maps and named types are known by their members and names."""
        self.assertEqual(
            [str(type_) for type_ in declare(_holds).fixed],
            ["[]interface {}", "map[string]interface {}", "*semver.Version"],
        )

    def test_variadic(self) -> None:
        """The type of the last parameter holds for all that follow."""
        function = declare(_collects)
        self.assertIs(function.variadic, values.INT)
        self.assertIs(function.type_at(0), values.STRING)
        self.assertIs(function.type_at(1), values.INT)
        self.assertIs(function.type_at(9), values.INT)

    def test_bound(self) -> None:
        """Parameters that are bound before are left out."""
        self.assertEqual(declare(_takes, skip=5).fixed, (values.VALUE,))

    def test_names(self) -> None:
        """A function of several names is declared once."""
        table = declare_all({"a": _takes, "b": _takes, "c": _collects})
        self.assertIs(table["a"], table["b"])
        self.assertIsNot(table["a"], table["c"])
        self.assertEqual(list(table), ["a", "b", "c"])

    def test_own_functions(self) -> None:
        """Only Go's own functions are marked as such."""
        self.assertFalse(declare(_takes).is_builtin)
        self.assertTrue(declare(_takes, is_builtin=True).is_builtin)
        self.assertFalse(Function(_takes, ()).is_builtin)

    def test_unknown_types(self) -> None:
        """An annotation that stands for no type is a mistake, and so is none."""

        def foreign(value: bytes) -> None:
            """Takes what no template has."""

        def silent(value) -> None:  # type: ignore[no-untyped-def]
            """Doesn't say what it takes."""

        self.assertRaises(TypeError, declare, foreign)
        self.assertRaises(TypeError, declare, silent)

    def test_refused(self) -> None:
        """What cannot be called takes nothing and says why."""
        function = refused("too many results")
        self.assertEqual((function.fixed, function.variadic), ((), None))
        self.assertEqual(function.fault, "too many results")
        self.assertEqual(declare(_takes).fault, "")
        self.assertRaises(NotImplementedError, function.call)
