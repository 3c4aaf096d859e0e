"""Tests of ``krakendtw.middleware.validation._cel_program``."""

from __future__ import annotations

import sys
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.reader import loads
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_phases import VARIABLES
from krakendtw.middleware.validation._cel_program import Expression
from krakendtw.middleware.validation._cel_values import lift_data, show

SUBJECT: dict[str, Any] = {
    "req_method": "GET",
    "req_params": {"Id": "12"},
    "req_headers": {"X-A": ["a", "b"]},
    "now": "2026-01-02T03:04:05.6Z",
    "resp_data": loads(
        b'{"i": 1, "f": 1.50, "s": "str", "b": true, "n": null, "e": {},'
        b' "l": [1, "a", null, true, 2.5], "m": {"k": {"z": "y"}}}'
    ),
}
READERS = {name: (lambda subject, name=name: subject[name]) for name in SUBJECT}


def evaluate(source: str) -> str:
    """What an expression gives, as the log shows it."""
    program = Expression.of(source, VARIABLES).program(READERS, lift_data)
    return show(program(SUBJECT))


class ResultTests(SynchronousTestCase):
    """What expressions give, as cel-go does."""

    def assert_all(self, results: dict[str, str]) -> None:
        """Each expression gives its result."""
        self.assertEqual({source: evaluate(source) for source in results}, results)

    def test_arithmetic(self) -> None:
        """Numbers of one kind."""
        self.assert_all(
            {
                "1 + 2 * 3": "7",
                "-7 / 2": "-3",
                "7u % 4u": "3",
                "1.0 / 0.0": "+Inf",
                "-(1)": "-1",
                "'a' + 'b'": "ab",
                "b'a' + b'b'": "[97 98]",
                "[1] + [2]": "[1, 2]",
                "duration('1h') > duration('59m')": "true",
                "timestamp('2020-01-01T00:00:00Z') + duration('1h')"
                " == timestamp('2020-01-01T01:00:00Z')": "true",
            }
        )

    def test_numbers_of_data(self) -> None:
        """A number of the data is its text."""
        self.assert_all(
            {
                "resp_data.i == '1'": "true",
                "resp_data.i == 1": "false",
                "resp_data.i + '1'": "11",
                "int(resp_data.i) + 1": "2",
                "resp_data.f": "1.50",
                "type(resp_data.i) == string": "true",
                "'1' in resp_data.l": "true",
                "1 in resp_data.l": "false",
                "resp_data.l == ['1', 'a', null, true, '2.5']": "true",
                "(resp_data.l + ['x'])[0]": "1",
            }
        )

    def test_containers(self) -> None:
        """Elements, presence, membership."""
        self.assert_all(
            {
                "req_headers['X-A'][1]": "b",
                "req_headers.exists(h, h == 'X-A')": "true",
                "'X-B' in req_headers": "false",
                "{1: 'a'}[dyn(1.0)]": "a",
                "[1, 2][dyn(1u)]": "2",
                "has(resp_data.m.k) && has(resp_data.m.k.z)": "true",
                "has(resp_data.s.x)": "false",
                "resp_data.m['k'].z": "y",
                "resp_data.e == {}": "true",
                "dyn([true]) == dyn([1])": "false",
            }
        )

    def test_macros(self) -> None:
        """Macros, also inside each other."""
        self.assert_all(
            {
                "[1, 2, 3].filter(x, x > 1).size()": "2",
                "[1, 2].map(x, [x].map(y, x + y))": "[[2], [4]]",
                "[1, 2].map(x, x > 1, x * 2)": "[4]",
                "{'a': 1, 'b': 2}.exists_one(k, k == 'a')": "true",
                "[].all(x, x.foo)": "true",
                "[1].all(x, [2].all(x, x == 2) && x == 1)": "true",
            }
        )

    def test_functions(self) -> None:
        """Strings, conversions, times."""
        self.assert_all(
            {
                "req_params.Id.matches('^[0-9]+$')": "true",
                "size('é')": "1",
                "string(1e6)": "1e+06",
                "bool('T')": "true",
                "int('12') + int(1.9) + int(3u)": "16",
                "double('1.5')": "1.5",
                "bytes('é')": "[195 169]",
                "timestamp(now).getFullYear()": "2026",
                "type(type(1))": "type",
                "dyn('abc').startsWith('a')": "true",
                "google.protobuf.Int32Value{value: 2} + 1": "3",
            }
        )

    def test_errors_that_do_not_matter(self) -> None:
        """A failure does not count where another term decides."""
        self.assert_all(
            {
                "resp_data.x == 1 || true": "true",
                "true || resp_data.x == 1": "true",
                "resp_data.x == 1 && false": "false",
                "resp_data.s && false": "false",
                "resp_completed || true": "true",
                "[1, 2].exists(x, resp_data.x == x || x == 2)": "true",
                "[1, 2].all(x, resp_data.x == x && x != 2)": "false",
            }
        )

    def test_failures(self) -> None:
        """What fails says why."""
        for source, words in (
            ("1 / size(resp_data.e)", "division by zero"),
            ("9223372036854775807 + 1", "integer overflow"),
            ("resp_data.x", "no such key: x"),
            ("resp_data.x.y", "no such key: x"),
            ("has(resp_data.x.y)", "no such key: x"),
            ("req_headers['X-A'][5]", "index out of bounds: 5"),
            ("int('a')", "type conversion error from 'string' to 'int'"),
            ("resp_data.i > 1", "no such overload"),
            ("resp_data.s && true", "no such overload"),
            ("resp_data.s ? 1 : 2", "no such overload"),
            ("dyn(1).size()", "no such overload: size"),
            ("resp_completed", "no such attribute(s): resp_completed"),
            (
                "req_method.matches('(')",
                "error parsing regexp: missing closing ): `(`",
            ),
            ("[1, 2].map(x, resp_data.x)", "no such key: x"),
            ("0.0 / 0.0 < 1.0", "NaN values cannot be ordered"),
        ):
            error = self.assertRaises(CelError, evaluate, source)
            self.assertEqual(str(error), words)


class ExpressionTests(SynchronousTestCase):
    """What is known of an expression."""

    def test_reads(self) -> None:
        """An expression knows the names in it."""
        expression = Expression.of("resp_data.now == 'x'", VARIABLES)
        self.assertTrue(expression.reads("resp_data"))
        self.assertFalse(expression.reads("now"))

    def test_reads_only_what_it_needs(self) -> None:
        """A variable that is not got to is not read."""
        program = Expression.of("req_method == 'GET' || now == ''", VARIABLES).program(
            {"req_method": lambda subject: subject}
        )
        self.assertIs(program("GET"), True)

    def test_evaluations_are_apart(self) -> None:
        """An evaluation leaves nothing to the next one."""
        program = Expression.of("req_headers.a.exists(x, x == 'b')", VARIABLES).program(
            {"req_headers": lambda subject: subject}
        )
        self.assertIs(program({"a": ["b"]}), True)
        self.assertIs(program({"a": []}), False)

    def test_deep(self) -> None:
        """The deepest tree that is allowed is compiled and evaluated."""
        limit = sys.getrecursionlimit()
        source = "(" * 249 + "1" + "+1" * 250 + ")" * 249
        self.assertEqual(evaluate(source), "251")
        self.assertEqual(sys.getrecursionlimit(), limit)

    def test_broken_promise(self) -> None:
        """A list that is not what the checker takes it for fails an evaluation."""
        self.assertRaises(CelError, evaluate, "(resp_data.l + ['x'])[3] < 'a'")
