"""Tests of the macros of policies."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import (
    CelCheckError,
    CelError,
    CelSyntaxError,
)
from krakendtw.middleware.validation._cel_macros import COOKIES, cookies_of, expand
from krakendtw.middleware.validation._cel_program import Expression
from krakendtw.middleware.validation._cel_types import (
    DYN,
    STRING,
    Type,
    list_of,
    map_of,
)

LISTS = map_of(STRING, list_of(STRING))
VARIABLES: dict[str, Type] = {
    "req_headers": LISTS,
    "req_querystring": LISTS,
    "req_params": map_of(STRING, STRING),
    COOKIES: map_of(STRING, STRING),
    "data": map_of(STRING, DYN),
}
SUBJECT: dict[str, Any] = {
    "req_headers": {"X-A": ["1", "2"]},
    "req_querystring": {"q": ["x"]},
    "req_params": {"Id": "a1"},
    COOKIES: {"c": "v"},
    "data": {"n": 5, "f": 2.5, "s": "", "l": [1], "o": {}, "z": None, "ip": "10.1.2.3"},
}


def evaluate(text: str) -> Any:
    """What an expression gives."""
    expression = Expression.of(text, VARIABLES, expand)

    def reader(name: str) -> Any:
        return lambda subject: subject[name]

    return expression.program({name: reader(name) for name in VARIABLES})(SUBJECT)


class MacroTests(SynchronousTestCase):
    """What macros stand for."""

    def test_values(self) -> None:
        """Each macro, as a function and where it can be as a method."""
        for text, wanted in (
            ("hasHeader('x-a')", True),
            ("hasHeader('x-b')", False),
            ("getHeader('X-a') == '1'", True),
            ("getHeader('x-b')", ""),
            ("getHeader('x-' + 'b')", ""),
            ("hasQuerystring('q') && !hasQuerystring('Q')", True),
            ("getQuerystring('q') + getQuerystring('r')", "x"),
            ("hasParam('id')", True),
            ("getParam('id')", "a1"),
            ("hasCookie('c') && getCookie('c') == 'v' && getCookie('d') == ''", True),
            ("between(data.n, 5, 6) && data.n.between(4, 5)", True),
            ("data.f.between(2.6, 3.0)", False),
            ("isEmpty(data.nope) && isEmpty(data.s) && data.o.isEmpty()", True),
            ("isEmpty(data.z)", True),
            ("isEmpty(data.n) || isEmpty(data.l)", False),
            ("isEmpty([]) && isEmpty('')", True),
            ("isAlphanumeric(getParam('id')) && !isAlphanumeric('é')", True),
            ("''.isAlphanumeric()", False),
            ("inCIDR(data.ip, '10.0.0.0/8')", True),
            ("'::1'.inCIDR('10.0.0.0/8')", False),
            ("[1, 2].all(i, between(i, 1, 2))", True),
            ("{'a': hasHeader('x-a')}.a ? 1 : 2", 1),
            ("[5].map(i, isEmpty(data.s), i)[0]", 5),
        ):
            self.assertEqual(evaluate(text), wanted, text)

    def test_failures(self) -> None:
        """What is no address, or no text, fails."""
        for text in (
            "inCIDR('x', '10.0.0.0/8')",
            "inCIDR('1.2.3.4', 'x')",
            "isAlphanumeric(data.n)",
        ):
            self.assertRaises(CelError, evaluate, text)

    def test_elsewhere(self) -> None:
        """Outside of policies there are none, by whatever name."""
        for text in ("hasHeader('a')", "isEmpty(data.s)"):
            self.assertRaises(CelCheckError, Expression.of, text, VARIABLES)
        self.assertRaises(CelSyntaxError, Expression.of, "@isEmpty(data.s)", VARIABLES)

    def test_wrong_arguments(self) -> None:
        """With another number of arguments, or of other types, it is no macro."""
        for text in ("hasHeader()", "between(1, 2)", "inCIDR(1, '')", "unknown('x')"):
            self.assertRaises(CelCheckError, Expression.of, text, VARIABLES, expand)


class CookieTests(SynchronousTestCase):
    """Cookies of a request."""

    def test_cookies(self) -> None:
        """By name, the first of several; what is none is passed over."""
        self.assertEqual(
            cookies_of({"Cookie": ['a=1; b="x y";c; =d', "a=2; e=f=g"]}),
            {"a": "1", "b": "x y", "e": "f=g"},
        )
        self.assertEqual(cookies_of({}), {})
