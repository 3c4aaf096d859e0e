"""Tests of ``krakendtw.middleware.validation._cel_phases``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.gojson.number import Float
from krakendtw.middleware.validation._cel_definitions import Definition
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_phases import (
    AFTER,
    BEFORE,
    ON_TOKEN,
    Kind,
    Phase,
    Stamped,
    compile_phase,
)
from krakendtw.testing import request, response


def phase(kind: Kind, *texts: str) -> Phase:
    """A phase of a list of expressions."""
    definitions = [
        Definition(ConfigPath() / index, text) for index, text in enumerate(texts)
    ]
    return compile_phase(definitions, kind)


class SelectionTests(SynchronousTestCase):
    """Which expressions belong to a phase."""

    def test_letters(self) -> None:
        """Letters anywhere in the text count."""
        for kind, text in (
            (BEFORE, "'required' != ''"),
            (AFTER, "'response' != ''"),
            (ON_TOKEN, "'JWT' != ''"),
        ):
            chosen = [k for k in (BEFORE, AFTER, ON_TOKEN) if phase(k, text).programs]
            self.assertEqual(chosen, [kind])

    def test_none(self) -> None:
        """An expression without letters belongs nowhere."""
        self.assertEqual(phase(BEFORE, "1 > 2", "").lines, ())


class MistakeTests(SynchronousTestCase):
    """What is wrong with an expression drops it, or all."""

    def test_check(self) -> None:
        """A name that does not exist drops one expression."""
        found = phase(BEFORE, "req_body.a == 1", "req_method == 'GET'")
        self.assertEqual(len(found.programs), 1)
        self.assertEqual([one.text for one, _ in found.dropped], ["req_body.a == 1"])
        self.assertEqual(
            found.lines,
            (
                "Parsing expression: req_body.a == 1",
                "error parsing the expression ERROR: <input>:1:1: undeclared "
                "reference to 'req_body' (in container '')\n"
                " | req_body.a == 1\n | ^",
                "Parsing expression: req_method == 'GET'",
            ),
        )

    def test_syntax(self) -> None:
        """A syntax error drops all of the phase, and nothing more is read."""
        found = phase(BEFORE, "req_path == ''", "req_method ==", "req_path != ''")
        self.assertEqual(found.programs, ())
        self.assertIn("Syntax error: mismatched input '<EOF>'", found.failure)
        self.assertEqual(len(found.dropped), 3)
        self.assertEqual(len(found.lines), 2)

    def test_program(self) -> None:
        """So does what no program can be made of."""
        found = phase(AFTER, "resp_data.m[null] == 1")
        self.assertEqual(found.failure, "invalid qualifier type: types.Null")


class VariableTests(SynchronousTestCase):
    """The variables of each phase."""

    def assert_true(self, kind: Kind, subject: object, *texts: str) -> None:
        """Each expression is true for the subject."""
        for text in texts:
            (program,) = phase(kind, text).programs
            self.assertIs(program(subject), True, text)

    def test_request(self) -> None:
        """A request's."""
        asked = request(
            "POST",
            "/a/b",
            headers={"X-A": ["1", "2"]},
            params={"Id": "7"},
            query={"q": ["x"]},
        )
        self.assert_true(
            BEFORE,
            asked,
            "req_method == 'POST'",
            "req_path == '/a/b'",
            "req_params == {'Id': '7'}",
            "req_headers['X-A'] == ['1', '2']",
            "req_querystring.q[0] == 'x'",
        )

    def test_response(self) -> None:
        """A response's; no data is none."""
        data = {"n": 1, "f": Float(1.5), "l": [1]}
        answer = response(data, status=201, headers={"X-A": "1"})
        self.assert_true(
            AFTER,
            answer,
            "resp_completed",
            "resp_metadata_status == 201",
            "resp_metadata_headers == {'X-A': ['1']}",
            "resp_data.n == '1' && resp_data.f == 1.5 && resp_data.l == ['1']",
        )
        answer.data = None
        self.assert_true(AFTER, answer, "size(resp_data) == 0")

    def test_claims(self) -> None:
        """A token's; its numbers are doubles."""
        claims = {"level": 3, "l": ["a"], "o": {"n": 1}}
        self.assert_true(
            ON_TOKEN,
            claims,
            "JWT.level >= 3.0 && JWT.level == 3.0",
            "int(JWT.level) % 2 == 1",
            "JWT.l.exists(x, x == 'a')",
            "type(JWT.o.n) == double",
        )

    def test_other_phases(self) -> None:
        """A variable of another phase fails when it is read."""
        (program,) = phase(BEFORE, "req_method == 'GET' || resp_completed").programs
        self.assertIs(program(request("GET")), True)
        self.assertRaises(CelError, program, request("PUT"))

    def test_now(self) -> None:
        """Only a phase that asks for the time needs it."""
        found = phase(BEFORE, "req_path == now", "req_path == '2'")
        self.assertTrue(found.needs_time)
        subject = Stamped(request(path="2"), "2")
        self.assertEqual([run(subject) for run in found.programs], [True, True])
        self.assertFalse(phase(AFTER, "resp_data.now == ''").needs_time)
