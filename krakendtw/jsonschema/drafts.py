"""The drafts of JSON Schema: names, vocabularies, and where schemas stand in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from krakendtw.jsonschema.location import append

_EACH, _SELF = "each", "self"

_DRAFT4 = {
    "definitions": (_EACH,),
    "not": (_SELF,),
    "allOf": (_EACH,),
    "anyOf": (_EACH,),
    "oneOf": (_EACH,),
    "properties": (_EACH,),
    "additionalProperties": (_SELF,),
    "patternProperties": (_EACH,),
    "items": (_SELF, _EACH),
    "additionalItems": (_SELF,),
    "dependencies": (_EACH,),
}
_DRAFT6 = {**_DRAFT4, "propertyNames": (_SELF,), "contains": (_SELF,)}
_DRAFT7 = {**_DRAFT6, "if": (_SELF,), "then": (_SELF,), "else": (_SELF,)}
_DRAFT2019 = {
    **_DRAFT7,
    "$defs": (_EACH,),
    "dependentSchemas": (_EACH,),
    "unevaluatedProperties": (_SELF,),
    "unevaluatedItems": (_SELF,),
    "contentSchema": (_SELF,),
}
_DRAFT2020 = {**_DRAFT2019, "prefixItems": (_EACH,)}


@frozen(eq=False)
class Draft:
    """One draft.

    :ivar version: 4, 6, 7, 2019 or 2020.
    :ivar path: of its metaschema's URL below ``json-schema.org/``.
    :ivar id_keyword: the keyword that names a schema.
    :ivar places: keywords whose value is a schema, or holds some.
    :ivar vocabularies: those it knows.
    :ivar default_vocabularies: those in force without a word.
    """

    version: int
    path: str
    id_keyword: str
    places: Mapping[str, tuple[str, ...]]
    vocabularies: tuple[str, ...] = ()
    default_vocabularies: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The URL of its metaschema."""
        scheme = "http" if self.version < 2019 else "https"
        return f"{scheme}://json-schema.org/{self.path}"

    def vocabulary_url(self, name: str) -> str:
        """The URL of a vocabulary's metaschema."""
        return f"{self.url.removesuffix('schema')}meta/{name}"

    def own_id(self, schema: Mapping[str, Any]) -> str:
        """What a schema is called, without a fragment; empty if it has no name."""
        if self.version < 2019 and "$ref" in schema:
            return ""  # everything beside $ref is to be ignored
        name = schema.get(self.id_keyword)
        return name.partition("#")[0] if isinstance(name, str) else ""

    def schemas_in(
        self, schema: Mapping[str, Any], pointer: str
    ) -> Iterator[tuple[str, Any]]:
        """The schemas directly inside one, with their pointers."""
        for keyword, kinds in self.places.items():
            if keyword not in schema:
                continue
            value, place = schema[keyword], append(pointer, keyword)
            if _SELF in kinds:
                yield place, value
            if _EACH in kinds:
                yield from _each(value, place)


def _each(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield append(pointer, key), inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield append(pointer, index), inner


_BASE = ("core", "applicator", "validation")

DRAFTS: Final = (
    Draft(4, "draft-04/schema", "id", MappingProxyType(_DRAFT4)),
    Draft(6, "draft-06/schema", "$id", MappingProxyType(_DRAFT6)),
    Draft(7, "draft-07/schema", "$id", MappingProxyType(_DRAFT7)),
    Draft(
        2019,
        "draft/2019-09/schema",
        "$id",
        MappingProxyType(_DRAFT2019),
        (*_BASE, "meta-data", "format", "content"),
        _BASE,
    ),
    Draft(
        2020,
        "draft/2020-12/schema",
        "$id",
        MappingProxyType(_DRAFT2020),
        (
            *_BASE,
            "unevaluated",
            "meta-data",
            "format-annotation",
            "format-assertion",
            "content",
        ),
        (*_BASE, "unevaluated"),
    ),
)
"""All drafts, oldest first."""

LATEST: Final = DRAFTS[-1]
"""The draft of a schema that does not say which one it is for."""

_BY_PATH = {draft.path: draft for draft in DRAFTS} | {"schema": LATEST}


def draft_of(url: str) -> Draft | None:
    """The draft that ``$schema`` names; ``None`` if it names something else."""
    url, _, fragment = url.partition("#")
    if fragment:
        return None
    for scheme in ("http://", "https://"):
        url = url.removeprefix(scheme)
    host, _, path = url.partition("/")
    return _BY_PATH.get(path) if host == "json-schema.org" else None


@frozen
class Dialect:
    """A draft with the vocabularies that are in force.

    :ivar vocabularies: ``None`` for the draft's own.
    """

    draft: Draft = LATEST
    vocabularies: tuple[str, ...] | None = None

    def has(self, vocabulary: str) -> bool:
        """Whether a vocabulary is in force."""
        if vocabulary == "core" or self.draft.version < 2019:
            return True
        if self.vocabularies is None:
            return vocabulary in self.draft.default_vocabularies
        return vocabulary in self.vocabularies

    def asserts_formats(self) -> bool:
        """Whether ``format`` refuses anything."""
        if self.draft.version < 2019:
            return True
        return self.has("format" if self.draft.version == 2019 else "format-assertion")
