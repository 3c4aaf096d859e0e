"""Tests of ``krakendtw.middleware.validation._cel_parser``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_ast import (
    Call,
    Fold,
    Has,
    Ident,
    ListOf,
    Literal,
    MapOf,
    Message,
    Node,
    Select,
)
from krakendtw.middleware.validation._cel_issues import CelSyntaxError
from krakendtw.middleware.validation._cel_parser import MAX_DEPTH, parse
from krakendtw.middleware.validation._cel_program import _deep_recursion


def shown(node: Node) -> str:
    """A tree with all its parentheses."""
    match node:
        case Literal():
            return repr(node.value)
        case Ident():
            return node.name
        case Select():
            return f"{shown(node.operand)}.{node.name}"
        case Has():
            return f"has({shown(node.operand)}.{node.name})"
        case Call():
            args = ", ".join(map(shown, node.args))
            target = f"{shown(node.target)}." if node.target else ""
            return f"{target}{node.function}({args})"
        case ListOf():
            return f"[{', '.join(map(shown, node.items))}]"
        case MapOf():
            pairs = (f"{shown(key)}: {shown(value)}" for key, value in node.entries)
            return f"{{{', '.join(pairs)}}}"
        case Message():
            fields = ", ".join(f"{n}: {shown(v)}" for _, n, v in node.fields)
            return f"{node.name}{{{fields}}}"
        case Fold():
            parts = [part for part in (node.test, node.result) if part is not None]
            inner = ", ".join(map(shown, parts))
            return f"{shown(node.over)}.{node.kind}!({node.name}, {inner})"


class TreeTests(SynchronousTestCase):
    """What belongs to what."""

    def assert_tree(self, source: str, tree: str) -> None:
        """The tree of a text."""
        self.assertEqual(shown(parse(source)), tree)

    def test_precedence(self) -> None:
        """Operators bind as tightly as CEL says, from the left."""
        self.assert_tree("1 + 2 * 3 - 4", "_-_(_+_(1, _*_(2, 3)), 4)")
        self.assert_tree("1 < 2 == true", "_==_(_<_(1, 2), True)")
        self.assert_tree("a || b && c", "_||_(a, _&&_(b, c))")
        self.assert_tree("1 in x == y", "_==_(@in(1, x), y)")

    def test_logic_is_flat(self) -> None:
        """A row of && is one call; parentheses keep others apart."""
        self.assert_tree("a && b && c", "_&&_(a, b, c)")
        self.assert_tree("(a && b) && c", "_&&_(_&&_(a, b), c)")
        self.assert_tree("a || b || c && d", "_||_(a, b, _&&_(c, d))")

    def test_choice(self) -> None:
        """A choice goes on to the right; in its middle it needs parentheses."""
        self.assert_tree("a ? b : c ? d : e", "_?_:_(a, b, _?_:_(c, d, e))")
        self.assertRaises(CelSyntaxError, parse, "a ? b ? c : d : e")

    def test_signs(self) -> None:
        """A single sign before a number is the number's."""
        self.assert_tree("-1.size()", "-1.size()")
        self.assert_tree("-x.y", "-_(x.y)")
        self.assert_tree("--1", "1")
        self.assert_tree("---x", "-_(x)")
        self.assert_tree("!!x", "x")
        self.assert_tree("!-1", "!_(-1)")
        self.assert_tree("1 - -1", "_-_(1, -1)")
        for source in ("-!x", "!-x", "- -9223372036854775808"):
            self.assertRaises(CelSyntaxError, parse, source)

    def test_members(self) -> None:
        """Fields, calls and elements follow each other."""
        self.assert_tree("a.b[0].c(1, 2)", "_[_](a.b, 0).c(1, 2)")
        self.assert_tree(".a.for", ".a.for")

    def test_containers(self) -> None:
        """A comma may stand at the end of lists, maps and messages, not of calls."""
        self.assert_tree("[1, 2,]", "[1, 2]")
        self.assert_tree("[,]", "[]")
        self.assert_tree("{1: 2,}", "{1: 2}")
        self.assert_tree("{,}", "{}")
        self.assert_tree("a.B{c: 1,}", "a.B{c: 1}")
        for source in ("f(1,)", "[,1]", "[1,,]", "(a.b){c: 1}"):
            self.assertRaises(CelSyntaxError, parse, source)

    def test_macros(self) -> None:
        """Macros are told by name and number of arguments."""
        self.assert_tree("a.all(x, x)", "a.all!(x, x)")
        self.assert_tree("a.map(x, y)", "a.map!(x, y)")
        self.assert_tree("a.map(x, y, z)", "a.map!(x, y, z)")
        self.assert_tree("a.filter(x)", "a.filter(x)")
        self.assert_tree("has(a.b.c)", "has(a.b.c)")
        self.assert_tree("a.has(b)", "a.has(b)")


class MistakeTests(SynchronousTestCase):
    """What is no CEL."""

    def words(self, source: str) -> str:
        """What is said of a text."""
        return self.assertRaises(CelSyntaxError, parse, source).summary

    def test_words(self) -> None:
        """Mistakes have cel-go's words."""
        for source, words in (
            ("a b", "Syntax error: extraneous input 'b' expecting <EOF>"),
            ("a b c", "Syntax error: mismatched input 'b' expecting <EOF>"),
            ("a.true", "Syntax error: mismatched input 'true' expecting IDENTIFIER"),
            ("a.`b`", "unsupported syntax: '`'"),
            ("a.?b", "unsupported syntax '.?'"),
            ("a[?b]", "unsupported syntax '[?'"),
            ("[?b]", "unsupported syntax '?'"),
            ("for", "reserved identifier: for"),
            ("9223372036854775808", "invalid int literal"),
            ("18446744073709551616u", "invalid uint literal"),
            ("1e999", "invalid double literal"),
            ("b'\\u0041'", "unable to unescape string"),
            ("has(a)", "invalid argument to has() macro"),
            ("a.all(b.c, d)", "argument must be a simple name"),
            ("a.map(1, d)", "argument is not an identifier"),
            (
                "a.all(__result__, d)",
                "iteration variable overwrites accumulator variable",
            ),
        ):
            self.assertEqual(self.words(source), words)

    def test_nothing(self) -> None:
        """Nothing is no expression."""
        self.assertIn("mismatched input '<EOF>' expecting {'[', '{'", self.words(""))

    def test_several(self) -> None:
        """Mistakes that do not disturb the grammar are all reported."""
        self.assertEqual(
            self.words("for + has(1)"),
            "reserved identifier: for; invalid argument to has() macro",
        )


class DepthTests(SynchronousTestCase):
    """Nothing is nested deeper than cel-go lets it be."""

    def test_nesting(self) -> None:
        """Parentheses, lists and choices nest so deep and no deeper."""
        for before, after in (("(", ")"), ("[", "]"), ("f(", ")"), ("a?b:", "")):
            with _deep_recursion():
                parse(before * (MAX_DEPTH - 1) + "1" + after * (MAX_DEPTH - 1))
                source = before * MAX_DEPTH + "1" + after * MAX_DEPTH
                error = self.assertRaises(CelSyntaxError, parse, source)
            self.assertEqual(
                error.summary, f"expression recursion limit exceeded: {MAX_DEPTH}"
            )

    def test_operators(self) -> None:
        """So do operators and members."""
        for first, more in (("1", "+1"), ("a", ".a"), ("a", "[1]"), ("a", ".f()")):
            parse(first + more * MAX_DEPTH)
            source = first + more * (MAX_DEPTH + 1)
            error = self.assertRaises(CelSyntaxError, parse, source)
            self.assertEqual(error.summary, "max recursion depth exceeded")

    def test_rows(self) -> None:
        """Rows of && and of signs are not deep."""
        parse("true" + "&&true" * 1000)
        parse("!" * 1000 + "true")
