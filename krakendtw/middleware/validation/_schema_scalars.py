"""JSON Schema's checks of single values: type, const, enum, format, size, range."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from krakendtw.gojson.number import Number
from krakendtw.middleware.validation._regex import compile_regex
from krakendtw.middleware.validation._schema_model import First, Step
from krakendtw.middleware.validation._schema_problems import (
    Problem,
    count,
    decimal,
    quote,
    show,
)
from krakendtw.middleware.validation._schema_run import Frame
from krakendtw.middleware.validation._schema_values import (
    NUMBERS,
    TYPES,
    Exact,
    as_float,
    exact,
    is_multiple,
    is_whole,
    same,
    type_name,
)

_NAMES = ("null", "boolean", "number", "integer", "string", "array", "object")


def python_types(names: Sequence[str]) -> frozenset[type[Any]]:
    """The types of Python's whose every value fits; integers are not among them."""
    return frozenset(kind for kind, name in TYPES.items() if name in names)


def check_type(names: Sequence[str]) -> First:
    """``type``."""
    fitting = python_types(names)
    takes_whole = "integer" in names
    wanted = " or ".join(name for name in _NAMES if name in names)

    def check(frame: Frame) -> Problem | None:
        value = frame.value
        if type(value) in fitting:
            return None
        if takes_whole and type(value) in NUMBERS and is_whole(value):
            return None
        return Problem(frame.at, lambda: f"got {type_name(value)}, want {wanted}")

    return check


def check_const(wanted: Any) -> First:
    """``const``."""
    if isinstance(wanted, dict | list):
        text = "'const' failed"
    else:
        text = f"value must be {show(wanted)}"

    def check(frame: Frame) -> Problem | None:
        if same(frame.value, wanted):
            return None
        return Problem(frame.at, lambda: text)

    return check


def check_enum(wanted: Sequence[Any]) -> First:
    """``enum``."""
    if any(isinstance(value, dict | list) for value in wanted):
        text = "'enum' failed"
    elif len(wanted) == 1:
        text = f"value must be {show(wanted[0])}"
    else:
        text = f"value must be one of {', '.join(map(show, wanted))}"
    texts = frozenset(value for value in wanted if type(value) is str)

    def check(frame: Frame) -> Problem | None:
        value = frame.value
        if type(value) is str:
            if value in texts:
                return None
        elif any(same(value, item) for item in wanted):
            return None
        return Problem(frame.at, lambda: text)

    return check


def check_format(name: str, complain: Callable[[str], str]) -> First:
    """``format``, where it is asserted.

    :param complain: what is wrong with a text, empty if nothing is.
    """

    def check(frame: Frame) -> Problem | None:
        value = frame.value
        if type(value) is not str:
            return None
        complaint = complain(value)
        if not complaint:
            return None
        return Problem(
            frame.at, lambda: f"{show(value)} is not valid {name}: {complaint}"
        )

    return check


def check_size(keyword: str, limit: int, is_minimum: bool) -> Step:
    """``minLength``, ``maxItems`` and their like: how many there are."""
    fails = operator.lt if is_minimum else operator.gt

    def check(frame: Frame) -> None:
        got = len(frame.value)
        if fails(got, limit):
            frame.add(lambda: f"{keyword}: got {count(got)}, want {count(limit)}")

    return check


def check_pattern(pattern: str) -> Step:
    """``pattern``.

    :raises RegexError: it is none.
    """
    matches = compile_regex(pattern)

    def check(frame: Frame) -> None:
        value = frame.value
        if not matches(value):
            frame.add(lambda: f"{quote(value)} does not match pattern {quote(pattern)}")

    return check


_RANGES: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.lt,
    "maximum": operator.gt,
    "exclusiveMinimum": operator.le,
    "exclusiveMaximum": operator.ge,
    "multipleOf": lambda value, step: not is_multiple(value, step),
}


def check_range(keyword: str, limit: Exact) -> Step:
    """``minimum`` and its like, and ``multipleOf``."""
    fails = _RANGES[keyword]

    def check(frame: Frame) -> None:
        value = frame.value
        number = value if type(value) is int else exact(value)
        if fails(number, limit):
            frame.add(
                lambda: (
                    f"{keyword}: got {decimal(as_float(number))}, "
                    f"want {decimal(as_float(limit))}"
                )
            )

    return check


def limit_of(value: Any) -> Exact | None:
    """A number of a schema; ``None`` if it is no number."""
    if type(value) is int or type(value) is Number:
        return exact(value)
    return None


def whole_limit_of(value: Any) -> int | None:
    """A whole number of a schema; ``None`` if it is none."""
    number = limit_of(value)
    return int(number) if number is not None and is_whole(value) else None
