"""JSON Schema's checks that combine schemas: references, all, any, one, not, if."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from krakendtw.jsonschema.problems import Problem, count
from krakendtw.jsonschema.run import (
    PASSED,
    Frame,
    validate_same,
)

if TYPE_CHECKING:
    from krakendtw.jsonschema.model import First, Schema, Step


def check_sole_reference(schema: Schema) -> First:
    """``$ref`` up to draft 7, which makes everything else ineffective."""

    def check(frame: Frame) -> Problem | None:
        return _refer(frame, schema, "$ref") or PASSED

    return check


def check_reference(schema: Schema) -> Step:
    """``$ref`` from draft 2019-09 on, one check among others."""

    def check(frame: Frame) -> None:
        frame.note(_refer(frame, schema, "$ref"))

    return check


def _refer(frame: Frame, schema: Schema, keyword: str) -> Problem | None:
    """What is wrong by a schema referred to; a single cause speaks for itself."""
    problem = validate_same(frame, schema, keyword)
    if problem is None or not problem.is_group:
        return problem
    return Problem(frame.at, lambda: "validation failed", problem.causes)


def check_recursive_reference(schema: Schema) -> Step:
    """``$recursiveRef`` (draft 2019-09)."""

    def check(frame: Frame) -> None:
        target = schema
        if schema.recursive_anchor:
            outer: Frame | None = frame
            while outer is not None:
                resource = outer.schema.resource
                if resource is not None and resource.recursive_anchor:
                    target = outer.schema
                outer = outer.parent
        frame.note(_refer(frame, target, "$recursiveRef"))

    return check


def check_dynamic_reference(schema: Schema, anchor: str) -> Step:
    """``$dynamicRef`` (draft 2020-12).

    :param anchor: empty if the reference is a pointer.
    """

    def check(frame: Frame) -> None:
        target = schema
        if anchor and schema.dynamic_anchor == anchor:
            outer: Frame | None = frame
            while outer is not None:
                resource = outer.schema.resource
                if resource is not None:
                    target = resource.dynamic_anchors.get(anchor, target)
                outer = outer.parent
        frame.note(_refer(frame, target, "$dynamicRef"))

    return check


def check_not(schema: Schema) -> Step:
    """``not``."""

    def check(frame: Frame) -> None:
        if validate_same(frame, schema) is None:
            frame.add(lambda: "'not' failed")

    return check


def check_all(schemas: Sequence[Schema]) -> Step:
    """``allOf``."""

    def check(frame: Frame) -> None:
        problems = [
            problem
            for schema in schemas
            if (problem := validate_same(frame, schema)) is not None
        ]
        if problems:
            frame.add(lambda: "'allOf' failed", problems)

    return check


def check_any(schemas: Sequence[Schema]) -> Step:
    """``anyOf``."""

    def check(frame: Frame) -> None:
        problems: list[Problem] = []
        fits = False
        for schema in schemas:
            problem = validate_same(frame, schema)
            if problem is not None:
                problems.append(problem)
                continue
            fits = True
            # Who asks what has been evaluated must have all of them asked.
            if not frame.watches:
                break
        if not fits:
            frame.add(lambda: "'anyOf' failed", problems)

    return check


def check_one(schemas: Sequence[Schema]) -> Step:
    """``oneOf``."""

    def check(frame: Frame) -> None:
        problems: list[Problem] = []
        fitting = -1
        for index, schema in enumerate(schemas):
            problem = validate_same(frame, schema)
            if problem is not None:
                problems.append(problem)
            elif fitting < 0:
                fitting = index
            else:
                frame.add(_two_fit(fitting, index))
                return
        if fitting < 0:
            frame.add(lambda: "'oneOf' failed, none matched", problems)

    return check


def _two_fit(first: int, second: int) -> Callable[[], str]:
    both = f"{count(first)}, {count(second)}"
    return lambda: f"'oneOf' failed, subschemas {both} matched"


def check_if(condition: Schema, then: Schema | None, other: Schema | None) -> Step:
    """``if``, ``then`` and ``else``."""

    def check(frame: Frame) -> None:
        chosen = then if validate_same(frame, condition) is None else other
        if chosen is not None:
            frame.note(validate_same(frame, chosen))

    return check
