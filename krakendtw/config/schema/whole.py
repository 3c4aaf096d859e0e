"""One JSON Schema of the whole configuration, put together from its parts.

The frame (root, endpoints, backends) is the core's, in files beside this module; what
may stand in a namespace is declared by its owner
(:class:`~krakendtw.interfaces.ISchemaPlugin`).  Namespaces of KrakenD that nobody owns
have their files in the folder ``namespaces``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from krakendtw.interfaces import IDiscoveryPlugin, IEncodingPlugin, ISchemaPlugin
from krakendtw.jsonschema.problems import escape_token

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from krakendtw.plugin import Registry

Schemas: TypeAlias = Mapping[str, Any]
"""What a namespace declares: schemas by place."""

DIALECT: Final = "https://json-schema.org/draft/2019-09/schema"

PLACES: Final = ("service", "endpoint", "backend", "async_agent", "workflow")
"""Where a namespace may stand."""

_COMMENTS: Final = {"^[@$_#]": True}
"""Keys that anybody may put anywhere."""

_DURATION: Final = {
    "description": "A time: a whole number and a unit (ns, us, ms, s, m, h).",
    "type": "string",
    "pattern": "^[0-9]+(ns|ms|us|µs|s|m|h)$",
}

_FRAME: Final = ("endpoint", "backend", "async_agent", "tls", "client_tls")

_DRIVERS: Final = "async/"
"""What the namespaces begin with of which an async agent needs one."""


def whole_schema(registry: Registry) -> dict[str, Any]:
    """The schema of everything that a configuration may hold.

    :param registry: whose plugins are the owners of namespaces.
    """
    folder = files(__package__)
    definitions: dict[str, Any] = {"duration": _DURATION}
    for name in _FRAME:
        definitions[name] = _read(folder / f"{name}.json")
    declared = declarations(registry)
    for place in PLACES:
        definitions[f"{place}_extra_config"] = _extra_config(place, declared)
    # Where KrakenD's schema has it, which is seen where several things are wrong.
    agent = definitions["async_agent"]["items"]["properties"]["extra_config"]
    del agent["$ref"]
    agent.update(definitions.pop("async_agent_extra_config"))
    for namespace, schemas in declared.items():
        definitions.update(schemas.get("shared", {}))
        for place in PLACES:
            schema = schemas.get(place, "")
            if not isinstance(schema, str) and place not in schemas.get("inline", ()):
                definitions[f"{namespace}@{place}"] = schema
    root = {"$schema": DIALECT, **_read(folder / "service.json")}
    _add_plugins_names((root, *(definitions[name] for name in _FRAME)), registry)
    whole = {**root, "$defs": dict(sorted(definitions.items()))}
    known = {f"#/$defs/{escape_token(name)}" for name in definitions}
    closed: dict[str, Any] = _close(whole, known)
    return closed


def _add_plugins_names(schemas: Iterable[Any], registry: Registry) -> None:
    """Let the formats and the discovery of plugins be named, beside KrakenD's."""
    found: dict[str, list[list[str]]] = {
        "encoding": [],
        "output_encoding": [],
        "sd": [],
    }
    for schema in schemas:
        for name, value in _properties(schema):
            if name in found and isinstance(value, dict) and "enum" in value:
                found[name].append(value["enum"])
    known = {word for lists in found.values() for words in lists for word in words}
    for name, plugin in registry.all(IEncodingPlugin).items():
        if name in known:
            continue
        if plugin.decoder(False) is not None:
            _append(found["encoding"], name)
        if plugin.renderer() is not None:
            _append(found["output_encoding"], name)
    for name in registry.all(IDiscoveryPlugin):
        if name not in known:
            _append(found["sd"], name)


def _append(lists: Iterable[list[str]], name: str) -> None:
    for words in lists:
        words.append(name)


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    """All properties of a schema, at any depth."""
    if isinstance(schema, dict):
        named = schema.get("properties")
        yield from (named if isinstance(named, dict) else {}).items()
        for inner in schema.values():
            yield from _properties(inner)


def declarations(registry: Registry) -> dict[str, Schemas]:
    """What each namespace declares, in the order of their names.

    An owner that declares nothing takes anything, anywhere.
    """
    found: dict[str, Schemas] = dict(_unowned(files(__package__) / "namespaces"))
    for namespace, plugin in registry.middlewares().items():
        schemas = plugin.schemas() if ISchemaPlugin.providedBy(plugin) else None
        found[namespace] = schemas or dict.fromkeys(PLACES, True)
    return dict(sorted(found.items()))


def _unowned(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Schemas]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _unowned(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".json"):
            yield prefix + entry.name.removesuffix(".json"), _read(entry)


def _read(file: Traversable) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def _extra_config(place: str, declared: Mapping[str, Schemas]) -> dict[str, Any]:
    """What may stand in the ``extra_config`` of a place."""
    properties = {}
    for namespace, schemas in declared.items():
        schema = schemas.get(place)
        if schema is None:
            continue
        if place in schemas.get("inline", ()):
            properties[namespace] = (
                schemas[schema] if isinstance(schema, str) else schema
            )
            continue
        home = schema if isinstance(schema, str) else place
        pointer = escape_token(f"{namespace}@{home}")
        properties[namespace] = {"$ref": f"#/$defs/{pointer}"}
    if place != "async_agent":
        return {"type": "object", "properties": properties}
    # Any component of an endpoint may stand beside the driver.
    drivers = [{"required": [name]} for name in properties if name.startswith(_DRIVERS)]
    choice = {"oneOf": drivers} if drivers else {}
    return {**choice, "properties": properties, "additionalProperties": True}


_OF_SCHEMAS = frozenset(("properties", "patternProperties", "$defs"))
_LISTS = frozenset(("oneOf", "anyOf", "allOf"))
_INNER = frozenset(
    ("items", "additionalProperties", "not", "if", "then", "else", "contains")
)


def _close(schema: Any, known: set[str]) -> Any:
    """The schema with its objects closed, and without references to nothing.

    A reference leads to nothing if the namespace that it means has been removed; then
    anything goes.
    """
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in known:
        return {key: schema[key] for key in ("description", "type") if key in schema}
    closed = {key: _close_within(key, value, known) for key, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        patterns = closed.get("patternProperties")
        own = patterns if isinstance(patterns, dict) else {}
        closed["patternProperties"] = {**own, **_COMMENTS}
        closed["additionalProperties"] = False
    return closed


def _close_within(key: str, value: Any, known: set[str]) -> Any:
    if key in _OF_SCHEMAS and isinstance(value, dict):
        return {name: _close(inner, known) for name, inner in value.items()}
    if key in _LISTS and isinstance(value, list):
        return [_close(inner, known) for inner in value]
    return _close(value, known) if key in _INNER else value
