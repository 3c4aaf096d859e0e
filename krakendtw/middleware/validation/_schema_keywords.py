"""The keywords of one schema, made into checks in the order KrakenD has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.go_quote import quote
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
from krakendtw.middleware.validation._schema_scalars import (
    Test,
    limit_of,
    whole_limit_of,
)
from krakendtw.middleware.validation._schema_values import NUMBERS, TYPES

if TYPE_CHECKING:
    from krakendtw.middleware.validation._schema_build import Builder
    from krakendtw.middleware.validation._schema_documents import Document
    from krakendtw.middleware.validation._schema_model import Schema, Step


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
                    *map(_schema_scalars.as_first, self._const()),
                    _schema_combined.check_sole_reference(target),
                )
                return
        first = self._first()
        tests: dict[type[Any], list[Test]] = {
            dict: self._object_tests(),
            list: self._array_tests(),
            str: self._text_tests(),
            **dict.fromkeys(NUMBERS, self._number_tests()),
        }
        everywhere = self._everywhere()
        steps: dict[type[Any], list[Step]] = {
            dict: self._objects(schema),
            list: self._arrays(schema),
        }
        schema.first = tuple(map(_schema_scalars.as_first, first))
        for kind in TYPES:
            of_type = [
                *everywhere,
                *map(_schema_scalars.as_step, tests.get(kind, [])),
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
        names = self._type_names()
        if names:
            is_number = kind in NUMBERS and "integer" in names
            if kind in _schema_scalars.python_types(names):
                tests = tests[1:]  # the type itself is what we have come by
            elif not is_number:
                return
        schema.quick[kind] = tuple(test.fits for test in tests)

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
        return self._builder.at(self._document.url, append(self._pointer, *tokens))

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

    def _type_names(self) -> list[str]:
        if not self._has("validation"):
            return []
        names = self._values.get("type")
        return [names] if type(names) is str else self._texts(names or [])

    def _first(self) -> list[Test]:
        tests: list[Test] = []
        names = self._type_names()
        if names:
            tests.append(_schema_scalars.test_type(names))
        tests += self._const()
        values = self._of(list, "enum")
        if values is not None and self._has("validation"):
            tests.append(_schema_scalars.test_enum(values))
        name = self._of(str, "format")
        asserts = self._builder.asserts_formats or self._dialect.asserts_formats()
        if name in FORMATS and asserts:
            tests.append(_schema_scalars.test_format(name, FORMATS[name]))
        return tests

    def _const(self) -> list[Test]:
        if self._draft < 6 or "const" not in self._values:
            return []
        if not self._has("validation"):
            return []
        return [_schema_scalars.test_const(self._values["const"])]

    def _everywhere(self) -> list[Step]:
        target = self._reference("$ref") if self._draft >= 2019 else None
        return [] if target is None else [_schema_combined.check_reference(target)]

    def _sizes(self, least: str, most: str) -> list[Test]:
        tests: list[Test] = []
        for keyword, is_minimum in ((least, True), (most, False)):
            limit = whole_limit_of(self._values.get(keyword))
            if limit is not None and self._has("validation"):
                tests.append(_schema_scalars.test_size(keyword, limit, is_minimum))
        return tests

    def _object_tests(self) -> list[Test]:
        tests = self._sizes("minProperties", "maxProperties")
        names = self._texts(self._of(list, "required") or [])
        if names and self._has("validation"):
            tests.append(_schema_scalars.test_required(names))
        return tests

    def _array_tests(self) -> list[Test]:
        tests = self._sizes("minItems", "maxItems")
        if self._has("validation") and self._of(bool, "uniqueItems"):
            tests.append(_schema_scalars.UNIQUE)
        return tests

    def _objects(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
        if not self._has("applicator"):
            return self._dependent_names()
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
        return steps + self._dependent_names()

    def _dependent_names(self) -> list[Step]:
        """``dependentRequired``."""
        if self._draft < 2019 or not self._has("validation"):
            return []
        return [
            _schema_objects.check_dependent_names(
                name, self._texts(value if type(value) is list else [])
            )
            for name, value in (self._of(dict, "dependentRequired") or {}).items()
        ]

    def _dependency(self, keyword: str, name: str, value: Any) -> Step:
        if type(value) is list:
            return _schema_objects.check_dependent_names(name, self._texts(value))
        return _schema_objects.check_dependent_schema(name, self._schema(keyword, name))

    def _arrays(self, schema: Schema) -> list[Step]:
        steps: list[Step] = []
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
                _schema_arrays.check_contains(
                    contains, least, most, self._draft >= 2020
                )
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
        steps: list[Step] = [_schema_arrays.check_front(front)]
        if rest is False:
            steps.append(_schema_arrays.check_no_more(len(front)))
        elif rest is not None and rest is not True:
            steps.append(_schema_arrays.check_items(rest, len(front)))
        return steps

    def _text_tests(self) -> list[Test]:
        tests = self._sizes("minLength", "maxLength")
        pattern = self._of(str, "pattern")
        if pattern is not None and self._has("validation"):
            self._regex("pattern", pattern)
            tests.append(_schema_scalars.test_pattern(pattern))
        return tests

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

    def _number_tests(self) -> list[Test]:
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
            _schema_scalars.test_range(keyword, limits[keyword])
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
