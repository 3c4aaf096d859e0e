"""The keywords of one schema, made into checks in the order KrakenD has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.go_quote import quote
from krakendtw.gojson.number import Number
from krakendtw.middleware.validation import (
    _schema_arrays,
    _schema_combined,
    _schema_objects,
    _schema_scalars,
)
from krakendtw.middleware.validation._regex import RegexError, compile_regex
from krakendtw.middleware.validation._schema_formats import FORMATS
from krakendtw.middleware.validation._schema_location import (
    Reference,
    SchemaError,
    append,
    encode_fragment,
    split_fragment,
)
from krakendtw.middleware.validation._schema_model import First, Schema, Step
from krakendtw.middleware.validation._schema_scalars import limit_of, whole_limit_of
from krakendtw.middleware.validation._schema_values import NUMBERS, TYPES

if TYPE_CHECKING:
    from krakendtw.middleware.validation._schema_build import Builder
    from krakendtw.middleware.validation._schema_documents import Document


class Keywords:
    """One schema that is an object.

    :param pointer: where it stands in its document.
    :param values: the object.
    """

    def __init__(
        self, builder: Builder, document: Document, pointer: str, values: dict[str, Any]
    ) -> None:
        self._builder = builder
        self._document = document
        self._pointer = pointer
        self._values = values
        self._dialect = document.resource(pointer).dialect
        self._draft = self._dialect.draft.version

    def into(self, schema: Schema) -> None:
        """Make the checks of a schema.

        :raises SchemaError: a reference or a pattern is none.
        """
        if self._draft < 2019 and "$ref" in self._values:
            target = self._reference("$ref")
            if target is not None:
                # All else is ignored, but for one oversight of KrakenD's library.
                schema.first = (
                    *self._const(),
                    _schema_combined.check_sole_reference(target),
                )
                return
        schema.first = tuple(self._first())
        everywhere = self._everywhere()
        objects = self._objects(schema) if self._has("applicator") else []
        schema.of_type = {
            kind: tuple(steps)
            for kind, steps in (
                (dict, everywhere + self._object_counts() + objects),
                (list, everywhere + self._arrays(schema)),
                (str, everywhere + self._strings()),
                (bool, everywhere),
                (type(None), everywhere),
                *((kind, everywhere + self._numbers()) for kind in NUMBERS),
            )
            if steps
        }
        schema.last = (*self._dynamic(schema), *self._combined(), *self._watching(schema))
        schema.plain_types = self._plain(schema)

    # --- values

    def _has(self, vocabulary: str) -> bool:
        return self._dialect.has(vocabulary)

    def _of(self, kind: type[Any], keyword: str) -> Any:
        """A keyword's value if it is of this type."""
        value = self._values.get(keyword)
        return value if type(value) is kind else None

    def _texts(self, value: Any) -> list[str]:
        return [item for item in value if type(item) is str]

    def _schema(self, *tokens: str | int) -> Schema:
        return self._builder.at(
            self._document.url, append(self._pointer, *tokens)
        )

    def _single(self, keyword: str) -> Schema | None:
        return self._schema(keyword) if keyword in self._values else None

    def _several(self, keyword: str) -> list[Schema]:
        values = self._of(list, keyword) or []
        return [self._schema(keyword, index) for index in range(len(values))]

    def _named(self, keyword: str) -> dict[str, Schema]:
        return {
            name: self._schema(keyword, name) for name in self._of(dict, keyword) or {}
        }

    def _additional(self, keyword: str) -> Schema | bool | None:
        value = self._of(bool, keyword)
        return self._single(keyword) if value is None else value

    def _reference(self, keyword: str) -> Schema | None:
        text = self._of(str, keyword)
        if text is None:
            return None
        return self._builder.refer(self._document, self._pointer, text)

    # --- checks

    def _first(self) -> list[First]:
        checks: list[First] = []
        if self._has("validation"):
            names = self._values.get("type")
            names = [names] if type(names) is str else self._texts(names or [])
            if names:
                checks.append(_schema_scalars.check_type(names))
            checks += self._const()
            values = self._of(list, "enum")
            if values is not None:
                checks.append(_schema_scalars.check_enum(values))
        name = self._of(str, "format")
        asserts = self._builder.asserts_formats or self._dialect.asserts_formats()
        if name in FORMATS and asserts:
            checks.append(_schema_scalars.check_format(name, FORMATS[name]))
        return checks

    def _const(self) -> list[First]:
        if self._draft < 6 or "const" not in self._values:
            return []
        if not self._has("validation"):
            return []
        return [_schema_scalars.check_const(self._values["const"])]

    def _everywhere(self) -> list[Step]:
        target = self._reference("$ref") if self._draft >= 2019 else None
        return [] if target is None else [_schema_combined.check_reference(target)]

    def _sizes(self, least: str, most: str) -> list[tuple[str, int, bool]]:
        if not self._has("validation"):
            return []
        found = []
        for keyword, is_minimum in ((least, True), (most, False)):
            limit = whole_limit_of(self._values.get(keyword))
            if limit is not None:
                found.append((keyword, limit, is_minimum))
        return found

    def _object_counts(self) -> list[Step]:
        sizes = self._sizes("minProperties", "maxProperties")
        steps = [_schema_objects.check_count(*size) for size in sizes]
        names = self._texts(self._of(list, "required") or [])
        if names and self._has("validation"):
            steps.append(_schema_objects.check_required(names))
        return steps

    def _objects(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        for name, value in (self._of(dict, "dependencies") or {}).items():
            steps.append(self._dependency("dependencies", name, value))
        properties = self._named("properties")
        patterns = [
            (self._regex("patternProperties", pattern), inner)
            for pattern, inner in self._named("patternProperties").items()
        ]
        additional = self._additional("additionalProperties")
        schema.sees_all_props = additional is not None
        if properties or patterns or additional is not None:
            steps.append(
                _schema_objects.check_properties(properties, patterns, additional)
            )
        names = self._single("propertyNames") if self._draft >= 6 else None
        if names is not None:
            steps.append(_schema_objects.check_names(names))
        if self._draft >= 2019:
            for name, inner in self._named("dependentSchemas").items():
                steps.append(_schema_objects.check_dependent_schema(name, inner))
            if self._has("validation"):
                for name, value in (self._of(dict, "dependentRequired") or {}).items():
                    wanted = self._texts(value if type(value) is list else [])
                    steps.append(_schema_objects.check_dependent_names(name, wanted))
        return steps

    def _dependency(self, keyword: str, name: str, value: Any) -> Step:
        if type(value) is list:
            return _schema_objects.check_dependent_names(name, self._texts(value))
        return _schema_objects.check_dependent_schema(
            name, self._schema(keyword, name)
        )

    def _arrays(self, schema: Schema) -> list[Step]:
        sizes = self._sizes("minItems", "maxItems")
        steps = [_schema_scalars.check_size(*size) for size in sizes]
        if self._has("validation") and self._of(bool, "uniqueItems"):
            steps.append(_schema_arrays.check_unique)
        if not self._has("applicator"):
            return steps
        if self._draft >= 2020:
            steps += self._items_2020(schema)
        else:
            steps += self._items(schema)
        contains = self._single("contains") if self._draft >= 6 else None
        if contains is not None:
            counts = self._draft >= 2019 and self._has("validation")
            least = whole_limit_of(self._values.get("minContains")) if counts else None
            most = whole_limit_of(self._values.get("maxContains")) if counts else None
            steps.append(
                _schema_arrays.check_contains(contains, least, most, self._draft >= 2020)
            )
        return steps

    def _items_2020(self, schema: Schema) -> list[Step]:
        front = self._several("prefixItems")
        rest = self._single("items")
        schema.seen_items = len(front)
        schema.sees_all_items = rest is not None
        steps: list[Step] = []
        if front:
            steps.append(_schema_arrays.check_front(front))
        if rest is not None:
            steps.append(_schema_arrays.check_items(rest, len(front)))
        return steps

    def _items(self, schema: Schema) -> list[Step]:
        if self._of(list, "items") is None:
            single = self._single("items")
            schema.sees_all_items = single is not None
            return [] if single is None else [_schema_arrays.check_items(single)]
        front = self._several("items")
        rest = self._additional("additionalItems")
        schema.seen_items = len(front)
        schema.sees_all_items = rest is not None
        steps = [_schema_arrays.check_front(front)]
        if rest is False:
            steps.append(_schema_arrays.check_no_more(len(front)))
        elif rest is not None and rest is not True:
            steps.append(_schema_arrays.check_items(rest, len(front)))
        return steps

    def _strings(self) -> list[Step]:
        sizes = self._sizes("minLength", "maxLength")
        steps = [_schema_scalars.check_size(*size) for size in sizes]
        pattern = self._of(str, "pattern")
        if pattern is not None and self._has("validation"):
            self._regex("pattern", pattern)
            steps.append(_schema_scalars.check_pattern(pattern))
        return steps

    def _regex(self, keyword: str, pattern: str) -> Any:
        """A pattern's function.

        :raises SchemaError: it is no pattern.
        """
        try:
            return compile_regex(pattern)
        except RegexError as error:
            pointer = encode_fragment(append(self._pointer, keyword))
            where = quote(f"{self._document.url}#{pointer}")
            raise SchemaError(
                f"invalid regex {quote(pattern)} at {where}: {error}"
            ) from None

    def _numbers(self) -> list[Step]:
        if not self._has("validation"):
            return []
        limits: dict[str, Any] = {}
        for side in ("minimum", "maximum"):
            exclusive = f"exclusive{side.capitalize()}"
            if self._of(bool, exclusive):
                limits[exclusive] = limit_of(self._values.get(side))
            else:
                limits[side] = limit_of(self._values.get(side))
                limits[exclusive] = limit_of(self._values.get(exclusive))
        limits["multipleOf"] = limit_of(self._values.get("multipleOf"))
        return [
            _schema_scalars.check_range(keyword, limits[keyword])
            for keyword in (
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "multipleOf",
            )
            if limits.get(keyword) is not None
        ]

    def _dynamic(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        if self._draft >= 2019:
            schema.recursive_anchor = bool(self._of(bool, "$recursiveAnchor"))
            target = self._reference("$recursiveRef")
            if target is not None:
                steps.append(_schema_combined.check_recursive_reference(target))
        if self._draft >= 2020:
            schema.dynamic_anchor = self._of(str, "$dynamicAnchor") or ""
            target = self._reference("$dynamicRef")
            if target is not None:
                parts: Reference = split_fragment(self._values["$dynamicRef"])
                anchor = "" if parts.is_pointer else parts.fragment
                steps.append(_schema_combined.check_dynamic_reference(target, anchor))
        return steps

    def _combined(self) -> list[Step]:
        if not self._has("applicator"):
            return []
        steps: list[Step] = []
        negated = self._single("not")
        if negated is not None:
            steps.append(_schema_combined.check_not(negated))
        for keyword, make in (
            ("allOf", _schema_combined.check_all),
            ("anyOf", _schema_combined.check_any),
            ("oneOf", _schema_combined.check_one),
        ):
            schemas = self._several(keyword)
            if schemas:
                steps.append(make(schemas))
        condition = self._single("if") if self._draft >= 7 else None
        if condition is not None:
            then, other = self._single("then"), self._single("else")
            steps.append(_schema_combined.check_if(condition, then, other))
        return steps

    def _watching(self, schema: Schema) -> list[Step]:
        """``unevaluatedProperties`` and ``unevaluatedItems``, which come last."""
        vocabulary = "applicator" if self._draft == 2019 else "unevaluated"
        if self._draft < 2019 or not self._has(vocabulary):
            return []
        steps: list[Step] = []
        items = self._single("unevaluatedItems")
        props = self._single("unevaluatedProperties")
        schema.watches_items = items is not None
        schema.watches_props = props is not None
        if props is not None:
            steps.append(_schema_objects.check_unevaluated(props))
        if items is not None:
            steps.append(_schema_arrays.check_unevaluated(items))
        return steps

    def _plain(self, schema: Schema) -> frozenset[type[Any]]:
        """The types of which no value can fail."""
        names = self._values.get("type")
        names = [names] if type(names) is str else self._texts(names or [])
        if schema.last or len(schema.first) > bool(names):
            return frozenset()
        fitting = _schema_scalars.python_types(names) if names else frozenset(TYPES)
        return frozenset(kind for kind in fitting if not schema.of_type.get(kind))


UNUSED = Number
