"""The resolved configuration: frozen values, nothing left to default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import field, frozen

from krakendtw.config.where import ConfigPath

T = TypeVar("T")


@frozen
class ExtraConfig:
    """``extra_config``: what each namespace's owner made of its part.

    :ivar settings: canonical namespace to the owner's value, in the order of
        the document; namespaces that nobody owns are not in it.
    :ivar raw: canonical namespace to the value as written, all of them.
    """

    settings: Mapping[str, Any] = field(factory=lambda: MappingProxyType({}))
    raw: Mapping[str, Any] = field(factory=lambda: MappingProxyType({}))

    def get(self, kind: type[T]) -> T | None:
        """The first settings of this class, or ``None``."""
        for settings in self.settings.values():
            if isinstance(settings, kind):
                return settings
        return None

    def named(self) -> Iterator[tuple[str, Any]]:
        """Namespace and settings, in the order of the document."""
        return iter(self.settings.items())


@frozen
class TLSKeyPair:
    """A certificate chain and its key, as file names."""

    public_key: str
    private_key: str


@frozen
class ServerTLSConfig:
    """Root ``tls``: how the listener speaks TLS.

    :ivar keys: all pairs, the deprecated single one last.
    :ivar authorities: certificate files that mutual TLS trusts beside
        ``ca_certs``: the public keys of the list ``keys``.
    """

    disabled: bool = False
    keys: tuple[TLSKeyPair, ...] = ()
    authorities: tuple[str, ...] = ()
    min_version: str = "TLS13"
    max_version: str = "TLS13"
    curve_preferences: tuple[int, ...] = ()
    cipher_suites: tuple[int, ...] = ()
    enable_mtls: bool = False
    ca_certs: tuple[str, ...] = ()
    disable_system_ca_pool: bool = False


@frozen
class ClientTLSConfig:
    """``client_tls``: how backends are reached over TLS."""

    allow_insecure_connections: bool = False
    ca_certs: tuple[str, ...] = ()
    disable_system_ca_pool: bool = False
    min_version: str = "TLS13"
    max_version: str = "TLS13"
    curve_preferences: tuple[int, ...] = ()
    cipher_suites: tuple[int, ...] = ()
    client_certs: tuple[TLSKeyPair, ...] = ()


@frozen
class PluginConfig:
    """Root ``plugin``: the folder scanned for plugin files.

    :ivar pattern: a plain part of the file's name; empty matches every file.
    :ivar strict: our key: a configured name that no plugin answers fails the start.
    """

    folder: str = ""
    pattern: str = ""
    strict: bool = False


@frozen
class TransportConfig:
    """The root keys of the connection pool to backends; times in seconds.

    0 stands for what the spec says of each key: no limit, or Go's default.
    """

    disable_keep_alives: bool = False
    disable_compression: bool = False
    max_idle_connections: int = 0
    max_idle_connections_per_host: int = 250
    idle_connection_timeout: float = 0
    response_header_timeout: float = 0
    expect_continue_timeout: float = 0
    dialer_timeout: float = 0
    dialer_fallback_delay: float = 0.3
    dialer_keep_alive: float = 15
    tls: ClientTLSConfig | None = None


@frozen
class BackendConfig:
    """One backend of an endpoint.

    :ivar url_pattern: with parameters in lura's form: ``/users/{{.Id}}``.
    :ivar hosts: ``scheme://name:port``, or as written with
        ``disable_host_sanitize``.
    :ivar method: in capitals.
    :ivar encoding: as written, for renderers and ``no-op`` are matched by case;
        ``no-op`` on a no-op endpoint.
    :ivar timeout: the endpoint's, in seconds.
    :ivar input_headers: canonical names; empty lets everything pass.
    """

    url_pattern: str = "/"
    hosts: tuple[str, ...] = ()
    method: str = "GET"
    encoding: str = "json"
    group: str = ""
    target: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(factory=lambda: MappingProxyType({}))
    is_collection: bool = False
    input_headers: tuple[str, ...] = ()
    input_query_strings: tuple[str, ...] = ()
    sd: str = "static"
    sd_scheme: str = "http"
    host_sanitize_disabled: bool = False
    timeout: float = 2.0
    concurrent_calls: int = 1
    parent_endpoint: str = ""
    parent_method: str = "GET"
    extra: ExtraConfig = field(factory=ExtraConfig)
    where: ConfigPath = field(factory=ConfigPath, eq=False)


@frozen
class EndpointConfig:
    """One endpoint.

    :ivar path: in the router's form: ``/users/:id``.
    :ivar method: in capitals.
    :ivar timeout: in seconds.
    :ivar cache_ttl: in seconds.
    :ivar input_headers: canonical names; ``*`` lets everything pass.
    """

    path: str
    method: str = "GET"
    backends: tuple[BackendConfig, ...] = ()
    timeout: float = 2.0
    cache_ttl: float = 0.0
    concurrent_calls: int = 1
    output_encoding: str = "json"
    input_headers: tuple[str, ...] = ()
    input_query_strings: tuple[str, ...] = ()
    extra: ExtraConfig = field(factory=ExtraConfig)
    where: ConfigPath = field(factory=ConfigPath, eq=False)


@frozen
class AsyncAgentConfig:
    """One entry of ``async_agent``."""

    name: str = ""
    topic: str = ""
    workers: int = 1
    timeout: float = 2.0
    max_rate: float = 0.0
    max_retries: int = 0
    backoff_strategy: str = ""
    health_interval: float = 1.0
    encoding: str = "json"
    backends: tuple[BackendConfig, ...] = ()
    extra: ExtraConfig = field(factory=ExtraConfig)
    where: ConfigPath = field(factory=ConfigPath, eq=False)


@frozen
class ServiceConfig:
    """The whole document; times in seconds, 0 for none unless said otherwise."""

    name: str = ""
    port: int = 8080
    listen_ip: str = ""
    timeout: float = 2.0
    cache_ttl: float = 0.0
    output_encoding: str = "json"
    hosts: tuple[str, ...] = ()
    endpoints: tuple[EndpointConfig, ...] = ()
    async_agents: tuple[AsyncAgentConfig, ...] = ()
    read_timeout: float = 0.0
    write_timeout: float = 0.0
    idle_timeout: float = 0.0
    read_header_timeout: float = 0.0
    max_header_bytes: int = 0
    use_h2c: bool = False
    max_shutdown_wait_time: float = 0.0
    disable_rest: bool = False
    sequential_start: bool = False
    debug_endpoint: bool = False
    echo_endpoint: bool = False
    dns_cache_ttl: float = 30.0
    plugin: PluginConfig | None = None
    tls: ServerTLSConfig | None = None
    transport: TransportConfig = field(factory=TransportConfig)
    extra: ExtraConfig = field(factory=ExtraConfig)
    where: ConfigPath = field(factory=ConfigPath, eq=False)
