"""Tests of ``krakendtw.middleware.validation._cel_types``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_types import (
    BOOL,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    Bindings,
    list_of,
    map_of,
    type_of,
    widest,
    wrapper_of,
)


class TypeTests(SynchronousTestCase):
    """Types in words."""

    def test_str(self) -> None:
        """A type is written as cel-go writes it."""
        self.assertEqual(str(map_of(STRING, list_of(DYN))), "map(string, list(dyn))")
        self.assertEqual(str(type_of(INT)), "type(int)")

    def test_widest(self) -> None:
        """The less specific type is the wider one."""
        self.assertEqual(widest(list_of(INT), list_of(DYN)), list_of(DYN))
        self.assertEqual(widest(DYN, INT), DYN)


class BindingsTests(SynchronousTestCase):
    """Which type fits where."""

    def setUp(self) -> None:
        self.bindings = Bindings()

    def test_plain(self) -> None:
        """A type fits itself and the unknown type, and no other one."""
        self.assertTrue(self.bindings.assign(INT, INT))
        self.assertTrue(self.bindings.assign(DYN, INT))
        self.assertTrue(self.bindings.assign(INT, DYN))
        self.assertFalse(self.bindings.assign(INT, STRING))

    def test_null(self) -> None:
        """Null fits times and wrappers."""
        self.assertTrue(self.bindings.assign(NULL, DURATION))
        self.assertTrue(self.bindings.assign(wrapper_of(INT), NULL))
        self.assertFalse(self.bindings.assign(NULL, INT))

    def test_wrapper(self) -> None:
        """A wrapper fits what it wraps, both ways."""
        self.assertTrue(self.bindings.assign(wrapper_of(INT), INT))
        self.assertTrue(self.bindings.assign(INT, wrapper_of(INT)))
        self.assertFalse(self.bindings.assign(wrapper_of(INT), BOOL))

    def test_variable(self) -> None:
        """A variable stands for what it met first."""
        variable = self.bindings.fresh()
        self.assertTrue(self.bindings.assign(INT, variable))
        self.assertFalse(self.bindings.assign(STRING, variable))
        self.assertEqual(self.bindings.resolve(list_of(variable)), list_of(INT))

    def test_variable_widens(self) -> None:
        """A variable that meets the unknown type stands for that."""
        variable = self.bindings.fresh()
        self.bindings.assign(INT, variable)
        self.assertTrue(self.bindings.assign(DYN, variable))
        self.assertEqual(self.bindings.resolve(variable), DYN)

    def test_failure_binds_nothing(self) -> None:
        """Arguments that do not fit leave no trace."""
        variable = self.bindings.fresh()
        types = (variable, variable)
        self.assertFalse(self.bindings.assign_all((INT, STRING), types))
        self.assertEqual(self.bindings.resolve(variable), variable)

    def test_no_circles(self) -> None:
        """A variable cannot stand for a type that it is a part of."""
        variable = self.bindings.fresh()
        self.assertFalse(self.bindings.assign(list_of(variable), variable))

    def test_unbound(self) -> None:
        """What a variable that met nothing becomes is the caller's choice."""
        self.assertEqual(self.bindings.resolve(self.bindings.fresh(), unbound=DYN), DYN)
