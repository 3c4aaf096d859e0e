"""Tests of groups and filters."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._tree import parse
from tests.middleware.modifier.martian.exchanges import call, reply


def add(value: str, scope: list[str] | None = None) -> dict[str, Any]:
    """A modifier that leaves a trace."""
    part: dict[str, Any] = {"name": "Trace", "value": value}
    if scope is not None:
        part["scope"] = scope
    return {"header.Append": part}


def broken(value: str) -> dict[str, Any]:
    """A modifier that fails."""
    return {"header.Modifier": {"name": "Content-Length", "value": value}}


class GroupTests(SynchronousTestCase):
    """Several modifiers."""

    def trace(self, raw: Any) -> list[str]:
        """What a request shows of them."""
        message = call()
        side = parse(raw).call
        assert side is not None
        side(message)
        return list(message.all("Trace"))

    def test_fifo(self) -> None:
        """In order, groups inside of groups too."""
        inner = {"fifo.Group": {"modifiers": [add("2"), add("3")]}}
        raw = {"fifo.Group": {"modifiers": [add("1"), inner, add("4")]}}
        self.assertEqual(self.trace(raw), ["1", "2", "3", "4"])

    def test_priority(self) -> None:
        """By number from above, of equals the later one first."""
        items = [
            {"priority": p, "modifier": add(v)}
            for p, v in ((0, "a"), (9, "b"), (5, "c"), (9, "d"))
        ]
        raw = {"priority.Group": {"modifiers": items}}
        self.assertEqual(self.trace(raw), ["d", "b", "c", "a"])

    def test_sides(self) -> None:
        """Each side has the modifiers that work there."""
        raw = {
            "fifo.Group": {"modifiers": [add("q", ["request"]), add("s", ["response"])]}
        }
        self.assertEqual(self.trace(raw), ["q"])
        side = parse(raw).reply
        assert side is not None
        answer = reply()
        side(answer)
        self.assertEqual(answer.all("Trace"), ["s"])

    def test_empty(self) -> None:
        """A group may be empty."""
        self.assertEqual(self.trace({"fifo.Group": {}}), [])

    def test_errors(self) -> None:
        """The first error ends a group, unless it is told to go on."""
        items = [broken("x"), broken("y")]
        error = self.assertRaises(
            PipeError, self.trace, {"fifo.Group": {"modifiers": items}}
        )
        self.assertEqual(str(error), 'strconv.ParseInt: parsing "x": invalid syntax')
        error = self.assertRaises(
            PipeError,
            self.trace,
            {"fifo.Group": {"modifiers": items, "aggregateErrors": True}},
        )
        self.assertEqual(str(error).count("\n"), 1)

    def test_else(self) -> None:
        """A filter's other modifier works where it does not match."""
        raw = {
            "header.Filter": {
                "name": "A",
                "value": "1",
                "modifier": add("y"),
                "else": add("n"),
            }
        }
        self.assertEqual(self.trace(raw), ["n"])


class MistakeTests(SynchronousTestCase):
    """What is no tree."""

    def test_refused(self) -> None:
        """One mistake, and nothing of it is a tree."""
        for raw in (
            {},
            None,
            "x",
            {"a": {}, "b": {}},
            {"method.Filter": {}},
            {"header.Modifier": {"value": 1}},
            {"header.Filter": {"name": "A"}},
            {"header.Filter": {"name": "A", "modifier": add("1"), "else": None}},
            {"fifo.Group": {"modifiers": {}}},
            {"fifo.Group": {"modifiers": [add("1"), {"x": {}}]}},
            {"priority.Group": {"modifiers": [None]}},
            {
                "priority.Group": {
                    "modifiers": [{"priority": 1.5, "modifier": add("1")}]
                }
            },
        ):
            self.assertRaises(Mismatch, parse, raw)

    def test_deep(self) -> None:
        """Too many modifiers inside each other are refused."""
        raw = add("1")
        for _ in range(200):
            raw = {"fifo.Group": {"modifiers": [raw]}}
        self.assertRaises(Mismatch, parse, raw)
