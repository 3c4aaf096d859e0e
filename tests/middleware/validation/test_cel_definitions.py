"""Tests of ``krakendtw.middleware.validation._cel_definitions``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.middleware.validation._cel_definitions import (
    Definition,
    read_definitions,
)

WHERE = ConfigPath()


class ReadDefinitionsTests(SynchronousTestCase):
    """The list, read as Go's decoder reads it."""

    def texts(self, raw: Any) -> list[str]:
        """The expressions of a list."""
        return [one.text for one in read_definitions(raw, WHERE)]

    def test_list(self) -> None:
        """Each entry has its expression, its place and its strictness."""
        found = read_definitions(
            [{"check_expr": "a"}, {"check_expr": "b", "strict": True}], WHERE
        )
        self.assertEqual(
            found, (Definition(WHERE / 0, "a"), Definition(WHERE / 1, "b", True))
        )

    def test_empty(self) -> None:
        """Nothing, null entries and null expressions are no mistakes."""
        self.assertEqual(self.texts(None), [])
        self.assertEqual(self.texts([]), [])
        self.assertEqual(self.texts([None, {}, {"check_expr": None}]), ["", "", ""])

    def test_case_of_keys(self) -> None:
        """Keys are found in any case."""
        self.assertEqual(self.texts([{"Check_Expr": "a"}]), ["a"])

    def test_undecodable(self) -> None:
        """What Go cannot decode switches the component off."""
        for raw in (
            {"check_expr": "a"},
            "a",
            5,
            ["a"],
            [[]],
            [{"check_expr": 5}],
            [{"check_expr": "a", "mod_expr": {}}],
        ):
            self.assertRaises(NotConfigured, read_definitions, raw, WHERE)

    def test_strict(self) -> None:
        """With a strict entry it ends the start instead."""
        for raw in (
            {"check_expr": "a", "strict": True},
            [{"check_expr": "a", "strict": True}, 5],
            [{"check_expr": "a", "strict": "yes"}],
        ):
            self.assertRaises(ConfigError, read_definitions, raw, WHERE)
