"""Tests of changes of texts in data."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier._text_change import (
    Change,
    compile_changes,
    literal,
    path_of,
    pattern,
    trim,
)
from krakendtw.regex import RegexError


class TextChangeTests(SynchronousTestCase):
    """Single changes, and where they are made."""

    def changed(self, path: str, change: Change, data: Any) -> Any:
        """The data with one change."""
        compile_changes([(path_of(path), change)])(data)
        return data

    def test_path(self) -> None:
        """A path goes through objects; lists are not entered, other values stay."""
        upper = str.upper
        self.assertEqual(self.changed("a.b", upper, {"a": {"b": "x"}})["a"]["b"], "X")
        for data in (
            {"a": [{"b": "x"}]},
            {"a": {"b": 1}},
            {"a": {"b": None}},
            {"a": "b"},
            {"a.b": "x"},
            {},
            [],
        ):
            self.assertEqual(self.changed("a.b", upper, data), data)

    def test_order(self) -> None:
        """A change sees what those before it have made."""
        data = {"a": "abc"}
        path = path_of("a")
        compile_changes([(path, literal("b", "x")), (path, literal("ax", "y"))])(data)
        self.assertEqual(data, {"a": "yc"})

    def test_trim(self) -> None:
        """Any of the characters, at both ends only."""
        self.assertEqual(trim(" -")("- a-b --"), "a-b")

    def test_groups(self) -> None:
        """A reference takes the longest name; one that no group has is empty."""
        change = pattern("(?P<n>[a-z])([0-9])?", "[$n|$2|$nx|${2}x]")
        self.assertEqual(change("a"), "[a|||x]")

    def test_no_pattern(self) -> None:
        """What RE2 does not know is refused."""
        self.assertRaises(RegexError, pattern, "(?=a)", "")
