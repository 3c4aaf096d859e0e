"""From schema documents to compiled schemas.

Every place that is a schema, or is referred to, becomes one
:class:`~krakendtw.jsonschema.model.Schema`; they are made one
after another, so that they may refer to each other in circles.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from krakendtw.go_quote import quote as go_quote
from krakendtw.jsonschema.combined import check_all
from krakendtw.jsonschema.documents import Document, Documents, Fetch
from krakendtw.jsonschema.keywords import Keywords
from krakendtw.jsonschema.location import (
    Reference,
    SchemaError,
    encode_fragment,
    file_url,
    join,
    look_up,
    split_fragment,
)
from krakendtw.jsonschema.model import Schema
from krakendtw.jsonschema.problems import describe, quote
from krakendtw.jsonschema.reading import Reading
from krakendtw.jsonschema.run import Guide, validate

if TYPE_CHECKING:
    from krakendtw.jsonschema.drafts import Dialect

_NAME = "schema.json"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def compile_schema(value: Any, *, is_known: bool = False) -> Schema:
    """The compiled form of a schema from the configuration.

    :param value: its numbers as Go reads them.
    :param is_known: whether it is known to fit its metaschema.
    :raises SchemaError: it is none, or refers to what cannot be had.
    """
    builder = Builder(trusts=is_known)
    url = file_url(_NAME)
    builder.documents.add(url, value)
    return builder.compile(url)


def compile_at(location: str, fetch: Fetch) -> Schema:
    """The compiled form of a schema that lies somewhere.

    :param location: a URL, or a path from the working directory; what follows a
        ``#`` is the place of the schema in the document.
    :param fetch: how documents of the network are had.
    :raises SchemaError: it is none, or cannot be had.
    """
    reference = split_fragment(location)
    has_scheme = bool(_SCHEME.match(reference.url))
    url = reference.url if has_scheme else file_url(reference.url)
    return Builder(fetch=fetch).compile(url, reference.fragment)


class Builder:
    """One compilation.

    :param fetch: how documents of the network are had; ``None`` if they are not.
    :param trusts: whether documents need not fit their metaschemas.
    :ivar documents: where schemas are looked for.
    :ivar asserts_formats: whether ``format`` refuses in every dialect.
    """

    def __init__(
        self,
        *,
        asserts_formats: bool = False,
        fetch: Fetch | None = None,
        trusts: bool = False,
    ) -> None:
        self.documents = Documents(_trust if trusts else _validate, fetch)
        self.asserts_formats = asserts_formats
        self._schemas: dict[tuple[str, str], Schema] = {}
        self._queue: list[tuple[str, str]] = []

    def compile(self, url: str, fragment: str = "") -> Schema:
        """The schema at a URL, and all that it leads to.

        :param fragment: its pointer or anchor within the document.
        :raises SchemaError: it is none, or refers to what cannot be had.
        """
        document = self.documents.get(url)
        place = document.place(Reference(url, fragment), document.resources[""])
        schema = self.at(document.url, place)
        while self._queue:
            self._build(*self._queue.pop(0))
        return schema

    def at(self, url: str, pointer: str) -> Schema:
        """The schema at a place, built now or later."""
        key = (url, pointer)
        if key not in self._schemas:
            location = f"{url}#{encode_fragment(pointer)}"
            self._schemas[key] = Schema(location)
            self._queue.append(key)
        return self._schemas[key]

    def refer(self, document: Document, pointer: str, text: str) -> Schema:
        """The schema that a reference at a place means.

        :raises SchemaError: there is none.
        """
        reference = join(document.resource(pointer).id, text)
        place = document.find(reference)
        if place is not None:
            return self.at(document.url, place)
        other = self.documents.get(reference.url)
        return self.at(other.url, other.place(reference, other.resources[""]))

    def _build(self, url: str, pointer: str) -> None:
        document = self.documents.get(url)
        self.documents.ensure(document, pointer)
        value = look_up(document.value, Reference(url, pointer))
        resource = document.resource(pointer)
        schema = self._schemas[url, pointer]
        schema.draft = resource.dialect.draft.version
        schema.resource = self.at(url, resource.pointer)
        if schema.draft >= 2020 and schema is schema.resource:
            schema.dynamic_anchors = {
                name: self.at(url, resource.anchors[name]) for name in resource.dynamic
            }
        if isinstance(value, bool):
            schema.always = value
        elif not value and isinstance(value, dict):
            schema.always = True
        elif isinstance(value, dict):
            reading = Reading(self, document, pointer, value)
            Keywords(reading).into(schema)


@cache
def _metaschemas() -> Builder:
    return Builder(asserts_formats=True)


@cache
def metaschema(dialect: Dialect) -> Schema:
    """What every schema of a dialect must fit."""
    draft = dialect.draft
    if dialect.vocabularies is None:
        return _metaschemas().compile(draft.url)
    parts = [
        _metaschemas().compile(draft.vocabulary_url(name))
        for name in dialect.vocabularies
    ]
    schema = Schema("urn:mem:metaschema#", draft.version)
    schema.last = (check_all(parts),)
    schema.resource = schema
    if draft.version >= 2020:
        schema.dynamic_anchor = "meta"
        schema.dynamic_anchors = {"meta": schema}
    return schema


def _trust(document: Document, value: Any, pointer: str) -> None:
    """Take a schema for one."""


def _validate(document: Document, value: Any, pointer: str) -> None:
    """Have a schema fit its metaschema.

    :raises SchemaError: it does not.
    """
    dialects = {
        place: metaschema(resource.dialect)
        for place, resource in document.resources.items()
    }
    meta = metaschema(document.resource(pointer).dialect)
    problem = validate(meta, value, Guide(meta, dialects))
    if problem is None:
        return
    where = go_quote(f"{document.url}#{encode_fragment(pointer)}")
    raise SchemaError(
        f"{where} is not valid against metaschema: jsonschema validation failed "
        f"with {quote(meta.location)}\n{describe(problem)}"
    )
