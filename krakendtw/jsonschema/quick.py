"""From keywords to tests: what looks at a value alone, not into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.jsonschema import scalars
from krakendtw.jsonschema.formats import FORMATS
from krakendtw.jsonschema.scalars import (
    Test,
    limit_of,
    whole_limit_of,
)

if TYPE_CHECKING:
    from krakendtw.jsonschema.reading import Reading


def type_names(reading: Reading) -> list[str]:
    """The types that are asked for."""
    if not reading.has("validation"):
        return []
    names = reading.values.get("type")
    return [names] if type(names) is str else reading.texts(names or [])


def first_tests(reading: Reading) -> list[Test]:
    """What is asked of values of all types, in order."""
    tests: list[Test] = []
    names = type_names(reading)
    if names:
        tests.append(scalars.test_type(names))
    tests += const_tests(reading)
    values = reading.of(list, "enum")
    if values is not None and reading.has("validation"):
        tests.append(scalars.test_enum(values))
    name = reading.of(str, "format")
    if name in FORMATS and reading.asserts_formats:
        tests.append(scalars.test_format(name, FORMATS[name]))
    return tests


def const_tests(reading: Reading) -> list[Test]:
    """``const``."""
    if reading.draft < 6 or "const" not in reading.values:
        return []
    if not reading.has("validation"):
        return []
    return [scalars.test_const(reading.values["const"])]


def _sizes(reading: Reading, least: str, most: str) -> list[Test]:
    tests: list[Test] = []
    for keyword, is_minimum in ((least, True), (most, False)):
        limit = whole_limit_of(reading.values.get(keyword))
        if limit is not None and reading.has("validation"):
            tests.append(scalars.test_size(keyword, limit, is_minimum))
    return tests


def object_tests(reading: Reading) -> list[Test]:
    """What is asked of objects as such."""
    tests = _sizes(reading, "minProperties", "maxProperties")
    names = reading.texts(reading.of(list, "required") or [])
    if names and reading.has("validation"):
        tests.append(scalars.test_required(names))
    return tests


def array_tests(reading: Reading) -> list[Test]:
    """What is asked of arrays as such."""
    tests = _sizes(reading, "minItems", "maxItems")
    if reading.has("validation") and reading.of(bool, "uniqueItems"):
        tests.append(scalars.UNIQUE)
    return tests


def text_tests(reading: Reading) -> list[Test]:
    """What is asked of strings."""
    tests = _sizes(reading, "minLength", "maxLength")
    pattern = reading.of(str, "pattern")
    if pattern is not None and reading.has("validation"):
        reading.regex("pattern", pattern)
        tests.append(scalars.test_pattern(pattern))
    return tests


def number_tests(reading: Reading) -> list[Test]:
    """What is asked of numbers."""
    if not reading.has("validation"):
        return []
    limits: dict[str, Any] = {}
    for side in ("minimum", "maximum"):
        exclusive = f"exclusive{side.capitalize()}"
        if reading.of(bool, exclusive):
            limits[exclusive] = limit_of(reading.values.get(side))
        else:
            limits[side] = limit_of(reading.values.get(side))
            limits[exclusive] = limit_of(reading.values.get(exclusive))
    limits["multipleOf"] = limit_of(reading.values.get("multipleOf"))
    return [
        scalars.test_range(keyword, limits[keyword])
        for keyword in (
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        )
        if limits.get(keyword) is not None
    ]
