"""What the rules of ``krakendtw audit`` ask of a configuration.

``extra_config`` is looked at as it is written, for an audit needs no component
to be startable.  As in KrakenD a value of a wrong type counts as not given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from attrs import define, frozen

if TYPE_CHECKING:
    from krakendtw.config.document import ServiceDocument
    from krakendtw.config.model import (
        BackendConfig,
        EndpointConfig,
        ServiceConfig,
    )
    from krakendtw.plugin import Registry

_OPENCENSUS = "telemetry/opencensus"
_OPENTELEMETRY = "telemetry/opentelemetry"
_NEWRELIC = "telemetry/newrelic"
_INSTANA = "telemetry/instana"

LOGGING: Final = ("telemetry/logging", "telemetry/gelf", "telemetry/logstash")
"""The components any of which makes logs that machines can read."""

_METRICS: Final = (
    "telemetry/metrics",
    _NEWRELIC,
    "telemetry/ganalytics",
    _INSTANA,
)

_OLD_NAMES: Final = {
    "github_com/devopsfaith/krakend-opencensus": _OPENCENSUS,
    "github_com/devopsfaith/krakend-metrics": "telemetry/metrics",
    "github_com/devopsfaith/krakend-gelf": "telemetry/gelf",
    "github_com/devopsfaith/krakend-gologging": "telemetry/logging",
    "github_com/devopsfaith/krakend-logstash": "telemetry/logstash",
    "github_com/letgoapp/krakend-influx": "telemetry/influx",
}
"""What components are also called for which there may be no plugin here."""


@frozen
class Place:
    """One ``extra_config``, by canonical namespaces."""

    raw: Mapping[str, Any]

    def has(self, namespace: str) -> bool:
        """Whether the component is there, whatever it holds."""
        return namespace in self.raw

    def has_object(self, namespace: str) -> bool:
        """Whether the component is there with an object as its settings."""
        return isinstance(self.raw.get(namespace), dict)

    def object(self, namespace: str, *keys: str) -> Mapping[str, Any]:
        """The component's settings, or an object within; empty if there is none."""
        value: Any = self.raw.get(namespace)
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def is_on(self, namespace: str, *keys: str) -> bool:
        """Whether a key of the component is ``true``."""
        return self.object(namespace, *keys[:-1]).get(keys[-1]) is True

    def text(self, namespace: str, key: str) -> str:
        """A text of the component; empty if it is none."""
        value = self.object(namespace).get(key)
        return value if isinstance(value, str) else ""

    def number(self, namespace: str, key: str) -> float:
        """A number of the component; 0 if it is none."""
        value = self.object(namespace).get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return 0.0
        return float(value)

    def plugins(self, namespace: str) -> tuple[str, ...]:
        """The names in ``name``, a text or a list of them."""
        name = self.text(namespace, "name")
        return (name,) if name else self.listed_plugins(namespace)

    def listed_plugins(self, namespace: str) -> tuple[str, ...]:
        """The names in ``name``, which must be a list."""
        names = self.object(namespace).get("name")
        if not isinstance(names, list):
            return ()
        return tuple(name for name in names if isinstance(name, str))


@define(slots=False)
class Facts:
    """A configuration as the rules see it.

    :ivar document: as it was written.
    :ivar service: with defaults and inheritance.
    """

    document: ServiceDocument
    service: ServiceConfig
    registry: Registry

    @cached_property
    def root(self) -> Place:
        """The service's components."""
        return self._place(self.service)

    @cached_property
    def endpoints(self) -> tuple[Place, ...]:
        """The endpoints' components."""
        return tuple(map(self._place, self.service.endpoints))

    @cached_property
    def backends(self) -> tuple[Place, ...]:
        """The components of the endpoints' backends."""
        return tuple(
            self._place(backend)
            for endpoint in self.service.endpoints
            for backend in endpoint.backends
        )

    @property
    def endpoints_and_backends(self) -> tuple[Place, ...]:
        """Both."""
        return self.endpoints + self.backends

    def _place(self, config: ServiceConfig | EndpointConfig | BackendConfig) -> Place:
        raw = {}
        for spelling, value in config.extra.raw.items():
            owner = self.registry.middleware(spelling)
            known = _OLD_NAMES.get(spelling, spelling)
            raw[known if owner is None else owner.namespace] = value
        return Place(raw)


def has_opencensus(facts: Facts) -> bool:
    """Whether OpenCensus is there; without exporters it does not count."""
    settings = facts.root.object(_OPENCENSUS)
    return isinstance(settings.get("exporters"), dict)


def metrics_components(facts: Facts) -> int:
    """How many components collect metrics; OpenTelemetry does not count."""
    return has_opencensus(facts) + sum(map(facts.root.has, _METRICS))


def metrics_systems(facts: Facts) -> int:
    """How many systems get metrics, each exporter of OpenTelemetry counted."""
    return metrics_components(facts) + _exporters(
        facts, ("otlp", "prometheus"), "disable_metrics"
    )


def is_traced(facts: Facts) -> bool:
    """Whether anything collects traces."""
    return (
        has_opencensus(facts)
        or facts.root.has(_NEWRELIC)
        or facts.root.has(_INSTANA)
        or _exporters(facts, ("otlp",), "disable_traces") > 0
    )


def writes_twice(facts: Facts) -> bool:
    """Whether an endpoint has several backends that may change something."""
    return any(
        sum(map(_writes, endpoint.backends)) > 1 for endpoint in facts.service.endpoints
    )


def _writes(backend: BackendConfig) -> bool:
    # Of a gRPC call nobody knows.
    return backend.method not in ("GET", "HEAD") or "backend/grpc" in backend.extra.raw


def _exporters(facts: Facts, kinds: tuple[str, ...], switch: str) -> int:
    """How many exporters of OpenTelemetry do what ``switch`` would turn off."""
    exporters = facts.root.object(_OPENTELEMETRY, "exporters")
    return sum(
        isinstance(each, dict) and each.get(switch) is not True
        for kind in kinds
        if isinstance(exporters.get(kind), list)
        for each in exporters[kind]
    )
