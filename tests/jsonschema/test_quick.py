"""Tests of ``krakendtw.jsonschema.quick``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.build import Builder
from krakendtw.jsonschema.quick import (
    array_tests,
    const_tests,
    first_tests,
    number_tests,
    object_tests,
    text_tests,
    type_names,
)
from krakendtw.jsonschema.reading import Reading

URL = "file:///a.json"


def reading(value: Any, draft: str = "") -> Reading:
    """The keywords of a schema that stands alone."""
    if draft:
        value = {"$schema": f"http://json-schema.org/{draft}/schema#", **value}
    builder = Builder()
    builder.documents.add(URL, value)
    return Reading(builder, builder.documents.get(URL), "", value)


class TestsTests(SynchronousTestCase):
    """Tests of values alone."""

    def test_none(self) -> None:
        """Without keywords nothing is asked."""
        made = reading({})
        for tests in (
            *(array_tests, const_tests, first_tests, number_tests),
            *(object_tests, text_tests, type_names),
        ):
            self.assertEqual(tests(made), [])

    def test_order(self) -> None:
        """The type comes first, ``enum`` after ``const``."""
        made = reading({"enum": [1], "const": 1, "type": "integer"})
        self.assertEqual(type_names(made), ["integer"])
        self.assertEqual(
            [[test.fits(value) for value in (1, 2, "a")] for test in first_tests(made)],
            [[True, True, False], [True, False, False], [True, False, False]],
        )

    def test_sizes(self) -> None:
        """The least first, then the most."""
        for tests, name, small, large in (
            (object_tests, "Properties", {}, {"a": 1, "b": 2}),
            (array_tests, "Items", [], [1, 2]),
            (text_tests, "Length", "", "ab"),
        ):
            least, most = tests(reading({f"min{name}": 1, f"max{name}": 1}))
            self.assertEqual((least.fits(small), least.fits(large)), (False, True))
            self.assertEqual((most.fits(small), most.fits(large)), (True, False))

    def test_others(self) -> None:
        """What else there is."""
        (required,) = object_tests(reading({"required": ["a"]}))
        self.assertFalse(required.fits({}))
        (unique,) = array_tests(reading({"uniqueItems": True}))
        self.assertFalse(unique.fits([1, 1]))
        (pattern,) = text_tests(reading({"pattern": "^a"}))
        self.assertFalse(pattern.fits("ba"))
        (multiple,) = number_tests(reading({"multipleOf": 2}))
        self.assertFalse(multiple.fits(3))

    def test_drafts(self) -> None:
        """Limits that are exclusive have two forms; ``const`` has a beginning."""
        old = {"minimum": 5, "exclusiveMinimum": True}
        for made in (reading(old, "draft-04"), reading({"exclusiveMinimum": 5})):
            (limit,) = number_tests(made)
            self.assertEqual((limit.fits(5), limit.fits(6)), (False, True))
        self.assertEqual(const_tests(reading({"const": 1}, "draft-04")), [])
