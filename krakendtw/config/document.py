"""The document in types, as it was written: nothing defaulted or inherited.

The order of the fields is the order in which errors are told.
"""

# ruff: noqa: RUF009 - the calls make fields of attrs, not values.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from krakendtw.config.fields import (
    amount,
    codes,
    count,
    flag,
    names,
    objects,
    option,
    part,
    raw,
    text,
    texts,
    time,
    values,
)


@frozen
class BackendDocument:
    """An entry of ``backend``."""

    group: str = text("group")
    method: str = text("method")
    host: tuple[str, ...] = texts("host")
    disable_host_sanitize: bool = flag("disable_host_sanitize")
    url_pattern: str = text("url_pattern")
    allow: tuple[str, ...] = texts("allow")
    deny: tuple[str, ...] = texts("deny")
    mapping: Mapping[str, str] = names("mapping")
    encoding: str = text("encoding")
    is_collection: bool = flag("is_collection")
    target: str = text("target")
    sd: str = text("sd")
    sd_scheme: str = text("sd_scheme")
    # These three are overwritten by the endpoint's, but must be of their type.
    url_keys: tuple[str, ...] = texts("URLKeys")
    concurrent_calls: int = count("ConcurrentCalls")
    timeout: float = time("Timeout")
    extra_config: Mapping[str, Any] = raw("extra_config")
    input_headers: tuple[str, ...] = texts("input_headers")
    input_query_strings: tuple[str, ...] = texts("input_query_strings")


@frozen
class EndpointDocument:
    """An entry of ``endpoints``."""

    endpoint: str = text("endpoint")
    method: str = text("method")
    backend: tuple[BackendDocument, ...] = objects("backend", BackendDocument)
    concurrent_calls: int = count("concurrent_calls")
    timeout: float = time("timeout")
    cache_ttl: float = time("cache_ttl")
    input_query_strings: tuple[str, ...] = texts("input_query_strings")
    extra_config: Mapping[str, Any] = raw("extra_config")
    input_headers: tuple[str, ...] = texts("input_headers")
    output_encoding: str = text("output_encoding")


@frozen
class ConnectionDocument:
    """``connection`` of an async agent."""

    max_retries: int = count("max_retries")
    backoff_strategy: str = text("backoff_strategy")
    health_interval: float = time("health_interval")


@frozen
class ConsumerDocument:
    """``consumer`` of an async agent."""

    timeout: float = time("timeout")
    workers: int = count("workers")
    topic: str = text("topic")
    max_rate: float = amount("max_rate")


@frozen
class AsyncAgentDocument:
    """An entry of ``async_agent``."""

    name: str = text("name")
    connection: ConnectionDocument = part("connection", ConnectionDocument)
    consumer: ConsumerDocument = part("consumer", ConsumerDocument)
    encoding: str = text("encoding")
    backend: tuple[BackendDocument, ...] = objects("backend", BackendDocument)
    extra_config: Mapping[str, Any] = raw("extra_config")


@frozen
class PluginDocument:
    """``plugin`` at the root."""

    folder: str = text("folder")
    pattern: str = text("pattern")
    strict: bool = flag("strict")


@frozen
class KeyPairDocument:
    """An entry of ``tls.keys``."""

    public_key: str = text("public_key")
    private_key: str = text("private_key")


@frozen
class TLSDocument:
    """``tls`` at the root."""

    disabled: bool = flag("disabled")
    public_key: str = text("public_key")
    private_key: str = text("private_key")
    ca_certs: tuple[str, ...] = texts("ca_certs")
    min_version: str = text("min_version")
    max_version: str = text("max_version")
    curve_preferences: tuple[int, ...] = codes("curve_preferences")
    prefer_server_cipher_suites: bool = flag("prefer_server_cipher_suites")
    cipher_suites: tuple[int, ...] = codes("cipher_suites")
    enable_mtls: bool = flag("enable_mtls")
    disable_system_ca_pool: bool = flag("disable_system_ca_pool")
    keys: tuple[KeyPairDocument, ...] = values("keys", KeyPairDocument)


@frozen
class ClientCertDocument:
    """An entry of ``client_tls.client_certs``."""

    certificate: str = text("certificate")
    private_key: str = text("private_key")


@frozen
class ClientTLSDocument:
    """``client_tls`` at the root."""

    allow_insecure_connections: bool = flag("allow_insecure_connections")
    ca_certs: tuple[str, ...] = texts("ca_certs")
    disable_system_ca_pool: bool = flag("disable_system_ca_pool")
    min_version: str = text("min_version")
    max_version: str = text("max_version")
    curve_preferences: tuple[int, ...] = codes("curve_preferences")
    cipher_suites: tuple[int, ...] = codes("cipher_suites")
    client_certs: tuple[ClientCertDocument, ...] = values(
        "client_certs", ClientCertDocument
    )


@frozen
class ServiceDocument:
    """The root."""

    name: str = text("name")
    endpoints: tuple[EndpointDocument, ...] = objects("endpoints", EndpointDocument)
    async_agent: tuple[AsyncAgentDocument, ...] = objects(
        "async_agent", AsyncAgentDocument
    )
    timeout: float = time("timeout")
    cache_ttl: float = time("cache_ttl")
    host: tuple[str, ...] = texts("host")
    port: int = count("port")
    listen_ip: str = text("listen_ip")
    version: int = count("version")
    output_encoding: str = text("output_encoding")
    extra_config: Mapping[str, Any] = raw("extra_config")
    read_timeout: float = time("read_timeout")
    write_timeout: float = time("write_timeout")
    idle_timeout: float = time("idle_timeout")
    read_header_timeout: float = time("read_header_timeout")
    max_header_bytes: int = count("max_header_bytes")
    disable_keep_alives: bool = flag("disable_keep_alives")
    disable_compression: bool = flag("disable_compression")
    max_idle_connections: int = count("max_idle_connections")
    max_idle_connections_per_host: int = count("max_idle_connections_per_host")
    idle_connection_timeout: float = time("idle_connection_timeout")
    response_header_timeout: float = time("response_header_timeout")
    expect_continue_timeout: float = time("expect_continue_timeout")
    dialer_timeout: float = time("dialer_timeout")
    dialer_fallback_delay: float = time("dialer_fallback_delay")
    dialer_keep_alive: float = time("dialer_keep_alive")
    disable_rest: bool = flag("disable_rest")
    plugin: PluginDocument | None = option("plugin", PluginDocument)
    tls: TLSDocument | None = option("tls", TLSDocument)
    use_h2c: bool = flag("use_h2c")
    debug_endpoint: bool = flag("debug_endpoint")
    echo_endpoint: bool = flag("echo_endpoint")
    sequential_start: bool = flag("sequential_start")
    allow_insecure_connections: bool = flag("allow_insecure_connections")
    client_tls: ClientTLSDocument | None = option("client_tls", ClientTLSDocument)
    dns_cache_ttl: float = time("dns_cache_ttl")
    max_shutdown_wait_time: float = time("max_shutdown_wait_time")
