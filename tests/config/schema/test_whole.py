"""Tests of putting the configuration's schema together."""

from __future__ import annotations

from typing import Any

from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from krakendtw.config.schema.whole import PLACES, declarations, whole_schema
from krakendtw.interfaces import IMiddlewarePlugin, ISchemaPlugin
from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.values import as_read_by_go
from krakendtw.plugin import DiscoveryMaker, EncodingMaker, Registry


@implementer(IPlugin, IMiddlewarePlugin)
class Silent:
    """An owner that says nothing of its namespace."""

    namespace = "acme/silent"
    aliases = ()

    def configure(self, raw: Any, where: Any) -> Any:
        """Anything will do."""
        return raw


@implementer(IPlugin, IMiddlewarePlugin, ISchemaPlugin)
class Declared:
    """An owner that declares its namespace."""

    aliases = ()

    def __init__(self, schemas: dict[str, Any], namespace: str = "acme/tag") -> None:
        self.namespace = namespace
        self._schemas = schemas

    def configure(self, raw: Any, where: Any) -> Any:
        """Anything will do."""
        return raw

    def schemas(self) -> dict[str, Any]:
        """See :class:`~krakendtw.interfaces.ISchemaPlugin`."""
        return self._schemas


def registry(*plugins: Any) -> Registry:
    """A registry of these plugins only."""
    made = Registry()
    for plugin in plugins:
        made.add(plugin)
    return made


def faults(document: dict[str, Any], *plugins: Any) -> str:
    """What is wrong with a document by the schema of a gateway with these plugins."""
    schema = compile_schema(as_read_by_go(whole_schema(registry(*plugins))))
    problem = validate(schema, as_read_by_go({"version": 3, **document}))
    return "" if problem is None else describe(problem)


def service(value: Any, namespace: str = "acme/tag") -> dict[str, Any]:
    """A document with a namespace at the root."""
    return {"extra_config": {namespace: value}}


class WholeSchemaTests(SynchronousTestCase):
    """``whole_schema`` makes one schema of many parts."""

    def test_is_a_schema(self) -> None:
        """What all built-ins declare is a schema of its draft, with no loose ends."""
        compile_schema(as_read_by_go(whole_schema(Registry.discover())))

    def test_frame(self) -> None:
        """Root, endpoints and backends are closed, and take comments."""
        backend = {"url_pattern": "/", "@why": 1}
        endpoint = {"endpoint": "/a", "backend": [backend], "_why": 1}
        self.assertEqual("", faults({"endpoints": [endpoint], "$x": 1, "#": 1}))
        self.assertEqual(
            "- at '': additional properties 'nmae' not allowed", faults({"nmae": "x"})
        )

    def test_duration(self) -> None:
        """A time is a whole number with a unit."""
        self.assertEqual("", faults({"timeout": "15µs"}))
        self.assertIn("does not match pattern", faults({"timeout": "1.5s"}))

    def test_places(self) -> None:
        """A namespace stands where it is declared, and nowhere else."""
        tag = Declared({"service": {"type": "string"}})
        self.assertEqual("", faults(service("x"), tag))
        self.assertEqual(
            "- at '/extra_config/acme~1tag': got number, want string",
            faults(service(1), tag),
        )
        backend = {"url_pattern": "/", "extra_config": {"acme/tag": "x"}}
        wrong = {"endpoints": [{"endpoint": "/", "backend": [backend]}]}
        self.assertEqual(
            "- at '/endpoints/0/backend/0/extra_config': additional properties "
            "'acme/tag' not allowed",
            faults(wrong, tag),
        )

    def test_same_as(self) -> None:
        """A place may have the schema of another one."""
        tag = Declared({"endpoint": {"type": "string"}, "service": "endpoint"})
        self.assertIn("want string", faults(service(1), tag))

    def test_names_of_plugins(self) -> None:
        """Formats and discovery of plugins may be named like KrakenD's."""
        plugins = (
            EncodingMaker("mine", module="krakendtw.encoding.json"),
            EncodingMaker("feed", module="krakendtw.encoding.rss"),
            DiscoveryMaker("dns-mine", module="nowhere"),
        )
        backend = {"url_pattern": "/", "encoding": "feed", "sd": "dns-mine"}
        endpoint = {"endpoint": "/", "output_encoding": "mine", "backend": [backend]}
        self.assertEqual("", faults({"endpoints": [endpoint]}, *plugins))
        self.assertEqual("", faults({"output_encoding": "mine"}, *plugins))
        self.assertIn("must be one of", faults({"output_encoding": "feed"}, *plugins))
        self.assertIn("must be one of", faults({"endpoints": [endpoint]}))

    def test_silence(self) -> None:
        """An owner that declares nothing takes anything, anywhere."""
        self.assertEqual("", faults(service({"a": [1]}, "acme/silent"), Silent()))

    def test_objects_are_closed(self) -> None:
        """An object with properties takes no others, unless it says so."""
        inner = {"properties": {"a": {"type": "string"}}}
        tag = Declared(
            {
                "service": {
                    "properties": {
                        "list": {"type": "array", "items": inner},
                        "open": {**inner, "additionalProperties": True},
                    }
                }
            }
        )
        self.assertEqual("", faults(service({"open": {"b": 1}, "@": 1}), tag))
        self.assertIn("'b' not allowed", faults(service({"list": [{"b": 1}]}), tag))

    def test_shared(self) -> None:
        """Namespaces refer to what one of them shares."""
        one = Declared({"shared": {"size": {"type": "integer"}}}, "acme/one")
        two = Declared({"service": {"$ref": "#/$defs/size"}})
        self.assertIn("want integer", faults(service("x"), one, two))

    def test_loose_reference(self) -> None:
        """What refers to a namespace that was removed takes anything."""
        two = Declared({"service": {"$ref": "#/$defs/size", "type": "string"}})
        self.assertEqual("", faults(service("x"), two))

    def test_nonsense(self) -> None:
        """What is no schema is left for the compiler to refuse."""
        for wrong in (
            {"properties": 1, "patternProperties": 1},
            {"oneOf": 1, "allOf": {}},
            {"$ref": 1},
        ):
            tag = Declared({"service": wrong})
            whole = as_read_by_go(whole_schema(registry(tag)))
            self.assertRaises(SchemaError, compile_schema, whole)

    def test_driver(self) -> None:
        """An async agent needs exactly one driver; endpoints' components may join."""
        agent: dict[str, Any] = {
            "name": "a",
            "consumer": {"topic": "t"},
            "backend": [{"url_pattern": "/"}],
            "extra_config": {"validation/cel": []},
        }
        self.assertIn("'oneOf' failed", faults({"async_agent": [agent]}))
        agent["extra_config"]["async/kafka"] = {
            "cluster": {"brokers": ["b:9092"]},
            "group": {"id": "g"},
        }
        self.assertEqual("", faults({"async_agent": [agent]}))


class DeclarationsTests(SynchronousTestCase):
    """``declarations`` are those of owners, and of namespaces without one."""

    def test_unowned(self) -> None:
        """A namespace of KrakenD is declared though nobody owns it."""
        self.assertIn("service", declarations(Registry())["telemetry/moesif"])

    def test_owner_comes_first(self) -> None:
        """What the owner declares stands in place of that."""
        owner = Declared({"backend": {"type": "string"}}, "telemetry/moesif")
        found = declarations(registry(owner))["telemetry/moesif"]
        self.assertEqual({"backend": {"type": "string"}}, found)

    def test_silent_owner(self) -> None:
        """An owner without schemas may stand in every place."""
        found = declarations(registry(Silent()))["acme/silent"]
        self.assertEqual(dict.fromkeys(PLACES, True), found)
