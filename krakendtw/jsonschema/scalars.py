"""JSON Schema's checks of single values: type, const, enum, format, size, range."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from krakendtw.gojson.number import Number
from krakendtw.jsonschema.problems import (
    Problem,
    count,
    decimal,
    quote,
    quote_all,
    show,
)
from krakendtw.jsonschema.values import (
    NUMBERS,
    TYPES,
    Exact,
    as_float,
    exact,
    first_repeated,
    is_multiple,
    is_whole,
    same,
    type_name,
)
from krakendtw.regex import compile_regex

if TYPE_CHECKING:
    from krakendtw.jsonschema.model import First, Step
    from krakendtw.jsonschema.run import Frame

_NAMES = ("null", "boolean", "number", "integer", "string", "array", "object")


@frozen
class Test:
    """A check of a value that needs to know nothing else.

    :ivar fits: whether the value passes.
    :ivar words: what is wrong with one that does not.
    """

    fits: Callable[[Any], bool]
    words: Callable[[Any], str]


def as_first(test: Test) -> First:
    """A check that ends the validation when it fails."""
    fits, words = test.fits, test.words

    def check(frame: Frame) -> Problem | None:
        value = frame.value
        return None if fits(value) else Problem(frame.at, lambda: words(value))

    return check


def as_step(test: Test) -> Step:
    """A check that lets others go on."""
    fits, words = test.fits, test.words

    def check(frame: Frame) -> None:
        value = frame.value
        if not fits(value):
            frame.add(lambda: words(value))

    return check


def python_types(names: Sequence[str]) -> frozenset[type[Any]]:
    """The types of Python's whose every value fits; integers are not among them."""
    return frozenset(kind for kind, name in TYPES.items() if name in names)


def test_type(names: Sequence[str]) -> Test:
    """``type``."""
    fitting = python_types(names)
    takes_whole = "integer" in names
    wanted = " or ".join(name for name in _NAMES if name in names)

    def fits(value: Any) -> bool:
        if type(value) in fitting:
            return True
        return takes_whole and type(value) in NUMBERS and is_whole(value)

    return Test(fits, lambda value: f"got {type_name(value)}, want {wanted}")


def test_const(wanted: Any) -> Test:
    """``const``."""
    if isinstance(wanted, dict | list):
        text = "'const' failed"
    else:
        text = f"value must be {show(wanted)}"
    return Test(lambda value: same(value, wanted), lambda value: text)


def test_enum(wanted: Sequence[Any]) -> Test:
    """``enum``."""
    if any(isinstance(value, dict | list) for value in wanted):
        text = "'enum' failed"
    elif len(wanted) == 1:
        text = f"value must be {show(wanted[0])}"
    else:
        text = f"value must be one of {', '.join(map(show, wanted))}"
    texts = frozenset(value for value in wanted if type(value) is str)
    kinds = {type_name(value) for value in wanted}

    def fits(value: Any) -> bool:
        if type(value) is str:
            return value in texts
        return type_name(value) in kinds and any(same(value, item) for item in wanted)

    return Test(fits, lambda value: text)


def test_format(name: str, complain: Callable[[str], str]) -> Test:
    """``format``, where it is asserted.

    :param complain: what is wrong with a text, empty if nothing is.
    """
    return Test(
        lambda value: type(value) is not str or not complain(value),
        lambda value: f"{show(value)} is not valid {name}: {complain(value)}",
    )


def test_size(keyword: str, limit: int, is_minimum: bool) -> Test:
    """``minLength``, ``maxItems``, ``minProperties`` and their like."""

    def words(value: Any) -> str:
        return f"{keyword}: got {count(len(value))}, want {count(limit)}"

    if is_minimum:
        return Test(lambda value: len(value) >= limit, words)
    return Test(lambda value: len(value) <= limit, words)


def test_pattern(pattern: str) -> Test:
    """``pattern``.

    :raises RegexError: it is none.
    """
    return Test(
        compile_regex(pattern),
        lambda value: f"{quote(value)} does not match pattern {quote(pattern)}",
    )


_RANGES: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
    "multipleOf": is_multiple,
}


def test_range(keyword: str, limit: Exact) -> Test:
    """``minimum`` and its like, and ``multipleOf``."""
    holds = _RANGES[keyword]
    shown = decimal(as_float(limit))

    def fits(value: Any) -> bool:
        return holds(value if type(value) is int else exact(value), limit)

    def words(value: Any) -> str:
        return f"{keyword}: got {decimal(as_float(exact(value)))}, want {shown}"

    return Test(fits, words)


def test_required(names: Sequence[str]) -> Test:
    """``required``."""
    wanted = frozenset(names)

    def fits(value: Any) -> bool:
        return bool(wanted <= value.keys())

    def words(value: Any) -> str:
        missing = [name for name in names if name not in value]
        what = "property" if len(missing) == 1 else "properties"
        return f"missing {what} {quote_all(missing)}"

    return Test(fits, words)


def _repeated(value: Any) -> str:
    first, second = map(count, first_repeated(value) or (0, 0))
    return f"items at {first} and {second} are equal"


UNIQUE: Final = Test(lambda value: first_repeated(value) is None, _repeated)
"""``uniqueItems``."""


def limit_of(value: Any) -> Exact | None:
    """A number of a schema; ``None`` if it is no number."""
    if type(value) is int or type(value) is Number:
        return exact(value)
    return None


def whole_limit_of(value: Any) -> int | None:
    """A whole number of a schema; ``None`` if it is none."""
    number = limit_of(value)
    return int(number) if number is not None and is_whole(value) else None
