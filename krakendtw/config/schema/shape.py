"""What the schema says of a place: all of its schemas that may speak of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from krakendtw.config.position import Steps
from krakendtw.regex import RegexError, compile_regex

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")


@frozen
class Shape:
    """The schemas of one place.

    :ivar whole: the schema of the document, for references.
    :ivar schemas: those that may speak of the place, references followed.
    """

    whole: Mapping[str, Any]
    schemas: Sequence[Mapping[str, Any]]

    def at(self, steps: Steps) -> Shape:
        """The shape further inside."""
        shape = self
        for step in steps:
            inner = [
                schema
                for around in shape.schemas
                for part in _inside(around, step)
                for schema in _expand(self.whole, part)
            ]
            shape = Shape(self.whole, inner)
        return shape

    def members(self) -> dict[str, Mapping[str, Any]]:
        """The keys that an object may have here, with what is said of them."""
        found: dict[str, Mapping[str, Any]] = {}
        for schema in self.schemas:
            for key, value in _properties(schema).items():
                found.setdefault(key, value if isinstance(value, dict) else {})
        return found

    def takes(self, key: str) -> bool:
        """Whether an object may have this key, a comment or an open one too."""
        return any(
            key in _properties(schema) or _is_open(schema, key)
            for schema in self.schemas
            if "properties" in schema or "additionalProperties" in schema
        )

    def values(self, keyword: str) -> list[Any]:
        """What the schemas say with a keyword."""
        return [schema[keyword] for schema in self.schemas if keyword in schema]

    def description(self) -> str:
        """The first sentence about the place; empty if there is none."""
        return str(next(iter(self.values("description")), ""))


def shape_of(whole: Mapping[str, Any]) -> Shape:
    """The shape of a document's root."""
    return Shape(whole, list(_expand(whole, whole)))


def _properties(
    schema: Mapping[str, Any], keyword: str = "properties"
) -> Mapping[str, Any]:
    """The schemas of properties; none where a stranger wrote something else."""
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def _is_open(schema: Mapping[str, Any], key: str) -> bool:
    patterns = _properties(schema, "patternProperties")
    if any(_fits(pattern, key) for pattern in patterns):
        return True
    return schema.get("additionalProperties", True) is not False


def _fits(pattern: str, key: str) -> bool:
    """Whether a key matches a pattern; of one that is none nothing does."""
    try:
        return compile_regex(pattern)(key)
    except RegexError:
        return False


def _inside(schema: Mapping[str, Any], step: str | int) -> Iterator[Any]:
    """The schemas of a member, or of an item."""
    if isinstance(step, int):
        items = schema.get("items", ())
        if isinstance(items, list):
            yield from items[step : step + 1]
        elif items != ():
            yield items
        return
    if step in _properties(schema):
        yield _properties(schema)[step]
        return
    patterns = _properties(schema, "patternProperties")
    yield from (inner for key, inner in patterns.items() if _fits(key, step))
    yield schema.get("additionalProperties", False)


def _expand(whole: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema, and those that it combines or refers to."""
    pending, seen = [schema], set()
    while pending:
        each = pending.pop(0)
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if "$ref" in each:
            pending.append(_target(whole, each["$ref"]))
        for keyword in _BRANCHES:
            branches = each.get(keyword)
            pending.extend(branches if isinstance(branches, list) else ())


def _target(whole: Mapping[str, Any], reference: Any) -> Any:
    """What a reference within the document means; ``None`` for another one."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    value: Any = whole
    for token in reference.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value.get(key) if isinstance(value, dict) else None
    return value
