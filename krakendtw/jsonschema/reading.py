"""The keywords of one schema as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.go_quote import quote
from krakendtw.jsonschema.location import (
    SchemaError,
    append,
    encode_fragment,
)
from krakendtw.regex import RegexError, compile_regex

if TYPE_CHECKING:
    from krakendtw.jsonschema.build import Builder
    from krakendtw.jsonschema.documents import Document
    from krakendtw.jsonschema.model import Schema


class Reading:
    """One schema that is an object.

    :param pointer: where it stands in its document.
    :param values: the object.
    :ivar draft: its draft's number or year.
    :ivar asserts_formats: whether ``format`` is a check.
    """

    def __init__(
        self, builder: Builder, document: Document, pointer: str, values: dict[str, Any]
    ) -> None:
        self._builder = builder
        self._document = document
        self._pointer = pointer
        self.values = values
        self._dialect = document.resource(pointer).dialect
        self.draft = self._dialect.draft.version
        asserts = self._dialect.asserts_formats()
        self.asserts_formats = builder.asserts_formats or asserts

    def has(self, vocabulary: str) -> bool:
        """Whether the dialect has a vocabulary."""
        return self._dialect.has(vocabulary)

    def of(self, kind: type[Any], keyword: str) -> Any:
        """A keyword's value if it is of this type."""
        value = self.values.get(keyword)
        return value if type(value) is kind else None

    def texts(self, value: Any) -> list[str]:
        """The strings among some values."""
        return [item for item in value if type(item) is str]

    def schema(self, *tokens: str | int) -> Schema:
        """The schema at a place below this one."""
        return self._builder.at(self._document.url, append(self._pointer, *tokens))

    def single(self, keyword: str) -> Schema | None:
        """A keyword's schema, if it is there."""
        return self.schema(keyword) if keyword in self.values else None

    def several(self, keyword: str) -> list[Schema]:
        """The schemas of a list."""
        values = self.of(list, keyword) or []
        return [self.schema(keyword, index) for index in range(len(values))]

    def named(self, keyword: str) -> dict[str, Schema]:
        """The schemas of an object."""
        return {
            name: self.schema(keyword, name) for name in self.of(dict, keyword) or {}
        }

    def additional(self, keyword: str) -> Schema | bool | None:
        """A schema, or a plain boolean, which is quicker."""
        value = self.of(bool, keyword)
        return self.single(keyword) if value is None else value

    def reference(self, keyword: str) -> Schema | None:
        """What a keyword refers to."""
        text = self.of(str, keyword)
        if text is None:
            return None
        return self._builder.refer(self._document, self._pointer, text)

    def regex(self, keyword: str, pattern: str) -> Any:
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
