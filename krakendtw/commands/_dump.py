"""What ``krakendtw check -d`` prints: the configuration as it is understood.

KrakenD's lines in its order.  It prints some values as they are written and
others with their defaults, which is why both forms are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from krakendtw.go_time import format_duration
from krakendtw.template.printing import show

if TYPE_CHECKING:
    from krakendtw.config.document import (
        AsyncAgentDocument,
        BackendDocument,
        ClientTLSDocument,
        EndpointDocument,
        ServiceDocument,
        TLSDocument,
    )
    from krakendtw.config.model import (
        AsyncAgentConfig,
        BackendConfig,
        EndpointConfig,
        ServiceConfig,
    )

_NOOP = "no-op"
_DEFAULTS = 2
_ALL = 3

RED: Final = "\033[31;1m"
GREEN: Final = "\033[32;1m"
RESET: Final = "\033[0m"
_CYAN = "\033[36;1m"
_YELLOW = "\033[33;1m"
_METHODS = {
    "GET": "\033[34;1m",
    "POST": _CYAN,
    "PUT": _YELLOW,
    "DELETE": RED,
    "PATCH": GREEN,
    "HEAD": "\033[36;1m",
    "OPTIONS": "\033[37;1m",
}


@frozen
class Dump:
    """How much is printed, and how.

    :ivar level: 1 for the outline, 2 with what is inherited, 3 for all.
    :ivar indent: stands before the lines of a section, twice for a backend's.
    """

    level: int
    indent: str = "\t"
    is_colored: bool = False

    def lines(self, document: ServiceDocument, service: ServiceConfig) -> Iterator[str]:
        """All lines.

        :param document: what ``service`` was made from.
        """
        yield self._colored(GREEN, "Global settings")
        for line in self._global(document, service):
            yield self.indent + line
        raw = document.extra_config
        if raw or self.level >= _DEFAULTS:
            yield from self._components("global", raw, "")
        yield self._colored(GREEN, f"{len(service.endpoints)} API endpoint(s):")
        for entry, endpoint in zip(document.endpoints, service.endpoints, strict=True):
            yield from self._endpoint(entry, endpoint)
        yield self._colored(GREEN, f"{len(service.async_agents)} async agent(s):")
        for item, agent in zip(document.async_agent, service.async_agents, strict=True):
            yield from self._agent(item, agent)

    def _global(
        self, document: ServiceDocument, service: ServiceConfig
    ) -> Iterator[str]:
        yield f"Name: {service.name}"
        yield f"Version: {document.version}"
        yield f"Address: {service.listen_ip}"
        yield f"Port: {service.port}"
        if self.level >= _DEFAULTS:
            yield f"Default cache TTL: {_time(service.cache_ttl)}"
            yield f"Default timeout: {_time(service.timeout)}"
        if service.hosts or self.level >= _DEFAULTS:
            yield f"Default backend hosts: {show(service.hosts)}"
        if self.level >= _ALL:
            yield from _transport(document)
        yield from self._tls(document.tls)
        if document.client_tls is not None:
            yield from self._client_tls(document.client_tls)
        yield from self._plugin(document)

    def _tls(self, tls: TLSDocument | None) -> Iterator[str]:
        if tls is None:
            if self.level >= _DEFAULTS:
                yield self._colored(RED, "No TLS section defined")
            return
        yield f"TLS Disabled: {show(tls.disabled)}"
        yield f"TLS Public key: {tls.public_key}"
        yield f"TLS Private key: {tls.private_key}"
        yield f"TLS Enable MTLS: {show(tls.enable_mtls)}"
        yield f"TLS Disable System CA Pool: {show(tls.disable_system_ca_pool)}"
        if self.level >= _DEFAULTS:
            yield f"TLS Min version: {tls.min_version}"
            yield f"TLS Max version: {tls.max_version}"
        if self.level >= _ALL:
            preferred = show(tls.prefer_server_cipher_suites)
            yield f"TLS Curve preferences: {show(tls.curve_preferences)}"
            yield f"TLS Prefer server cipher suites: {preferred}"
            yield f"TLS Cipher suites: {show(tls.cipher_suites)}"

    def _client_tls(self, tls: ClientTLSDocument) -> Iterator[str]:
        insecure = show(tls.allow_insecure_connections)
        yield f"Client TLS Allow Insecure Connections: {insecure}"
        yield f"Client TLS Disable System CA Pool: {show(tls.disable_system_ca_pool)}"
        if self.level >= _DEFAULTS:
            yield f"Client TLS Min version: {tls.min_version}"
            yield f"Client TLS Max version: {tls.max_version}"
        if self.level >= _ALL:
            yield f"Client TLS Curve preferences: {show(tls.curve_preferences)}"
            yield f"Client TLS Cipher suites: {show(tls.cipher_suites)}"

    def _plugin(self, document: ServiceDocument) -> Iterator[str]:
        if document.plugin is not None:
            yield f"Folder: {document.plugin.folder}"
            yield f"Pattern: {document.plugin.pattern}"
        elif self.level >= _DEFAULTS:
            yield self._colored(RED, "No Plugin section defined")

    def _endpoint(
        self, document: EndpointDocument, endpoint: EndpointConfig
    ) -> Iterator[str]:
        indent = self.indent
        method = document.method or "GET"
        yield f"{indent}- {self._route(method, endpoint.path)}"
        yield f"{indent}Timeout: {_time(endpoint.timeout)}"
        if endpoint.input_query_strings or self.level >= _DEFAULTS:
            yield f"{indent}QueryString: {show(endpoint.input_query_strings)}"
        if self.level >= _DEFAULTS:
            yield f"{indent}CacheTTL: {_time(endpoint.cache_ttl)}"
            yield f"{indent}Headers to pass: {show(endpoint.input_headers)}"
            yield f"{indent}OutputEncoding: {endpoint.output_encoding}"
        if endpoint.concurrent_calls > 1 or self.level >= _DEFAULTS:
            yield f"{indent}Concurrent calls: {endpoint.concurrent_calls}"
        if document.extra_config or self.level >= _DEFAULTS:
            yield from self._components("endpoint", document.extra_config, indent)
        yield from self._backends(document.backend, endpoint.backends, method)

    def _agent(
        self, document: AsyncAgentDocument, agent: AsyncAgentConfig
    ) -> Iterator[str]:
        indent = self.indent
        yield f"{indent}- {self._colored(_CYAN, agent.name)}"
        if self.level >= _DEFAULTS:
            yield f"{indent}Encoding: {agent.encoding}"
            yield f"{indent}Consumer Timeout: {_time(agent.timeout)}"
            yield f"{indent}Consumer Workers: {agent.workers}"
            yield f"{indent}Consumer Topic: {agent.topic}"
            yield f"{indent}Consumer Max Rate: {agent.max_rate:f}"
            yield f"{indent}Connection Max Retries: {agent.max_retries}"
            yield f"{indent}Connection Backoff Strategy: {agent.backoff_strategy}"
            yield f"{indent}Connection Health Interval: {_time(agent.health_interval)}"
        if document.extra_config or self.level >= _DEFAULTS:
            yield from self._components("agent", document.extra_config, indent)
        yield from self._backends(document.backend, agent.backends)

    def _backends(
        self,
        documents: Iterable[BackendDocument],
        backends: tuple[BackendConfig, ...],
        method: str = "",
    ) -> Iterator[str]:
        head = f"Connecting to {len(backends)} backend(s):"
        yield self.indent + self._colored(GREEN, head)
        for document, backend in zip(documents, backends, strict=True):
            indent = self.indent * 2
            for line in self._backend(document, backend, method):
                yield indent + line
            if document.extra_config or self.level >= _DEFAULTS:
                yield from self._components("backend", document.extra_config, indent)
            yield ""

    def _backend(
        self, document: BackendDocument, backend: BackendConfig, method: str
    ) -> Iterator[str]:
        route = self._route(document.method or method or "GET", backend.url_pattern)
        yield f"[+] {route}"
        yield f"Timeout: {_time(backend.timeout)}"
        yield f"Hosts: {show(backend.hosts)}"
        if self.level < _DEFAULTS:
            return
        calls = backend.concurrent_calls if method else document.concurrent_calls
        yield f"Concurrent calls: {calls}"
        yield f"Host sanitization disabled: {show(backend.host_sanitize_disabled)}"
        yield f"Target: {backend.target}"
        yield f"Deny: {show(backend.deny)}, Allow: {show(backend.allow)}"
        yield f"Mapping: {show(backend.mapping)}"
        yield f"Group: {backend.group}"
        # KrakenD fills in this one default only, and only for an endpoint.
        forced = _NOOP if backend.encoding == _NOOP else document.encoding
        yield f"Encoding: {forced}"
        yield f"Is collection: {show(backend.is_collection)}"
        yield f"SD: {document.sd}"
        yield f"SD scheme: {backend.sd_scheme}"
        yield f"Headers to pass: {show(backend.input_headers)}"
        yield f"Query strings to pass: {show(backend.input_query_strings)}"

    def _components(
        self, kind: str, raw: Mapping[str, Any], indent: str
    ) -> Iterator[str]:
        """The namespaces of a place, with their values from level 2 on."""
        head = f"{len(raw)} {kind} component configuration(s):"
        yield indent + self._colored(GREEN, head)
        for name in sorted(raw):
            yield indent + self._colored(_YELLOW, f"- {name}")
            if self.level < _DEFAULTS:
                continue
            value = raw[name]
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield f"\t{indent}{key}: {show(_plain(inner))}"
            else:
                yield f"\t{indent}: {show(_plain(value))}"

    def _route(self, method: str, path: str) -> str:
        if not self.is_colored:
            return f"{method} {path}"
        return f"{_METHODS.get(method, '')}{method}{_CYAN} {path}{RESET}"

    def _colored(self, color: str, text: str) -> str:
        return f"{color}{text}{RESET}" if self.is_colored else text


def _transport(it: ServiceDocument) -> Iterator[str]:
    """The root's further keys, as they are written."""
    yield f"Read timeout: {_time(it.read_timeout)}"
    yield f"Write timeout: {_time(it.write_timeout)}"
    yield f"Idle timeout: {_time(it.idle_timeout)}"
    yield f"Read header timeout: {_time(it.read_header_timeout)}"
    yield f"Idle connection timeout: {_time(it.idle_connection_timeout)}"
    yield f"Response header timeout: {_time(it.response_header_timeout)}"
    yield f"Expect continue timeout: {_time(it.expect_continue_timeout)}"
    yield f"Dialer timeout: {_time(it.dialer_timeout)}"
    yield f"Dialer fallback delay: {_time(it.dialer_fallback_delay)}"
    yield f"Dialer keep alive: {_time(it.dialer_keep_alive)}"
    yield f"Disable keep alives: {show(it.disable_keep_alives)}"
    yield f"Disable compression: {show(it.disable_compression)}"
    yield f"Max idle connections: {it.max_idle_connections}"
    per_host = it.max_idle_connections_per_host or _IDLE_PER_HOST
    yield f"Max idle connections per host: {per_host}"
    yield f"Sequential start: {show(it.sequential_start)}"
    yield f"Max header bytes: {it.max_header_bytes}"
    yield f"Echo endpoint enabled: {show(it.echo_endpoint)}"
    yield f"Default encoding strategy: {it.output_encoding}"
    yield f"Disable strict REST: {show(it.disable_rest)}"
    yield f"Run lura in debug mode: {show(it.debug_endpoint)}"
    yield f"Allow insecure connections: {show(it.allow_insecure_connections)}"
    yield f"UseH2C: {show(it.use_h2c)}"


_IDLE_PER_HOST = 250


def _time(seconds: float) -> str:
    """Seconds as Go prints durations."""
    text = format_duration(round(abs(seconds) * 1e9))
    return f"-{text}" if seconds < 0 else text


def _plain(value: Any) -> Any:
    """A value of ``extra_config`` with numbers as KrakenD reads them: floats."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else value
