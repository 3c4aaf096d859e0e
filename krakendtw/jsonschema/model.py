"""A compiled schema: a node of a graph, for schemas refer to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import define, field

if TYPE_CHECKING:
    from krakendtw.jsonschema.problems import Problem
    from krakendtw.jsonschema.run import Frame

First: TypeAlias = "Callable[[Frame], Problem | None]"
"""A check that ends the validation by a schema when it fails."""

Step: TypeAlias = "Callable[[Frame], None]"
"""A check that adds what it finds to the frame, so that others go on."""


@define(eq=False)
class Schema:
    """One schema.

    :ivar location: its URL with a pointer.
    :ivar draft: the version of its draft: 4, 6, 7, 2019 or 2020.
    :ivar always: what it says of every value, if it says the same of all.
    :ivar first: checks that come first, in order.
    :ivar of_type: by the type of the value the checks for it.
    :ivar last: checks that combine schemas.
    :ivar quick: by the type of a value the tests that are all there is to pass;
        types that need more, or fit in no case, are not there.
    :ivar resource: the schema with the ``$id`` that it belongs to.
    :ivar recursive_anchor: ``$recursiveAnchor``.
    :ivar dynamic_anchor: ``$dynamicAnchor``.
    :ivar dynamic_anchors: those of its resource, if it is one.
    :ivar watches_props: whether it has ``unevaluatedProperties``.
    :ivar watches_items: whether it has ``unevaluatedItems``.
    :ivar sees_all_props: whether it evaluates every property.
    :ivar sees_all_items: whether it evaluates every item.
    :ivar seen_items: how many items at the front it evaluates.
    """

    location: str
    draft: int = 2020
    always: bool | None = None
    first: tuple[First, ...] = ()
    of_type: dict[type[Any], tuple[Step, ...]] = field(factory=dict, repr=False)
    last: tuple[Step, ...] = ()
    quick: dict[type[Any], tuple[Callable[[Any], bool], ...]] = field(
        factory=dict, repr=False
    )
    resource: Schema | None = field(default=None, repr=False)
    recursive_anchor: bool = False
    dynamic_anchor: str = ""
    dynamic_anchors: dict[str, Schema] = field(factory=dict, repr=False)
    watches_props: bool = False
    watches_items: bool = False
    sees_all_props: bool = False
    sees_all_items: bool = False
    seen_items: int = 0
