"""Tests of decoding objects by their fields."""
# ruff: noqa: RUF009 - the calls make fields of attrs, not values.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config import fields
from krakendtw.config.weak import Errors, Mismatch
from krakendtw.config.where import ConfigPath


@frozen
class Inner:
    """An object in an object."""

    size: int = fields.count("size")


@frozen
class Outer:
    """One field of each kind."""

    name: str = fields.text("name")
    on: bool = fields.flag("on")
    rate: float = fields.amount("rate")
    wait: float = fields.time("wait")
    tags: tuple[str, ...] = fields.texts("tags")
    ids: tuple[int, ...] = fields.codes("ids")
    words: Mapping[str, str] = fields.names("words")
    rest: Mapping[str, Any] = fields.raw("rest")
    here: Inner = fields.part("here", Inner)
    there: Inner | None = fields.option("there", Inner)
    many: tuple[Inner, ...] = fields.objects("many", Inner)
    some: tuple[Inner, ...] = fields.values("some", Inner)


def decode(data: Any) -> tuple[Outer, Errors]:
    """The object and what is wrong with it."""
    errors: Errors = []
    return fields.object_of(Outer)(data, ConfigPath(), errors), errors


class ObjectTests(SynchronousTestCase):
    """Objects from plain data."""

    def test_absent(self) -> None:
        """What is not written has its empty value, and so has null."""
        outer, errors = decode({"name": None, "here": None, "many": None})
        self.assertEqual(Outer(), outer)
        self.assertEqual(Inner(), outer.here)
        self.assertIsNone(outer.there)
        self.assertEqual([], errors)

    def test_written(self) -> None:
        """Every kind of field is decoded by its own rule."""
        outer, errors = decode(
            {
                "name": 1,
                "on": "true",
                "rate": "1.5",
                "wait": "1m",
                "tags": "one",
                "ids": [1],
                "words": {"a": 1},
                "rest": {"a": {"b": [1]}},
                "here": {"size": "1"},
                "there": {},
                "many": {"size": 2},
                "some": [None, {"size": 3}],
            }
        )
        self.assertEqual([], errors)
        self.assertEqual(
            Outer(
                name="1",
                on=True,
                rate=1.5,
                wait=60.0,
                tags=("one",),
                ids=(1,),
                words={"a": "1"},
                rest={"a": {"b": [1]}},
                here=Inner(1),
                there=Inner(),
                many=(Inner(2),),
                some=(Inner(), Inner(3)),
            ),
            outer,
        )

    def test_capitals(self) -> None:
        """A key is found in any mixture of capitals, but the exact one wins."""
        self.assertEqual("a", decode({"NAME": "a"})[0].name)
        self.assertEqual("b", decode({"NAME": "a", "name": "b", "Name": "c"})[0].name)
        self.assertEqual("a", decode({"NAME": "a", "Name": "c"})[0].name)

    def test_unknown_keys(self) -> None:
        """Unknown keys are ignored."""
        self.assertEqual((Outer(), []), decode({"@comment": "x", "nome": 1}))

    def test_errors_in_order_of_fields(self) -> None:
        """Every bad value is told, in the order of the fields."""
        _, errors = decode(
            {"many": [{"size": "x"}, 1, None], "here": [], "name": {}, "wait": "1"}
        )
        self.assertEqual(
            [
                "$.name",
                "$.wait",
                "$.here",
                "$.many[0].size",
                "$.many[1]",
                "$.many[2]",
            ],
            [str(error.where) for error in errors],
        )
        self.assertEqual('expected a map or struct, got "slice"', errors[2].message)
        self.assertEqual('expected a map or struct, got "float64"', errors[4].message)

    def test_no_object(self) -> None:
        """Anything but an object is refused."""
        self.assertRaises(Mismatch, decode, "x")
