"""Tests of data as a tree of branches."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.branches import Node

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner)
    ),
    max_leaves=12,
)


def unfold_all(node: Node) -> Node:
    """``node`` with all its branches made."""
    for branch in node.unfold():
        unfold_all(branch)
    return node


class FoldTests(SynchronousTestCase):
    """From data to branches and back."""

    @given(json)
    def test_unfolding_changes_nothing(self, value: Any) -> None:
        """However far a tree is unfolded, it folds to the same value."""
        self.assertEqual(value, Node(value).fold())
        self.assertEqual(value, unfold_all(Node(value)).fold())

    def test_same_name(self) -> None:
        """Of branches with one name the last one counts."""
        node = Node({"a": 1, "b": 2})
        node.unfold()[1].label = "a"
        self.assertEqual({"a": 2}, node.fold())

    def test_source_is_left_alone(self) -> None:
        """The data that a tree was made of does not change with it."""
        data = {"a": [{"b": 1}]}
        node = Node(data)
        node.delete(("a", "0", "b"))
        self.assertEqual({"a": [None]}, node.fold())
        self.assertEqual({"a": [{"b": 1}]}, data)


class DeleteTests(SynchronousTestCase):
    """Removing branches."""

    def check(self, expected: Any, value: Any, *paths: str) -> None:
        """``value`` without what is at ``paths``."""
        node = Node(value)
        for path in paths:
            node.delete(tuple(path.split(".")))
        self.assertEqual(expected, node.fold())

    def test_labels_do_not_shift(self) -> None:
        """A list's elements keep the indexes that they had."""
        self.check([3], [1, 2, 3], "0", "1")
        self.check([2, 3], [1, 2, 3], "0", "0")

    def test_emptied(self) -> None:
        """What lost its last branch is null; what was empty stays so."""
        self.check(
            {"a": None, "e": {}, "l": []}, {"a": {"b": 1}, "e": {}, "l": []}, "a.b"
        )
        self.check(None, [1, 2], "*")

    def test_any(self) -> None:
        """A star goes through all branches."""
        self.check([{"b": 1}, [], 3], [{"a": 1, "b": 1}, [], 3], "*.a")

    def test_missing(self) -> None:
        """What is not there is not removed."""
        self.check({"a": 1}, {"a": 1}, "b", "a.b", "a.*", "*.*.c")


class GetTests(SynchronousTestCase):
    """Reading values."""

    def test_path(self) -> None:
        """A path leads through objects and lists."""
        self.assertEqual(2, Node({"a": [1, {"b": 2}]}).get(("a", "1", "b")))
        self.assertIsNone(Node({"a": [1]}).get(("a", "1")))

    def test_any(self) -> None:
        """A star gives a list, with null for what is missing."""
        node = Node({"a": [{"b": 1}, {"c": 2}, 3]})
        self.assertEqual([1, None, None], node.get(("a", "*", "b")))
        self.assertIsNone(node.get(("a", "2", "*")))


class PutTests(SynchronousTestCase):
    """Writing values."""

    def test_new(self) -> None:
        """Branches on the way are made, a star is a name like others."""
        node = Node({"a": 1})
        node.put(("b", "*"), [1])
        self.assertEqual({"a": 1, "b": {"*": [1]}}, node.fold())

    def test_overlay(self) -> None:
        """What is there already is laid over, not replaced."""
        node = Node({"a": [{"b": 1}, 2, 3]})
        node.put(("a",), [{"c": 2}, {}])
        self.assertEqual({"a": [{"b": 1, "c": 2}, {}, 3]}, node.fold())

    def test_list_that_lost_elements(self) -> None:
        """A list laid over one without its first element gets that one last."""
        node = Node({"a": [1, 2]})
        node.delete(("a", "0"))
        node.put(("a",), [2, 9])
        self.assertEqual({"a": [9, 2]}, node.fold())


class TakeTests(SynchronousTestCase):
    """Taking branches out."""

    def test_first(self) -> None:
        """Of branches with one name the first is taken."""
        node = Node({"a": 1, "b": 2})
        node.unfold()[1].label = "a"
        taken = node.take("a")
        assert taken is not None
        self.assertEqual((1, {"a": 2}), (taken.fold(), node.fold()))

    def test_missing(self) -> None:
        """There may be none."""
        self.assertIsNone(Node({"a": 1}).take("b"))
