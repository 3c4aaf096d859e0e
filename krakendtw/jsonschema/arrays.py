"""JSON Schema's checks of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from krakendtw.jsonschema.problems import Problem, count
from krakendtw.jsonschema.run import Frame, validate_part

if TYPE_CHECKING:
    from krakendtw.jsonschema.model import Schema, Step


def check_items(schema: Schema, start: int = 0) -> Step:
    """``items``: one schema for all items from ``start`` on.

    Problems are shown at the place counted from ``start``, as in KrakenD.
    """

    def check(frame: Frame) -> None:
        items = frame.value[start:] if start else frame.value
        for index, item in enumerate(items):
            problem = validate_part(frame, schema, item, str(index))
            if problem is not None:
                frame.note(problem)

    return check


def check_front(schemas: Sequence[Schema]) -> Step:
    """``prefixItems``, or ``items`` with a list: a schema for each at the front."""

    def check(frame: Frame) -> None:
        for index, (schema, item) in enumerate(zip(schemas, frame.value, strict=False)):
            frame.note(validate_part(frame, schema, item, str(index)))

    return check


def check_no_more(front: int) -> Step:
    """``additionalItems`` false."""

    def check(frame: Frame) -> None:
        more = len(frame.value) - front
        if more > 0:
            frame.add(lambda: f"last {count(more)} additionalItem(s) not allowed")

    return check


def check_contains(
    schema: Schema, least: int | None, most: int | None, marks_items: bool
) -> Step:
    """``contains`` with ``minContains`` and ``maxContains``.

    :param marks_items: whether what fits counts as evaluated.
    """

    def check(frame: Frame) -> None:
        problems: list[Problem] = []
        fitting: list[int] = []
        for index, item in enumerate(frame.value):
            problem = validate_part(frame, schema, item, str(index))
            if problem is not None:
                problems.append(problem)
                continue
            fitting.append(index)
            if marks_items and frame.items is not None:
                frame.items.discard(index)
        got = len(fitting)
        places = " ".join(map(str, fitting))
        if least is None:
            if not got:
                frame.add(lambda: "no items match contains schema", problems)
        elif got < least:
            found = f"matched {count(got)} items at {places}" if got else "none matched"
            frame.add(
                lambda: (
                    f"min {count(least)} items required to match contains "
                    f"schema, but {found}"
                ),
                problems,
            )
        if most is not None and got > most:
            frame.add(
                lambda: (
                    f"max {count(most)} items required to match contains "
                    f"schema, but matched {count(got)} items at {places}"
                )
            )

    return check


def check_unevaluated(schema: Schema) -> Step:
    """``unevaluatedItems``."""

    def check(frame: Frame) -> None:
        value = frame.value
        if type(value) is not list:
            return
        if frame.items:
            for index in sorted(frame.items):
                frame.note(validate_part(frame, schema, value[index], str(index)))
        frame.items = None

    return check
