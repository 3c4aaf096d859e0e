"""Tests of ``krakendtw.middleware.validation._cel_compile``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_checker import check
from krakendtw.middleware.validation._cel_compile import compile_tree
from krakendtw.middleware.validation._cel_issues import CelProgramError
from krakendtw.middleware.validation._cel_parser import parse
from krakendtw.middleware.validation._cel_types import DYN, STRING
from krakendtw.middleware.validation._cel_values import raw


def compiled(source: str) -> tuple[Any, int]:
    """The function of an expression over ``s``, a string, and ``d``."""
    root = parse(source)
    check(source, root, {"s": STRING, "d": DYN})
    readers = {"s": lambda subject: subject, "d": lambda subject: subject}
    return compile_tree(root, readers, raw)


class CompileTests(SynchronousTestCase):
    """Closures."""

    def test_slots(self) -> None:
        """A frame has room for the macros that are inside each other."""
        for source, slots in (
            ("s == 'a'", 0),
            ("[1].all(x, true) && [1].all(y, true)", 1),
            ("[1].all(x, [1].all(y, x == y))", 2),
        ):
            self.assertEqual(compiled(source)[1], slots)

    def test_constants_are_made_once(self) -> None:
        """A list or a map of literals is made while compiling."""
        for source in ("['a', 'b']", "{'a': 1}"):
            evaluate, _ = compiled(source)
            self.assertIs(evaluate([""]), evaluate([""]))

    def test_containers_are_made_anew(self) -> None:
        """Others are made by each evaluation."""
        evaluate, _ = compiled("[s]")
        self.assertEqual((evaluate(["a"]), evaluate(["b"])), (("a",), ("b",)))

    def test_types_do_not_change_results(self) -> None:
        """What is known of the types makes an operator quicker, and not other."""
        for typed, untyped in (
            ("s == 'a'", "d == 'a'"),
            ("s != 'a'", "d != 'a'"),
            ("s < 'b'", "d < 'b'"),
            ("size(s) > 1", "size(d) > 1"),
            ("s + 'x' == 'ax'", "d + 'x' == 'ax'"),
            ("s.matches('^a$')", "d.matches('^a$')"),
            ("s in ['a']", "d in ['a']"),
            ("int(s + '1') == 1 || s == 'a'", "int(d + '1') == 1 || d == 'a'"),
        ):
            for subject in ("a", "b", ""):
                results = []
                for source in (typed, untyped):
                    try:
                        results.append(compiled(source)[0]([subject]))
                    except Exception as error:
                        results.append(str(error))
                self.assertEqual(results[0], results[1], (typed, subject))

    def test_impossible_keys(self) -> None:
        """A constant that can be no key is noticed before anything is evaluated."""
        for source in ("d[null]", "d[b'a']", "d[int]"):
            self.assertRaises(CelProgramError, compiled, source)
