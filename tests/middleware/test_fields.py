"""Tests of fields that are read strictly."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.middleware._fields import Fields


class FieldsTests(SynchronousTestCase):
    """Values and what is said of others."""

    def fields(self, **raw: Any) -> Fields:
        """The fields of an object."""
        return Fields(raw, ConfigPath(("x",)))

    def said(self, fields: Fields) -> str:
        """What is wrong with them."""
        return str(self.assertRaises(ConfigErrors, fields.finish))

    def test_values(self) -> None:
        """Sound values are taken."""
        fields = self.fields(
            t="a", f=True, n=1.5, w=2, d="2s", l=["a"], c="b", i=[1, 2], a={"x": 1}
        )
        self.assertEqual("a", fields.text("t"))
        self.assertIs(True, fields.flag("f"))
        self.assertEqual((1.5, 2), (fields.number("n"), fields.whole("w")))
        self.assertEqual(2_000_000_000, fields.duration_ns("d", 0))
        self.assertEqual(("a",), fields.texts("l"))
        self.assertEqual("b", fields.choice("c", ("a", "b")))
        self.assertEqual([1, 2], [item for _, item in fields.items("i")])
        self.assertEqual({"x": 1}, fields.any("a"))
        fields.finish()

    def test_defaults(self) -> None:
        """Where nothing, or null, is written the default holds."""
        fields = self.fields(t=None)
        self.assertEqual("d", fields.text("t", "d"))
        self.assertEqual(
            (3.0, 4, 5),
            (fields.number("n", 3), fields.whole("w", 4), fields.duration_ns("d", 5)),
        )
        self.assertEqual(
            ((), [], True),
            (fields.texts("l"), fields.items("i"), fields.flag("f", True)),
        )
        fields.finish()

    def test_wrong_types(self) -> None:
        """Each type says what it wants, and all of it is said at once."""
        fields = self.fields(t=1, f="x", n="1", w=1.5, d=5, l=[1], c="z", i={})
        fields.text("t"), fields.flag("f"), fields.number("n"), fields.whole("w")
        fields.duration_ns("d", 0), fields.texts("l"), fields.items("i")
        fields.choice("c", ("a",))
        lines = self.said(fields).splitlines()
        self.assertEqual(
            [f"$.x.{key}" for key in "tfnwdlic"], [line.split(":")[0] for line in lines]
        )

    def test_truth_is_no_number(self) -> None:
        """True is not 1."""
        fields = self.fields(n=True)
        fields.number("n")
        self.assertIn("a truth value found", self.said(fields))

    def test_least(self) -> None:
        """A number has a least value."""
        fields = self.fields(n=-1)
        self.assertEqual(0, fields.whole("n"))
        self.assertIn("at least 0", self.said(fields))

    def test_required(self) -> None:
        """What must be there is missed, also if it is empty."""
        fields = self.fields(a="")
        fields.text("a", required=True)
        fields.text("b", required=True)
        fields.texts("c", required=True)
        self.assertEqual(3, len(self.said(fields).splitlines()))

    def test_unknown_keys(self) -> None:
        """Unknown keys are mistakes unless they are comments."""
        fields = self.fields(**{"@a": 1, "$b": 1, "_c": 1, "#d": 1, "e": 1})
        self.assertEqual("$.x.e: no such key", self.said(fields))

    def test_open(self) -> None:
        """Where others read the same object unknown keys are theirs."""
        self.fields(e=1).finish(closed=False)

    def test_no_object(self) -> None:
        """What is no object has no fields."""
        for raw in (None, [1], "x", 5, True):
            self.assertRaises(ConfigError, Fields, raw, ConfigPath())
