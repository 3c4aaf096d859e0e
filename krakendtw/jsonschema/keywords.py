"""The keywords of one schema, made into checks in the order KrakenD has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.jsonschema import (
    arrays,
    combined,
    objects,
    scalars,
)
from krakendtw.jsonschema.location import (
    Reference,
    split_fragment,
)
from krakendtw.jsonschema.quick import (
    array_tests,
    const_tests,
    first_tests,
    number_tests,
    object_tests,
    text_tests,
    type_names,
)
from krakendtw.jsonschema.scalars import (
    Test,
    whole_limit_of,
)
from krakendtw.jsonschema.values import NUMBERS, TYPES

if TYPE_CHECKING:
    from krakendtw.jsonschema.model import Schema, Step
    from krakendtw.jsonschema.reading import Reading


class Keywords:
    """Makes the checks of one schema that is an object."""

    def __init__(self, reading: Reading) -> None:
        self._own = reading

    def into(self, schema: Schema) -> None:
        """Make the checks of a schema.

        :raises SchemaError: a reference or a pattern is none.
        """
        if self._own.draft < 2019 and "$ref" in self._own.values:
            target = self._own.reference("$ref")
            if target is not None:
                # All else is ignored, but for one oversight of KrakenD's library.
                schema.first = (
                    *map(scalars.as_first, const_tests(self._own)),
                    combined.check_sole_reference(target),
                )
                return
        first = first_tests(self._own)
        tests: dict[type[Any], list[Test]] = {
            dict: object_tests(self._own),
            list: array_tests(self._own),
            str: text_tests(self._own),
            **dict.fromkeys(NUMBERS, number_tests(self._own)),
        }
        everywhere = self._everywhere()
        steps: dict[type[Any], list[Step]] = {
            dict: self._objects(schema),
            list: self._arrays(schema),
        }
        schema.first = tuple(map(scalars.as_first, first))
        for kind in TYPES:
            of_type = [
                *everywhere,
                *map(scalars.as_step, tests.get(kind, [])),
                *steps.get(kind, []),
            ]
            if of_type:
                schema.of_type[kind] = tuple(of_type)
        schema.last = (
            *self._dynamic(schema),
            *self._combined(),
            *self._watching(schema),
        )
        if not everywhere and not schema.last:
            for kind in TYPES:
                if not steps.get(kind):
                    self._make_quick(schema, kind, [*first, *tests.get(kind, [])])

    def _make_quick(self, schema: Schema, kind: type[Any], tests: list[Test]) -> None:
        """Note the tests of a type of which nothing else is asked."""
        names = type_names(self._own)
        if names:
            is_number = kind in NUMBERS and "integer" in names
            if kind in scalars.python_types(names):
                tests = tests[1:]  # the type itself is what we have come by
            elif not is_number:
                return
        schema.quick[kind] = tuple(test.fits for test in tests)

    # --- checks

    def _everywhere(self) -> list[Step]:
        target = self._own.reference("$ref") if self._own.draft >= 2019 else None
        return [] if target is None else [combined.check_reference(target)]

    def _objects(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        if not self._own.has("applicator"):
            return self._dependent_names()
        for name, value in (self._own.of(dict, "dependencies") or {}).items():
            steps.append(self._dependency("dependencies", name, value))
        properties = self._own.named("properties")
        patterns = [
            (self._own.regex("patternProperties", pattern), inner)
            for pattern, inner in self._own.named("patternProperties").items()
        ]
        additional = self._own.additional("additionalProperties")
        schema.sees_all_props = additional is not None
        if properties or patterns or additional is not None:
            steps.append(objects.check_properties(properties, patterns, additional))
        names = self._own.single("propertyNames") if self._own.draft >= 6 else None
        if names is not None:
            steps.append(objects.check_names(names))
        if self._own.draft >= 2019:
            for name, inner in self._own.named("dependentSchemas").items():
                steps.append(objects.check_dependent_schema(name, inner))
        return steps + self._dependent_names()

    def _dependent_names(self) -> list[Step]:
        """``dependentRequired``."""
        if self._own.draft < 2019 or not self._own.has("validation"):
            return []
        return [
            objects.check_dependent_names(
                name, self._own.texts(value if type(value) is list else [])
            )
            for name, value in (self._own.of(dict, "dependentRequired") or {}).items()
        ]

    def _dependency(self, keyword: str, name: str, value: Any) -> Step:
        if type(value) is list:
            return objects.check_dependent_names(name, self._own.texts(value))
        return objects.check_dependent_schema(name, self._own.schema(keyword, name))

    def _arrays(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        if not self._own.has("applicator"):
            return steps
        if self._own.draft >= 2020:
            steps += self._items_2020(schema)
        else:
            steps += self._items(schema)
        contains = self._own.single("contains") if self._own.draft >= 6 else None
        if contains is not None:
            counts = self._own.draft >= 2019 and self._own.has("validation")
            least = (
                whole_limit_of(self._own.values.get("minContains")) if counts else None
            )
            most = (
                whole_limit_of(self._own.values.get("maxContains")) if counts else None
            )
            steps.append(
                arrays.check_contains(contains, least, most, self._own.draft >= 2020)
            )
        return steps

    def _items_2020(self, schema: Schema) -> list[Step]:
        front = self._own.several("prefixItems")
        rest = self._own.single("items")
        schema.seen_items = len(front)
        schema.sees_all_items = rest is not None
        steps: list[Step] = []
        if front:
            steps.append(arrays.check_front(front))
        if rest is not None:
            steps.append(arrays.check_items(rest, len(front)))
        return steps

    def _items(self, schema: Schema) -> list[Step]:
        if self._own.of(list, "items") is None:
            single = self._own.single("items")
            schema.sees_all_items = single is not None
            return [] if single is None else [arrays.check_items(single)]
        front = self._own.several("items")
        rest = self._own.additional("additionalItems")
        schema.seen_items = len(front)
        schema.sees_all_items = rest is not None
        steps: list[Step] = [arrays.check_front(front)]
        if rest is False:
            steps.append(arrays.check_no_more(len(front)))
        elif rest is not None and rest is not True:
            steps.append(arrays.check_items(rest, len(front)))
        return steps

    def _dynamic(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        if self._own.draft >= 2019:
            schema.recursive_anchor = bool(self._own.of(bool, "$recursiveAnchor"))
            target = self._own.reference("$recursiveRef")
            if target is not None:
                steps.append(combined.check_recursive_reference(target))
        if self._own.draft >= 2020:
            schema.dynamic_anchor = self._own.of(str, "$dynamicAnchor") or ""
            target = self._own.reference("$dynamicRef")
            if target is not None:
                parts: Reference = split_fragment(self._own.values["$dynamicRef"])
                anchor = "" if parts.is_pointer else parts.fragment
                steps.append(combined.check_dynamic_reference(target, anchor))
        return steps

    def _combined(self) -> list[Step]:
        if not self._own.has("applicator"):
            return []
        steps: list[Step] = []
        negated = self._own.single("not")
        if negated is not None:
            steps.append(combined.check_not(negated))
        for keyword, make in (
            ("allOf", combined.check_all),
            ("anyOf", combined.check_any),
            ("oneOf", combined.check_one),
        ):
            schemas = self._own.several(keyword)
            if schemas:
                steps.append(make(schemas))
        condition = self._own.single("if") if self._own.draft >= 7 else None
        if condition is not None:
            then, other = self._own.single("then"), self._own.single("else")
            steps.append(combined.check_if(condition, then, other))
        return steps

    def _watching(self, schema: Schema) -> list[Step]:
        """``unevaluatedProperties`` and ``unevaluatedItems``, which come last."""
        vocabulary = "applicator" if self._own.draft == 2019 else "unevaluated"
        if self._own.draft < 2019 or not self._own.has(vocabulary):
            return []
        steps: list[Step] = []
        items = self._own.single("unevaluatedItems")
        props = self._own.single("unevaluatedProperties")
        schema.watches_items = items is not None
        schema.watches_props = props is not None
        if props is not None:
            steps.append(objects.check_unevaluated(props))
        if items is not None:
            steps.append(arrays.check_unevaluated(items))
        return steps
