"""JSON Schema's checks of objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from krakendtw.jsonschema.problems import (
    Problem,
    quote,
    quote_all,
)
from krakendtw.jsonschema.run import (
    Frame,
    validate,
    validate_part,
    validate_same,
)

if TYPE_CHECKING:
    from krakendtw.jsonschema.model import Schema, Step


def _missing(value: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in value]


def check_dependent_names(name: str, names: Sequence[str]) -> Step:
    """``dependentRequired``, and ``dependencies`` on names."""

    def check(frame: Frame) -> None:
        if name not in frame.value:
            return
        missing = _missing(frame.value, names)
        if missing:
            frame.add(
                lambda: (
                    f"properties {quote_all(missing)} required, if {quote(name)} exists"
                )
            )

    return check


def check_dependent_schema(name: str, schema: Schema) -> Step:
    """``dependentSchemas``, and ``dependencies`` on schemas."""

    def check(frame: Frame) -> None:
        if name in frame.value:
            frame.note(validate_same(frame, schema))

    return check


def check_properties(
    properties: Mapping[str, Schema],
    patterns: Sequence[tuple[Callable[[str], bool], Schema]],
    additional: Schema | bool | None,
) -> Step:
    """``properties``, ``patternProperties`` and ``additionalProperties``.

    :param additional: for those that the first two say nothing of.
    """

    def check(frame: Frame) -> None:
        unwanted: list[str] = []
        for name, value in frame.value.items():
            schema = properties.get(name)
            is_seen = schema is not None
            if schema is not None:
                problem = validate_part(frame, schema, value, name)
                if problem is not None:
                    frame.note(problem)
            for matches, other in patterns:
                if matches(name):
                    is_seen = True
                    frame.note(validate_part(frame, other, value, name))
            if not is_seen and additional is not None:
                is_seen = True
                if additional is False:
                    unwanted.append(name)
                elif additional is not True:
                    frame.note(validate_part(frame, additional, value, name))
            if is_seen and frame.props is not None:
                frame.props.discard(name)
        if unwanted:
            frame.add(
                lambda: f"additional properties {quote_all(unwanted)} not allowed"
            )

    return check


def check_names(schema: Schema) -> Step:
    """``propertyNames``; a name's problems have no place in the document."""

    def check(frame: Frame) -> None:
        guide = frame.guide
        for name in frame.value:
            problem = validate(schema, name, guide)
            if problem is not None:
                causes = problem.causes if problem.is_group else (problem,)
                frame.note(Problem(None, _about_name(name), causes))

    return check


def _about_name(name: str) -> Callable[[], str]:
    return lambda: f"invalid propertyName {quote(name)}"


def check_unevaluated(schema: Schema) -> Step:
    """``unevaluatedProperties``."""

    def check(frame: Frame) -> None:
        value = frame.value
        if type(value) is not dict:
            return
        if frame.props:
            for name in value:
                if name in frame.props:
                    frame.note(validate_part(frame, schema, value[name], name))
        frame.props = None

    return check
