"""Tests of ``krakendtw.middleware.validation._cel_library``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_functions import BINARY, UNARY
from krakendtw.middleware.validation._cel_library import (
    FUNCTIONS,
    TYPE_NAMES,
    A,
    B,
    Overload,
)
from krakendtw.middleware.validation._cel_types import INT, map_of

# What the compiler makes of these is not one function.
OPERATORS = {"_?_:_", "_&&_", "_||_", "_==_", "_!=_", "_[_]", "@in"}


class LibraryTests(SynchronousTestCase):
    """Declarations of the standard library."""

    def test_everything_is_there_at_run_time(self) -> None:
        """Each declared signature has a function for its number of arguments."""
        missing = [
            (name, overload.params)
            for name, overloads in FUNCTIONS.items()
            if name not in OPERATORS
            for overload in overloads
            if name not in (UNARY if len(overload.params) == 1 else BINARY)
        ]
        self.assertEqual(missing, [])

    def test_no_extensions(self) -> None:
        """Functions of cel-go's extension libraries are not there."""
        for name in ("lowerAscii", "split", "join", "reverse", "existsOne", "optional"):
            self.assertNotIn(name, FUNCTIONS)

    def test_type_names(self) -> None:
        """Times are named by their messages only."""
        self.assertNotIn("timestamp", TYPE_NAMES)
        self.assertIn("google.protobuf.Timestamp", TYPE_NAMES)

    def test_variables(self) -> None:
        """An overload knows its type variables, each once, in their order."""
        self.assertEqual(Overload((map_of(A, B), A), B).variables, (A, B))
        self.assertEqual(Overload((INT,), INT).variables, ())
