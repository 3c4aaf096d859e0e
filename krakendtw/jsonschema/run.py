"""Validation by a compiled schema: one frame for each schema and value.

The frames hang together, so that a schema can be asked what led to it: for
dynamic references, and to notice a reference that leads back to itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.go_quote import quote
from krakendtw.jsonschema.problems import (
    At,
    Problem,
    escape_token,
    pointer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.jsonschema.model import Schema


@frozen
class Guide:
    """For the validation of schemas: which dialect each part of one is in.

    :ivar meta: the metaschema in force.
    :ivar dialects: the metaschema of each resource, by its pointer.
    """

    meta: Schema
    dialects: Mapping[str, Schema]


class Frame:
    """The validation of one value by one schema.

    :ivar at: where the value is.
    :ivar parent: what led to this schema.
    :ivar is_same: whether the parent is about the same value.
    :ivar keyword: the reference that led here, if it was one.
    :ivar props: properties that nothing has evaluated; ``None`` if nobody asks.
    :ivar items: items that nothing has evaluated; ``None`` if nobody asks.
    :ivar problems: what was found so far.
    """

    __slots__ = (
        "at",
        "guide",
        "is_same",
        "items",
        "keyword",
        "parent",
        "problems",
        "props",
        "schema",
        "value",
    )

    def __init__(
        self,
        schema: Schema,
        value: Any,
        at: At,
        parent: Frame | None,
        is_same: bool,
        keyword: str = "",
        guide: Guide | None = None,
    ) -> None:
        self.schema = schema
        self.value = value
        self.at = at
        self.parent = parent
        self.is_same = is_same
        self.keyword = keyword
        self.guide = guide
        self.props: set[str] | None = None
        self.items: set[int] | None = None
        self.problems: list[Problem] | None = None

    def add(
        self, words: Callable[[], str], causes: list[Problem] | None = None
    ) -> None:
        """Note that something is wrong."""
        self.note(Problem(self.at, words, causes or ()))

    def note(self, problem: Problem | None) -> None:
        """Keep a problem, if it is one."""
        if problem is None:
            return
        if self.problems is None:
            self.problems = [problem]
        else:
            self.problems.append(problem)

    @property
    def watches(self) -> bool:
        """Whether somebody asks what has been evaluated, and something has not."""
        return bool(self.props) or bool(self.items)


def validate(schema: Schema, value: Any, guide: Guide | None = None) -> Problem | None:
    """What is wrong with a whole document; ``None`` if nothing is."""
    frame = Frame(schema, value, None, None, False, "", guide)
    if schema.watches_props or schema.watches_items:
        _watch(frame, False)
    try:
        return _run(frame)
    except RecursionError:
        return Problem(None, lambda: "nested too deeply")


def validate_part(
    frame: Frame, schema: Schema, value: Any, token: str
) -> Problem | None:
    """What is wrong with a part of the frame's value.

    :param token: its key or index.
    """
    quick = schema.quick.get(type(value))
    if quick is not None:
        for fits in quick:
            if not fits(value):
                break
        else:
            return None
    at = (frame.at, token)
    guide = frame.guide
    if guide is not None and schema is guide.meta:
        schema, guide = _dialect(guide, at)
    inner = Frame(schema, value, at, frame, False, "", guide)
    if schema.watches_props or schema.watches_items:
        _watch(inner, False)
    return _run(inner)


def validate_same(frame: Frame, schema: Schema, keyword: str = "") -> Problem | None:
    """What is wrong with the frame's value by another schema.

    What that one evaluates counts for this one too, if it fits.

    :param keyword: the reference that leads there, if it is one.
    """
    guide = frame.guide
    if guide is not None and schema is guide.meta:
        schema, guide = _dialect(guide, frame.at)
    inner = Frame(schema, frame.value, frame.at, frame, True, keyword, guide)
    wanted = frame.watches
    if wanted or schema.watches_props or schema.watches_items:
        _watch(inner, wanted)
    problem = _run(inner)
    if problem is None and wanted:
        if frame.props:
            frame.props &= inner.props or set()
        if frame.items:
            frame.items &= inner.items or set()
    return problem


def _dialect(guide: Guide, at: At) -> tuple[Schema, Guide]:
    meta = guide.dialects.get(pointer(at))
    if meta is None:
        return guide.meta, guide
    return meta, Guide(meta, guide.dialects)


def _watch(frame: Frame, is_wanted: bool) -> None:
    """Begin with nothing evaluated."""
    schema, value = frame.schema, frame.value
    if type(value) is dict:
        if not schema.sees_all_props and (is_wanted or schema.watches_props):
            frame.props = set(value)
    elif (
        type(value) is list
        and not schema.sees_all_items
        and (is_wanted or schema.watches_items)
    ):
        frame.items = set(range(schema.seen_items, len(value)))


def _run(frame: Frame) -> Problem | None:
    schema = frame.schema
    if schema.always is not None:
        return None if schema.always else Problem(frame.at, lambda: "false schema")
    if frame.is_same:
        before = _same_before(frame)
        if before is not None:
            return _cycle(frame, before)
    for check in schema.first:
        problem = check(frame)
        if problem is not None:
            return None if problem is PASSED else problem
    for step in schema.of_type.get(type(frame.value), ()):
        step(frame)
    for step in schema.last:
        step(frame)
    problems = frame.problems
    if problems is None:
        return None
    if len(problems) == 1:
        return problems[0]
    return Problem(frame.at, lambda: "validation failed", problems, is_group=True)


PASSED = Problem(None, None)
"""What a first check gives to say that the value fits and nothing else counts."""


def _same_before(frame: Frame) -> Frame | None:
    """The frame, further out, of the same schema and the same value."""
    outer = frame
    while outer.is_same and outer.parent is not None:
        outer = outer.parent
        if outer.schema is frame.schema:
            return outer
    return None


def _cycle(frame: Frame, before: Frame) -> Problem:
    here, there = _keywords(frame), _keywords(before)
    location = frame.schema.location
    return Problem(
        frame.at,
        lambda: (
            f"both {here} and {there} resolve to {quote(location)} "
            "causing reference cycle"
        ),
    )


def _keywords(frame: Frame) -> str:
    """The keywords that led to a frame, as a pointer."""
    parts: list[str] = []
    while frame.parent is not None:
        if frame.keyword:
            parts.append(f"/{escape_token(frame.keyword)}")
        else:
            parts.append(frame.schema.location[len(frame.parent.schema.location) :])
        frame = frame.parent
    return "".join(reversed(parts))
