"""Tests of ``proxy.flatmap_filter``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.proxy.flatmap import compile_flatmap


def run(data: Any, *operations: tuple[str, list[Any]]) -> Any:
    """``data`` after the operations."""
    flatmap = compile_flatmap(
        [{"type": kind, "args": args} for kind, args in operations]
    )
    assert flatmap is not None
    return flatmap(data)


def small() -> dict[str, Any]:
    """Objects and lists."""
    return {
        "id": 7,
        "a": {"b": {"c": 1, "d": 2}, "x": 5},
        "l": [{"k": 1, "m": 2}, {"k": 3, "m": 4}],
    }


class CompileTests(SynchronousTestCase):
    """What counts as an operation."""

    def test_none(self) -> None:
        """Without any entry that has a type there is no flatmap."""
        raw: Any
        for raw in (None, [], {}, "del", [{"args": ["a"]}], ["del"], [{"type": 1}]):
            self.assertIsNone(compile_flatmap(raw))

    def test_unknown(self) -> None:
        """An unknown type does nothing, but is a flatmap all the same."""
        self.assertEqual(small(), run(small(), ("explode", ["id"])))

    def test_no_data(self) -> None:
        """No data stays none, an empty object stays one."""
        self.assertIsNone(run(None, ("del", ["a"])))
        self.assertEqual({}, run({}, ("del", ["*"])))

    def test_no_arguments(self) -> None:
        """Deleting nothing is fine, other operations fail each request."""
        self.assertEqual(small(), run(small(), ("del", [])))
        for kind in ("move", "append"):
            self.assertRaises(PipeError, run, small(), (kind, ["a"]))

    def test_wrong_arguments(self) -> None:
        """Arguments that are no text are empty paths."""
        self.assertEqual(small(), run(small(), ("del", [1]), ("append", [1, "l"])))
        self.assertRaises(PipeError, run, small(), ("move", [1, "a"]))
        self.assertRaises(PipeError, run, small(), ("move", ["a", 1]))


class DeleteTests(SynchronousTestCase):
    """``del``."""

    def test_several(self) -> None:
        """All paths are removed, through lists too."""
        self.assertEqual(
            {"a": {"b": {"c": 1, "d": 2}}, "l": [{"k": 1}, {"k": 3}]},
            run(small(), ("del", ["id", "a.x", "l.*.m", "nope"])),
        )

    def test_everything(self) -> None:
        """Deleting all leaves null."""
        self.assertIsNone(run(small(), ("del", ["*"])))
        self.assertEqual({"l": None}, run({"l": [1]}, ("del", ["l.*"])))


class AppendTests(SynchronousTestCase):
    """``append``."""

    def test_lists(self) -> None:
        """The first list goes to the end of the second."""
        data = {"x": [1, 2], "in": {"y": ["a"]}}
        self.assertEqual(
            {"in": {"y": ["a", 1, 2]}}, run(data, ("append", ["x", "in.y"]))
        )

    def test_empty(self) -> None:
        """Empty lists are lists."""
        self.assertEqual({"y": [1]}, run({"x": [], "y": [1]}, ("append", ["x", "y"])))
        self.assertEqual({"y": [1]}, run({"x": [1], "y": []}, ("append", ["x", "y"])))

    def test_any(self) -> None:
        """Values collected by a star are a list."""
        data = {"x": [0], "o": [{"i": 1, "v": 1}, {"v": 2}]}
        self.assertEqual(
            {"x": [0, 1, None], "o": [{"v": 1}, {"v": 2}]},
            run(data, ("append", ["o.*.i", "x"])),
        )

    def test_not_lists(self) -> None:
        """Anything but two lists is left alone."""
        data = {"x": [1], "s": "t", "o": {"k": 1}}
        for args in (["nope", "x"], ["x", "nope"], ["s", "x"], ["x", "o"]):
            self.assertEqual(data, run(data, ("append", args)))

    def test_to_itself(self) -> None:
        """A list appended to itself is gone."""
        self.assertEqual({"y": 1}, run({"x": [1], "y": 1}, ("append", ["x", "x"])))


class MoveTests(SynchronousTestCase):
    """``move``."""

    def test_rename(self) -> None:
        """At the same depth only the last name changes, in its place."""
        self.assertEqual(
            {"a": {"b": 1, "z": 5}},
            run({"a": {"b": 1, "x": 5}}, ("move", ["a.x", "l.z"])),
        )
        self.assertEqual(
            {"l": [{"key": 1}, {"key": 3}]},
            run({"l": [{"k": 1}, {"k": 3}]}, ("move", ["l.*.k", "l.*.key"])),
        )

    def test_embed(self) -> None:
        """A longer way down is made below the old parent."""
        self.assertEqual(
            {"m": {"i": {"id": 7}}}, run({"id": 7}, ("move", ["id", "m.i.id"]))
        )
        self.assertEqual(
            {"l": [{"in": {"k": 1}}, {"in": {"k": 3}}]},
            run({"l": [{"k": 1}, {"k": 3}]}, ("move", ["l.*.k", "l.*.in.k"])),
        )

    def test_embed_over(self) -> None:
        """What is there already is overwritten."""
        self.assertEqual(
            {"a": {"b": {"c": 7, "d": 2}, "x": 5}},
            run({"id": 7, "a": small()["a"]}, ("move", ["id", "a.b.c"])),
        )

    def test_embed_below_itself(self) -> None:
        """A value may sink below its own old name."""
        self.assertEqual({"a": {"b": 1}}, run({"a": 1}, ("move", ["a", "a.b"])))

    def test_promote(self) -> None:
        """A shorter way leads up."""
        self.assertEqual(
            {"a": {"x": 5}, "b": {"c": 1, "d": 2}},
            run({"a": small()["a"]}, ("move", ["a.b", "b"])),
        )

    def test_promote_several(self) -> None:
        """Of several values at one new place the last one stays."""
        self.assertEqual(
            {"l": [{"m": 2}, {"m": 4}], "k": 3},
            run({"l": small()["l"]}, ("move", ["l.*.k", "k"])),
        )

    def test_promote_with_any(self) -> None:
        """A star in the new path is what the old one's stood for."""
        data = {"l": [{"in": {"k": 1}}, {"in": {"k": 2}}]}
        self.assertEqual(
            {"l": [{"in": None, "k": 1}, {"in": None, "k": 2}]},
            run(data, ("move", ["l.*.in.k", "l.*.k"])),
        )

    def test_promote_to_missing_parent(self) -> None:
        """Where the new way ends early, the value stays there."""
        self.assertEqual(
            {"a": {"b": None}, "z": 1},
            run({"a": {"b": {"c": 1}}}, ("move", ["a.b.c", "nope.z"])),
        )

    def test_promote_from_deep_lists(self) -> None:
        """Out of a list at the fourth level all goes to the last element."""
        data = {"a": {"b": {"c": [{"d": {"k": 1}}, {"d": {"k": 2}}]}}}
        moved = run(data, ("move", ["a.b.c.*.d.k", "a.b.c.*.k"]))
        self.assertEqual({"a": {"b": {"c": [{"d": None}, {"d": None, "k": 2}]}}}, moved)

    def test_element(self) -> None:
        """List elements go by their indexes."""
        self.assertEqual(
            {"l": [1, 3], "second": 2},
            run({"l": [1, 2, 3]}, ("move", ["l.1", "second"])),
        )

    def test_missing(self) -> None:
        """Nothing there, nothing moved; a star at the end is a name."""
        for path in ("nope", "a.nope.z", "l.*", "a.b.c.d"):
            self.assertEqual(small(), run(small(), ("move", [path, "x.y.z.u.v"])))

    def test_sequence(self) -> None:
        """Operations see what those before them did."""
        self.assertEqual(
            {"id": 7, "a": {"b": {"d": 2}, "x": 5}, "x": {"y": 1}},
            run(
                small(),
                ("move", ["a.b.c", "tmp"]),
                ("move", ["tmp", "x.y"]),
                ("del", ["l"]),
            ),
        )
