"""The documents that schemas stand in: their origin, and what is named in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import define, field
from jsonschema_specifications import (  # type: ignore[import-untyped,unused-ignore]
    REGISTRY,
)

from krakendtw.go_quote import quote
from krakendtw.gojson.exact import GoJSONError
from krakendtw.jsonschema.drafts import (
    LATEST,
    Dialect,
    Draft,
    draft_of,
)
from krakendtw.jsonschema.location import (
    Reference,
    SchemaError,
    join,
    look_up,
    split_fragment,
)
from krakendtw.jsonschema.source import parse_document
from krakendtw.jsonschema.values import as_read_by_go

_META = ("http://json-schema.org/", "https://json-schema.org/")

# The metaschemas of KrakenD's library say a little more than the published ones.
_ENUM = {"type": "array", "minItems": 1, "uniqueItems": True}
_AMENDED: dict[str, dict[str, Any]] = {
    "draft-04/schema": {
        "$schema": {"type": "string", "format": "uri"},
        "$ref": {"type": "string"},
    },
    "draft-06/schema": {"enum": _ENUM},
    "draft-07/schema": {"enum": _ENUM},
}


@define
class Resource:
    """A schema with a name of its own, and all in it that has none.

    :ivar pointer: where it stands in its document.
    :ivar id: its URL.
    :ivar anchors: pointers by the names of places in it.
    :ivar dynamic: the names that are dynamic anchors.
    """

    pointer: str
    id: str
    dialect: Dialect
    anchors: dict[str, str] = field(factory=dict)
    dynamic: list[str] = field(factory=list)


@define
class Document:
    """A document with the resources found in it.

    :ivar resources: by pointer.
    :ivar known: the pointers of the schemas that were looked at.
    """

    url: str
    value: Any
    resources: dict[str, Resource] = field(factory=dict)
    known: set[str] = field(factory=set)

    def resource(self, pointer: str) -> Resource:
        """The resource that a place belongs to."""
        while pointer not in self.resources and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.resources[pointer if pointer in self.resources else ""]

    def place(self, reference: Reference, resource: Resource) -> str:
        """The pointer of what a reference means in one of the resources.

        :raises SchemaError: nothing has this name.
        """
        if reference.is_pointer:
            return resource.pointer + reference.fragment
        if reference.fragment not in resource.anchors:
            shown = str(Reference(resource.id, reference.fragment))
            raise SchemaError(
                f"anchor in {quote(shown)} not found in schema {quote(self.url)}"
            )
        return resource.anchors[reference.fragment]

    def find(self, reference: Reference) -> str | None:
        """The pointer of what a reference means; ``None`` if that is elsewhere."""
        if reference.url == self.url:
            return self.place(reference, self.resources[""])
        for resource in self.resources.values():
            if resource.id == reference.url:
                return self.place(reference, resource)
        return None


Validate = Callable[[Document, Any, str], None]

Fetch = Callable[[str], bytes]
"""Gets what is at an ``http`` or ``https`` URL; an OSError says why it cannot."""


class Documents:
    """All documents of one compilation, by URL.

    :param validate: what every document is asked before it is used.
    :param fetch: how documents of the network are had; ``None`` if they are not.
    """

    def __init__(self, validate: Validate, fetch: Fetch | None = None) -> None:
        self._validate = validate
        self._fetch = fetch
        self._values: dict[str, Any] = {}
        self._documents: dict[str, Document] = {}

    def add(self, url: str, value: Any) -> None:
        """A document that need not be loaded."""
        self._values[url] = value

    def get(self, url: str) -> Document:
        """The document of a URL.

        :raises SchemaError: it cannot be had, or it is no schema.
        """
        document = self._documents.get(url)
        if document is None:
            document = Document(url, self._load(url))
            self._collect(document, document.value, url, "", Dialect())
            if not url.startswith(_META):
                self._validate(document, document.value, "")
            self._documents[url] = document
        return document

    def ensure(self, document: Document, pointer: str) -> None:
        """Have a place looked at that no keyword leads to.

        :raises SchemaError: there is no schema.
        """
        if pointer in document.known:
            return
        value = look_up(document.value, Reference(document.url, pointer))
        base = document.resource(pointer)
        self._collect(document, value, base.id, pointer, base.dialect)
        self._validate(document, value, pointer)

    def _load(self, url: str) -> Any:
        if url not in self._values:
            value = _metaschema(url)
            self._values[url] = self._read(url) if value is None else value
        return self._values[url]

    def _read(self, url: str) -> Any:
        scheme = urlsplit(url).scheme
        if self._fetch is None or scheme == "file":
            return _read_file(url)
        try:
            if scheme not in ("http", "https"):
                raise OSError(f"no URLLoader registered for {quote(url)}")
            return parse_document(self._fetch(url))
        except (OSError, GoJSONError) as error:
            raise SchemaError(f"failing loading {quote(url)}: {error}") from error

    def _collect(
        self, document: Document, schema: Any, base: str, pointer: str, around: Dialect
    ) -> None:
        """Note the names in a schema and in those inside it."""
        if pointer in document.known:
            return
        document.known.add(pointer)
        if not isinstance(schema, dict):
            if not pointer:
                document.resources[""] = Resource("", base, around)
            return
        draft = self._draft(schema, f"{document.url}#{pointer}", around.draft)
        has_dialect = isinstance(schema.get("$schema"), str)
        name = draft.own_id(schema)
        if not name and pointer:  # only a named schema has a dialect of its own
            draft, has_dialect = around.draft, False
            name = draft.own_id(schema)
        if name:
            base = join(base, name).url
        if name or not pointer:
            dialect = self._dialect(schema, draft) if has_dialect else around
            _add_resource(document, base, pointer, dialect)
        resource = next(r for r in document.resources.values() if r.id == base)
        _add_anchors(document, schema, pointer, resource)
        for place, inner in draft.schemas_in(schema, pointer):
            self._collect(document, inner, base, place, resource.dialect)

    def _draft(self, schema: Any, where: str, default: Draft) -> Draft:
        """The draft of a schema, through the metaschemas it names."""
        passed: set[str] = set()
        while isinstance(schema, dict) and isinstance(schema.get("$schema"), str):
            draft = draft_of(schema["$schema"])
            if draft is not None:
                return draft
            url = schema["$schema"].partition("#")[0]
            if url == where.partition("#")[0]:
                raise SchemaError(f"draft {quote(url)} is not supported")
            if url in passed:
                raise SchemaError(f"cycle in resolving $schema in {quote(url)}")
            passed.add(url)
            schema = self._load(url)
        return default

    def _dialect(self, schema: dict[str, Any], draft: Draft) -> Dialect:
        """A draft with the vocabularies of the metaschema that a schema names."""
        name = schema["$schema"]
        if draft_of(name) is not None or draft.version < 2019:
            return Dialect(draft)
        url = name.partition("#")[0]
        meta = self._load(url)
        wanted = meta.get("$vocabulary") if isinstance(meta, dict) else None
        if not isinstance(wanted, dict):
            return Dialect(draft)
        found = ["core"]
        prefix = f"{draft.url.removesuffix('schema')}vocab/"
        for vocabulary, is_required in wanted.items():
            short = vocabulary.removeprefix(prefix)
            if is_required is not True:
                continue
            if short not in draft.vocabularies:
                raise SchemaError(
                    f"unsupported vocabulary {quote(vocabulary)} in {quote(url)}"
                )
            found.append(short)
        return Dialect(draft, tuple(dict.fromkeys(found)))


def _add_resource(document: Document, url: str, pointer: str, dialect: Dialect) -> None:
    for resource in document.resources.values():
        if resource.id == url:
            if resource.pointer != pointer:
                raise SchemaError(
                    f"duplicate id {quote(url)} in {quote(document.url)} at "
                    f"{quote(pointer)} and {quote(resource.pointer)}"
                )
            return
    document.resources[pointer] = Resource(pointer, url, dialect)


def _add_anchors(
    document: Document, schema: dict[str, Any], pointer: str, resource: Resource
) -> None:
    """Note the names of places that a schema gives itself."""
    draft = resource.dialect.draft
    names: list[Any] = []
    if draft.version < 2019:
        own = schema.get(draft.id_keyword)
        if "$ref" not in schema and isinstance(own, str):
            reference = split_fragment(own)
            names = [] if reference.is_pointer else [reference.fragment]
    else:
        names = [schema.get("$anchor")]
    if draft.version >= 2020:
        dynamic = schema.get("$dynamicAnchor")
        names.append(dynamic)
        if isinstance(dynamic, str):
            resource.dynamic.append(dynamic)
    for name in names:
        if not isinstance(name, str):
            continue
        before = resource.anchors.setdefault(name, pointer)
        if before != pointer:
            raise SchemaError(
                f"duplicate anchor {quote(name)} in {quote(document.url)} at "
                f"{quote(before)} and {quote(pointer)}"
            )


def _metaschema(url: str) -> Any:
    """The published schema of this URL; ``None`` if it is none of them."""
    for prefix in _META:
        if not url.startswith(prefix):
            continue
        path = url.removeprefix(prefix)
        path = LATEST.path if path == "schema" else path
        for own in _META:
            resource = REGISTRY.get(own + path)
            if resource is not None:
                # A copy of our own, of plain lists and dictionaries.
                value = as_read_by_go(json.loads(json.dumps(resource.contents)))
                value.get("properties", {}).update(_AMENDED.get(path, {}))
                return value
    return None


def _read_file(url: str) -> Any:
    """The document in a file.

    :raises SchemaError: the URL is no file's, or the file cannot be read.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme != "file":
            raise SchemaError(f"failing loading {quote(url)}: invalid file url: {url}")
        with open(unquote(parts.path), "rb") as file:
            return parse_document(file.read())
    except OSError as error:
        words = (error.strerror or "").lower()
        step = "read" if isinstance(error, IsADirectoryError) else "open"
        reason = f"{step} {error.filename}: {words}"
    except (GoJSONError, ValueError) as error:
        reason = str(error)
    raise SchemaError(f"failing loading {quote(url)}: {reason}")
