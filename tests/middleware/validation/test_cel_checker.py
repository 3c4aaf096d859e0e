"""Tests of ``krakendtw.middleware.validation._cel_checker``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_checker import check
from krakendtw.middleware.validation._cel_issues import CelCheckError
from krakendtw.middleware.validation._cel_parser import parse
from krakendtw.middleware.validation._cel_phases import VARIABLES


def type_of(source: str) -> str:
    """The type of an expression."""
    root = parse(source)
    check(source, root, VARIABLES)
    return str(root.type)


class TypeTests(SynchronousTestCase):
    """Types, as cel-go finds them."""

    def test_types(self) -> None:
        """Every kind of node has its type."""
        for source, type_ in (
            ("1 + 2", "int"),
            ("req_headers", "map(string, list(string))"),
            ("req_headers['X'][0]", "string"),
            ("req_headers.X", "list(string)"),
            ("resp_data.a.b", "dyn"),
            ("resp_data.a + 'b'", "string"),
            ("resp_data.a + resp_data.b", "dyn"),
            ("[1, 'a']", "list(dyn)"),
            ("[resp_data.a, 1]", "list(dyn)"),
            ("[]", "list(dyn)"),
            ("{}", "map(dyn, dyn)"),
            ("{1: 'a', 'b': 'c'}", "map(dyn, string)"),
            ("true ? 1 : resp_data.a", "dyn"),
            ("[1, 2].map(x, x > 1, string(x))", "list(string)"),
            ("['a'].filter(x, true)", "list(string)"),
            ("resp_data.a.exists_one(x, x)", "bool"),
            ("[[1]].map(l, l.map(x, 1.5))", "list(list(double))"),
            ("type(1)", "type(int)"),
            ("list", "type(list(dyn))"),
            ("google.protobuf.Timestamp", "type(timestamp)"),
            ("google.protobuf.Int64Value{value: 1}", "wrapper(int)"),
            ("google.protobuf.Int64Value{value: 1} + 1", "int"),
            ("timestamp(now) - timestamp(0)", "duration"),
            ("timestamp(now).getHours('UTC')", "int"),
            ("google.protobuf.NullValue.NULL_VALUE", "int"),
            (".size('a')", "int"),
        ):
            self.assertEqual(type_of(source), type_, source)

    def test_null(self) -> None:
        """Null can be compared with times, and stand for them."""
        for source in ("timestamp(0) == null", "[null] == [duration('1s')]"):
            self.assertEqual(type_of(source), "bool")
        self.assertEqual(type_of("string(null)"), "string")

    def test_scopes(self) -> None:
        """A macro's variable hides others of its name inside only."""
        self.assertEqual(type_of("[1].all(now, now == 1) && now == ''"), "bool")

    def test_mixed_comparisons(self) -> None:
        """As in cel-go, numbers of two kinds are compared after a macro only."""
        self.assertRaises(CelCheckError, type_of, "1 < 2.0")
        self.assertEqual(type_of("[1].all(x, x < 2.0)"), "bool")
        self.assertEqual(type_of("[1].all(x, true) && 1 < 2.0"), "bool")
        self.assertRaises(CelCheckError, type_of, "1 < 2.0 && [1].all(x, true)")


class MistakeTests(SynchronousTestCase):
    """What does not go together."""

    def test_words(self) -> None:
        """Mistakes have cel-go's words."""
        overload = "found no matching overload for"
        for source, words in (
            ("x", "undeclared reference to 'x' (in container '')"),
            ("req_body.a == 1", "undeclared reference to 'req_body' (in container '')"),
            ("f(1)", "undeclared reference to 'f' (in container '')"),
            (
                "now.lowerAscii()",
                "undeclared reference to 'lowerAscii' (in container '')",
            ),
            ("now == 1", f"{overload} '_==_' applied to '(string, int)'"),
            ("1 == 1.0", f"{overload} '_==_' applied to '(int, double)'"),
            ("1 == null", f"{overload} '_==_' applied to '(int, null)'"),
            (
                "[1] == ['a']",
                f"{overload} '_==_' applied to '(list(int), list(string))'",
            ),
            ("'a' in 'abc'", f"{overload} '@in' applied to '(string, string)'"),
            (
                "'a'.contains(1)",
                f"{overload} 'contains' applied to 'string.(int)'",
            ),
            ("size()", f"{overload} 'size' applied to '()'"),
            ("-duration('1s')", f"{overload} '-_' applied to '(duration)'"),
            ("now.x", "type 'string' does not support field selection"),
            ("has(now.x)", "type 'string' does not support field selection"),
            ("true && 1", "expected type 'bool' but found 'int'"),
            ("[1].all(x, 1)", "expected type 'bool' but found 'int'"),
            (
                "[1].filter(x, x)",
                f"{overload} '_?_:_' applied to '(int, list(int), list(int))'",
            ),
            (
                "[1].exists_one(x, x)",
                f"{overload} '_?_:_' applied to '(int, int, int)'",
            ),
            (
                "now.all(x, true)",
                "expression of type 'string' cannot be range of a comprehension "
                "(must be list, map, or dynamic)",
            ),
            ("int{}", "'int' is not a message type"),
            ("now{}", "'string' is not a type"),
            ("Foo{}", "undeclared reference to 'Foo' (in container '')"),
            ("google.protobuf.Timestamp{s: 1}", "undefined field 's'"),
            (
                "google.protobuf.Timestamp{seconds: 'a'}",
                "expected type of field 'seconds' is 'int' "
                "but provided type is 'string'",
            ),
        ):
            error = self.assertRaises(CelCheckError, type_of, source)
            self.assertEqual(error.summary, words)

    def test_all_are_found(self) -> None:
        """One mistake does not hide another, and makes no others."""
        error = self.assertRaises(CelCheckError, type_of, "x == 1 && now == 2 && y")
        self.assertEqual(len(error.issues), 3)

    def test_places(self) -> None:
        """A mistake is shown at the operator, or at a call's parenthesis."""
        for source, offset in (("now == 1", 4), ("size(1)", 4), ("now.x", 3)):
            error = self.assertRaises(CelCheckError, type_of, source)
            self.assertEqual(error.issues[0].offset, offset)
