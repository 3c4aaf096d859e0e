"""Tests of what the audit's rules ask."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._audit_facts import (
    Facts,
    Place,
    has_opencensus,
    is_traced,
    metrics_components,
    metrics_systems,
    writes_twice,
)
from krakendtw.config.resolve import resolve
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath
from krakendtw.plugin import MiddlewareMaker, Registry


def facts_of(data: dict[str, Any], registry: Registry | None = None) -> Facts:
    """The facts of a document."""
    where = ConfigPath(file="k.json")
    document = structure({"version": 3, "host": ["h"], **data}, where)
    return Facts(document, resolve(document, where), registry or Registry())


def root_of(**components: Any) -> Facts:
    """The facts of a document with components at the root."""
    return facts_of({"extra_config": components})


class PlaceTests(SynchronousTestCase):
    """One ``extra_config``."""

    def test_presence(self) -> None:
        """A component is there with any value, and an object only with one."""
        place = Place({"a": 1, "b": {}})
        self.assertTrue(place.has("a"))
        self.assertFalse(place.has_object("a"))
        self.assertTrue(place.has_object("b"))
        self.assertFalse(place.has("c"))

    def test_wrong_types(self) -> None:
        """A value of a wrong type counts as not given."""
        place = Place({"a": {"on": "true", "text": 1, "number": True, "name": 3}})
        self.assertFalse(place.is_on("a", "on"))
        self.assertEqual("", place.text("a", "text"))
        self.assertEqual(0, place.number("a", "number"))
        self.assertEqual((), place.plugins("a"))
        self.assertEqual({}, place.object("a", "text", "deeper"))

    def test_values(self) -> None:
        """Values of the right types are given, from within too."""
        place = Place({"a": {"b": {"on": True}, "text": "x", "number": 2}})
        self.assertTrue(place.is_on("a", "b", "on"))
        self.assertEqual("x", place.text("a", "text"))
        self.assertEqual(2, place.number("a", "number"))

    def test_plugins(self) -> None:
        """Plugins are named by a text or by a list, where no text counts."""
        self.assertEqual(("x",), Place({"p": {"name": "x"}}).plugins("p"))
        listed = Place({"p": {"name": ["x", 1, "y"]}})
        self.assertEqual(("x", "y"), listed.plugins("p"))
        self.assertEqual((), Place({"p": {"name": "x"}}).listed_plugins("p"))


class FactsTests(SynchronousTestCase):
    """The whole configuration."""

    def test_aliases(self) -> None:
        """Older spellings of owners, and of components without one, are known."""
        registry = Registry()
        registry.add(MiddlewareMaker("new/name", module="none", aliases=("old",)))
        raw = {"old": 1, "github_com/letgoapp/krakend-influx": {}}
        place = facts_of({"extra_config": raw}, registry).root
        self.assertTrue(place.has("new/name"))
        self.assertTrue(place.has("telemetry/influx"))

    def test_metrics(self) -> None:
        """OpenTelemetry's exporters are systems but no metrics component."""
        otel = {"exporters": {"otlp": [{}, {"disable_metrics": True}, 1]}}
        facts = root_of(**{"telemetry/opentelemetry": otel, "telemetry/metrics": {}})
        self.assertEqual(1, metrics_components(facts))
        self.assertEqual(2, metrics_systems(facts))

    def test_opencensus(self) -> None:
        """OpenCensus without exporters does not count."""
        self.assertFalse(has_opencensus(root_of(**{"telemetry/opencensus": {}})))
        settings = {"telemetry/opencensus": {"exporters": {}}}
        self.assertTrue(has_opencensus(root_of(**settings)))

    def test_traces(self) -> None:
        """An OTLP exporter traces unless it is told not to; Prometheus never."""
        for exporters, traced in (
            ({"otlp": [{}]}, True),
            ({"otlp": [{"disable_traces": True}]}, False),
            ({"prometheus": [{}]}, False),
        ):
            settings = {"telemetry/opentelemetry": {"exporters": exporters}}
            self.assertIs(traced, is_traced(root_of(**settings)))

    def test_writes(self) -> None:
        """Two backends that may change something are counted, gRPC as one."""
        grpc = {"url_pattern": "/", "extra_config": {"backend/grpc": {}}}
        post = {"url_pattern": "/", "method": "post"}
        for second, twice in ((grpc, True), (post, True), ({"method": "HEAD"}, False)):
            endpoint = {"endpoint": "/a", "backend": [post, second]}
            self.assertIs(twice, writes_twice(facts_of({"endpoints": [endpoint]})))
