"""The rules of ``krakendtw audit``: ids, severities and what they look for.

Ids, severities and the exact conditions are those of KrakenD's audit, also where
a condition is narrower than its message: pipelines ignore rules by their ids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from krakendtw.commands import _audit_facts as facts

if TYPE_CHECKING:
    from krakendtw.commands._audit_facts import Facts

Condition: TypeAlias = "Callable[[Facts], bool]"
"""Whether a rule has something to say."""

CRITICAL: Final = "CRITICAL"
HIGH: Final = "HIGH"
MEDIUM: Final = "MEDIUM"
LOW: Final = "LOW"

_MANY_AGENTS = 10
_SERVER_PLUGIN = "plugin/http-server"
_CLIENT_PLUGIN = "plugin/http-client"
_MODIFIER_PLUGIN = "plugin/req-resp-modifier"
_ROUTER_LIMIT = "qos/ratelimit/router"
_PROXY_LIMIT = "qos/ratelimit/proxy"
_BREAKER = "qos/circuit-breaker"


@frozen
class Rule:
    """A rule.

    :ivar id: section, group and number: ``2.1.3``.
    """

    id: str
    severity: str
    message: str
    applies: Condition


def _server_plugin(name: str) -> Condition:
    return lambda it: name in it.root.plugins(_SERVER_PLUGIN)


def _client_plugin(name: str) -> Condition:
    # Of the endpoint: what its backends name is not looked at.
    return lambda it: any(
        place.text(_CLIENT_PLUGIN, "name") == name for place in it.endpoints
    )


def _modifier(name: str) -> Condition:
    return lambda it: any(
        name in place.listed_plugins(_MODIFIER_PLUGIN)
        for place in it.endpoints_and_backends
    )


def _slower_than(limit: float) -> Condition:
    # Whole milliseconds, as KrakenD counts them.
    return lambda it: any(
        int(endpoint.timeout * 1000) > limit * 1000 for endpoint in it.service.endpoints
    )


def _component(namespace: str) -> Condition:
    return lambda it: it.root.has(namespace)


def _no_component(namespace: str) -> Condition:
    return lambda it: not it.root.has(namespace)


def _no_rate_limit(it: Facts) -> bool:
    return not (
        it.root.has_object(_ROUTER_LIMIT)
        or it.root.has("qos/ratelimit/service")
        or "redis-ratelimit" in it.root.plugins(_SERVER_PLUGIN)
        or any(place.has_object(_ROUTER_LIMIT) for place in it.endpoints)
        or any(place.has(_PROXY_LIMIT) for place in it.endpoints_and_backends)
    )


def _no_breaker(it: Facts) -> bool:
    return not any(place.has(_BREAKER) for place in it.endpoints_and_backends)


def _no_token(it: Facts) -> bool:
    return not any(place.has("auth/validator") for place in it.endpoints)


def _grpc_without_services(it: Facts) -> bool:
    server = it.root.object("grpc").get("server")
    return isinstance(server, dict) and not server.get("services")


def _unlimited_cache(it: Facts) -> bool:
    return any(
        place.has("qos/http-cache")
        and not (
            place.number("qos/http-cache", "max_items") > 0
            and place.number("qos/http-cache", "max_size") > 0
        )
        for place in it.backends
    )


def _insecure_backend(it: Facts) -> bool:
    return any(
        place.is_on("backend/http/client", "client_tls", "allow_insecure_connections")
        for place in it.backends
    )


def _insecure(it: Facts) -> bool:
    tls = it.service.transport.tls
    return tls is not None and tls.allow_insecure_connections


def _single_tls_keys(it: Facts) -> bool:
    tls = it.document.tls
    return tls is not None and bool(tls.public_key or tls.private_key)


def _sequential_agents(it: Facts) -> bool:
    service = it.service
    return service.sequential_start and len(service.async_agents) >= _MANY_AGENTS


def _rule(number: str, severity: str, message: str, applies: Condition) -> Rule:
    return Rule(number, severity, message, applies)


def _deprecated(number: str, kind: str, name: str, applies: Condition) -> Rule:
    message = f"The {kind} {name} is deprecated: move to what has replaced it."
    return Rule(number, HIGH, message, applies)


RULES: Final = (
    _rule(
        "1.1.1",
        HIGH,
        "Basic authentication protects little: choose something stronger.",
        _server_plugin("basic-auth"),
    ),
    _rule(
        "1.1.2",
        MEDIUM,
        "API keys identify but hardly authorize: choose tokens such as JWT.",
        _component("auth/api-keys"),
    ),
    _rule(
        "1.2.1",
        HIGH,
        "Prioritize using JWT for endpoint authorization to ensure security.",
        _no_token,
    ),
    _rule("2.1.1", HIGH, "Backends are reached without checking TLS.", _insecure),
    _rule(
        "2.1.2",
        HIGH,
        "Enable TLS or use a terminator in front of KrakenD.",
        lambda it: it.service.tls is None,
    ),
    _rule(
        "2.1.3",
        CRITICAL,
        "There is a TLS section, and it is disabled.",
        lambda it: it.service.tls is not None and it.service.tls.disabled,
    ),
    _rule(
        "2.1.7",
        HIGH,
        "Enable HTTP security header checks (security/http).",
        _no_component("security/http"),
    ),
    _rule(
        "2.1.8",
        HIGH,
        "HTTP/2 without TLS (h2c) is clear text.",
        lambda it: it.service.use_h2c or it.root.is_on("router", "use_h2c"),
    ),
    _rule(
        "2.1.9",
        LOW,
        "A backend's client does not check TLS, inside of the network either.",
        _insecure_backend,
    ),
    _rule(
        "2.2.1",
        MEDIUM,
        "Hide the version banner in runtime.",
        lambda it: not it.root.is_on("router", "hide_version_header"),
    ),
    _rule("2.2.2", HIGH, "Enable CORS.", _no_component("security/cors")),
    _rule(
        "2.2.3",
        HIGH,
        "An endpoint passes every header on: list those that are wanted.",
        lambda it: any("*" in each.input_headers for each in it.service.endpoints),
    ),
    _rule(
        "2.2.4",
        HIGH,
        "An endpoint passes every query string on: list those that are wanted.",
        lambda it: any(
            "*" in each.input_query_strings for each in it.service.endpoints
        ),
    ),
    _rule(
        "2.2.5",
        LOW,
        "There is a gRPC server that serves nothing.",
        _grpc_without_services,
    ),
    _rule(
        "2.3.1",
        MEDIUM,
        "A backend's cache may grow without a limit: set max_items and max_size.",
        _unlimited_cache,
    ),
    _rule(
        "3.1.1",
        LOW,
        "Enable a bot detector.",
        lambda it: not it.root.has_object("security/bot-detector"),
    ),
    _rule(
        "3.1.2",
        HIGH,
        "Implement a rate-limiting strategy and avoid having an All-You-Can-Eat API.",
        _no_rate_limit,
    ),
    _rule("3.1.3", HIGH, "Protect your backends with a circuit breaker.", _no_breaker),
    _rule("3.3.1", LOW, "A timeout is longer than 3 seconds.", _slower_than(3)),
    _rule("3.3.2", MEDIUM, "A timeout is longer than 5 seconds.", _slower_than(5)),
    _rule("3.3.3", HIGH, "A timeout is longer than 30 seconds.", _slower_than(30)),
    _rule("3.3.4", CRITICAL, "A timeout is longer than a minute.", _slower_than(60)),
    _rule(
        "4.1.1",
        MEDIUM,
        "Implement a telemetry system for collecting metrics for monitoring and "
        "troubleshooting.",
        lambda it: facts.metrics_components(it) == 0,
    ),
    _rule(
        "4.1.3",
        HIGH,
        "Metrics are collected more than once: keep one system.",
        lambda it: facts.metrics_systems(it) > 1,
    ),
    _rule(
        "4.2.1",
        MEDIUM,
        "Implement a telemetry system for tracing for monitoring and troubleshooting.",
        lambda it: not facts.is_traced(it),
    ),
    _rule(
        "4.3.1",
        MEDIUM,
        "Use the improved logging component for better log parsing.",
        lambda it: not any(map(it.root.has, facts.LOGGING)),
    ),
    _rule(
        "5.1.1",
        LOW,
        "Paths are not held to REST (disable_rest).",
        lambda it: it.service.disable_rest,
    ),
    _rule(
        "5.1.2",
        LOW,
        "The /__debug/ endpoint is open.",
        lambda it: it.service.debug_endpoint,
    ),
    _rule(
        "5.1.3",
        LOW,
        "The /__echo/ endpoint is open.",
        lambda it: it.service.echo_endpoint,
    ),
    _rule(
        "5.1.4",
        LOW,
        "An endpoint ends with a wildcard: name the paths.",
        lambda it: any(each.path.endswith("*") for each in it.service.endpoints),
    ),
    _rule(
        "5.1.5",
        MEDIUM,
        "There is a /__catchall endpoint: name the paths.",
        lambda it: any(each.path == "/__catchall" for each in it.service.endpoints),
    ),
    _rule(
        "5.1.6",
        MEDIUM,
        "An endpoint writes to several backends, and may fail between them.",
        facts.writes_twice,
    ),
    _rule(
        "5.1.7",
        MEDIUM,
        "An endpoint calls its backends one after the other.",
        lambda it: any(place.is_on("proxy", "sequential") for place in it.endpoints),
    ),
    _rule(
        "5.2.1",
        CRITICAL,
        "An endpoint has no backend.",
        lambda it: not all(each.backends for each in it.service.endpoints),
    ),
    _rule(
        "5.2.2",
        LOW,
        "Benefit from the backend for frontend pattern capabilities.",
        lambda it: all(len(each.backends) <= 1 for each in it.service.endpoints),
    ),
    _rule(
        "5.2.3",
        LOW,
        "Every endpoint is no-op: clients see the backends as they are.",
        lambda it: all(
            each.output_encoding == "no-op" for each in it.service.endpoints
        ),
    ),
    _rule(
        "6.1.1",
        LOW,
        "Ten or more async agents start one after the other.",
        _sequential_agents,
    ),
    *(
        _deprecated(number, "server plugin", name, _server_plugin(name))
        for number, name in (
            ("7.1.1", "virtualhost"),
            ("7.1.2", "static-filesystem"),
            ("7.1.3", "basic-auth"),
            ("7.1.4", "wildcard"),
        )
    ),
    *(
        _deprecated(number, "client plugin", name, _client_plugin(name))
        for number, name in (
            ("7.1.5", "http-proxy"),
            ("7.1.6", "static-filesystem"),
            ("7.1.7", "no-redirect"),
        )
    ),
    *(
        _deprecated(number, "modifier plugin", name, _modifier(name))
        for number, name in (
            ("7.1.8", "content-replacer"),
            ("7.1.9", "response-schema-validator"),
        )
    ),
    *(
        _deprecated(number, "component", name, condition)
        for number, name, condition in (
            ("7.2.1", "telemetry/ganalytics", _component("telemetry/ganalytics")),
            ("7.2.2", "telemetry/instana", _component("telemetry/instana")),
            ("7.2.3", "telemetry/opencensus", facts.has_opencensus),
            ("7.2.4", "telemetry/influx", _component("telemetry/influx")),
        )
    ),
    _rule(
        "7.3.1",
        MEDIUM,
        "public_key and private_key are deprecated: use the list keys.",
        _single_tls_keys,
    ),
)
"""Every rule that can apply, in the order of the output.  4.1.2, a missing name,
never applies in KrakenD and is left out."""
