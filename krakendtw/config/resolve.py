"""Defaults, inheritance and checks: lura's ``Init`` without side effects.

The document's types become the model's, with ``extra_config`` still raw; see
:mod:`krakendtw.config.extra` for what comes after.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from krakendtw.config.backend import (
    NOOP,
    Parent,
    clean_hosts,
    resolve_agent_backend,
    resolve_backend,
)
from krakendtw.config.canonical import canonical_header
from krakendtw.config.document import EndpointDocument
from krakendtw.config.fields import object_of
from krakendtw.config.model import (
    AsyncAgentConfig,
    EndpointConfig,
    ExtraConfig,
    PluginConfig,
    ServiceConfig,
)
from krakendtw.config.network import resolve_server_tls, resolve_transport
from krakendtw.config.uri import (
    clean_path,
    endpoint_parameters,
    is_reserved,
    router_path,
)
from krakendtw.errors import ConfigError, ConfigErrors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krakendtw.config.document import (
        AsyncAgentDocument,
        PluginDocument,
        ServiceDocument,
    )
    from krakendtw.config.model import BackendConfig
    from krakendtw.config.where import ConfigPath

_VERSION = 3
_PORT = 8080
_TIMEOUT = 2.0
_DNS_CACHE_TTL = 30.0
_LEAST_DNS_CACHE_TTL = 1.0
_LEAST_HEALTH_INTERVAL = 1.0

_decode_endpoint = object_of(EndpointDocument)


def resolve(document: ServiceDocument, where: ConfigPath) -> ServiceConfig:
    """The configuration with everything in its place.

    :param where: the root.
    :raises ConfigError: the document is of another version.
    :raises ConfigErrors: all else that lura refuses to start with.
    """
    if document.version != _VERSION:
        message = f"unsupported version: {document.version} (want: {_VERSION})"
        raise ConfigError(where / "version", message)
    errors: list[ConfigError] = []
    if document.listen_ip and not _is_address(document.listen_ip):
        message = f"invalid ip address {document.listen_ip}"
        errors.append(ConfigError(where / "listen_ip", message))
    hosts = clean_hosts(document.host, where, errors)
    service = _service(document, hosts, where, errors)
    if errors:
        raise ConfigErrors(errors)
    return service


def _service(
    document: ServiceDocument,
    hosts: tuple[str, ...],
    where: ConfigPath,
    errors: list[ConfigError],
) -> ServiceConfig:
    timeout = document.timeout or _TIMEOUT
    agents = tuple(
        _agent(agent, hosts, timeout, where / "async_agent" / index, errors)
        for index, agent in enumerate(document.async_agent)
    )
    endpoints = [
        _endpoint(endpoint, document, hosts, where / "endpoints" / index, errors)
        for index, endpoint in enumerate(document.endpoints)
    ]
    return ServiceConfig(
        name=document.name,
        port=document.port or _PORT,
        listen_ip=document.listen_ip,
        timeout=timeout,
        cache_ttl=document.cache_ttl,
        output_encoding=document.output_encoding or "json",
        hosts=hosts,
        endpoints=tuple(endpoint for endpoint in endpoints if endpoint is not None),
        async_agents=agents,
        read_timeout=document.read_timeout,
        write_timeout=document.write_timeout,
        idle_timeout=document.idle_timeout,
        read_header_timeout=document.read_header_timeout,
        max_header_bytes=document.max_header_bytes,
        use_h2c=document.use_h2c,
        max_shutdown_wait_time=document.max_shutdown_wait_time,
        disable_rest=document.disable_rest,
        sequential_start=document.sequential_start,
        debug_endpoint=document.debug_endpoint,
        echo_endpoint=document.echo_endpoint,
        dns_cache_ttl=_dns_cache_ttl(document.dns_cache_ttl),
        plugin=_plugin(document.plugin),
        tls=resolve_server_tls(document.tls),
        transport=resolve_transport(document),
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


def _endpoint(
    document: EndpointDocument,
    service: ServiceDocument,
    hosts: tuple[str, ...],
    where: ConfigPath,
    errors: list[ConfigError],
) -> EndpointConfig | None:
    """An endpoint; ``None`` if its backends are not worth looking at."""
    path = clean_path(document.endpoint)
    fault = _endpoint_fault(document, path)
    if fault:
        errors.append(ConfigError(where, fault))
        return None
    names = endpoint_parameters(path, is_strict=not service.disable_rest)
    parent = Parent(
        path=router_path(path, names),
        method=document.method or "GET",
        timeout=document.timeout or service.timeout or _TIMEOUT,
        concurrent_calls=document.concurrent_calls or 1,
        output_encoding=(document.output_encoding or service.output_encoding or "json"),
        parameters=sorted(set(names)),
        hosts=hosts,
    )
    if (
        parent.output_encoding == NOOP
        and len(document.backend) > 1
        and not all(backend.extra_config for backend in document.backend)
    ):
        # Where each has something, it may be a condition: who owns it will know.
        errors.append(ConfigError(where, SEVERAL_RAW))
        return None
    return EndpointConfig(
        path=parent.path,
        method=parent.method.upper(),
        backends=tuple(
            resolve_backend(backend, parent, where / "backend" / index, errors)
            for index, backend in enumerate(document.backend)
        ),
        timeout=parent.timeout,
        cache_ttl=document.cache_ttl or service.cache_ttl,
        concurrent_calls=parent.concurrent_calls,
        output_encoding=parent.output_encoding,
        input_headers=tuple(map(canonical_header, document.input_headers)),
        input_query_strings=document.input_query_strings,
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


def resolve_nested(
    data: Mapping[str, Any],
    service: ServiceConfig,
    around: BackendConfig,
    where: ConfigPath,
) -> EndpointConfig:
    """An endpoint that stands in place of a backend's exchange.

    :param data: as it would stand in the list of endpoints.
    :param around: the backend, whose method and timeout are taken over.
    :raises ConfigErrors: all that is wrong with it.
    """
    errors: list[ConfigError] = []
    document: EndpointDocument = _decode_endpoint(dict(data), where, errors)
    path = clean_path(document.endpoint)
    names = endpoint_parameters(path, is_strict=not service.disable_rest)
    parent = Parent(
        path=NESTED + router_path(path, names),
        method=around.method,
        timeout=document.timeout or around.timeout,
        concurrent_calls=document.concurrent_calls or 1,
        output_encoding=document.output_encoding or "json",
        parameters=sorted(set(names)),
        hosts=service.hosts,
    )
    if not errors and not document.backend:
        errors.append(ConfigError(where / "backend", "one backend is wanted at least"))
    backends = tuple(
        resolve_backend(backend, parent, where / "backend" / index, errors)
        for index, backend in enumerate(document.backend)
    )
    if errors:
        raise ConfigErrors(errors)
    return EndpointConfig(
        path=parent.path,
        method=parent.method,
        backends=backends,
        timeout=parent.timeout,
        concurrent_calls=parent.concurrent_calls,
        output_encoding=parent.output_encoding,
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


NESTED = "/__workflow"
"""What the paths of nested endpoints begin with, for logs."""

SEVERAL_RAW = (
    "can not use NoOp encoding with more than one backends connected to the same "
    "endpoint"
)
"""What lura says of a no-op endpoint with several backends."""


def _endpoint_fault(document: EndpointDocument, path: str) -> str:
    """What lura says of an endpoint that cannot be; empty if it can."""
    # The method as it is written, which may be not at all.
    subject = f"ignoring the '{document.method} {path}' endpoint, since it"
    if is_reserved(path):
        return f"{subject} is invalid!!!"
    if not document.backend:
        return f"{subject} has 0 backends defined!"
    return ""


def _agent(
    document: AsyncAgentDocument,
    hosts: tuple[str, ...],
    timeout: float,
    where: ConfigPath,
    errors: list[ConfigError],
) -> AsyncAgentConfig:
    consumer, connection = document.consumer, document.connection
    parent = Parent(timeout=consumer.timeout or timeout, hosts=hosts)
    return AsyncAgentConfig(
        name=document.name,
        topic=consumer.topic,
        workers=max(consumer.workers, 1),
        timeout=parent.timeout,
        max_rate=consumer.max_rate,
        max_retries=connection.max_retries,
        backoff_strategy=connection.backoff_strategy,
        health_interval=max(connection.health_interval, _LEAST_HEALTH_INTERVAL),
        encoding=document.encoding,
        backends=tuple(
            resolve_agent_backend(backend, parent, where / "backend" / index, errors)
            for index, backend in enumerate(document.backend)
        ),
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


def _plugin(document: PluginDocument | None) -> PluginConfig | None:
    if document is None:
        return None
    return PluginConfig(document.folder, document.pattern, document.strict)


def _dns_cache_ttl(seconds: float) -> float:
    return seconds if seconds >= _LEAST_DNS_CACHE_TTL else _DNS_CACHE_TTL


def _is_address(text: str) -> bool:
    """Whether a text is an IP address, without a zone as in Go."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
