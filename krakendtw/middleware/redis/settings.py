"""``redis``: named connections to Redis, for the components that share state.

Each is a server (``connection_pools``) or a cluster (``clusters``).  A server
that cannot be reached is no reason not to start.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.application.service import Service
from twisted.internet.defer import gatherResults
from zope.interface import implementer

from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IRateLimitStores, IServiceMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import SERVICE, demand_level
from krakendtw.middleware.redis._client import Client
from krakendtw.middleware.redis._limits import RedisStore
from krakendtw.middleware.redis._link import ConnectionSettings
from krakendtw.middleware.redis._tls import read_tls

if TYPE_CHECKING:
    from twisted.application.service import IService
    from twisted.internet.defer import Deferred

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import IRateLimitStore
    from krakendtw.scope import ServiceScope

_SECOND = 1_000_000_000
_ANSWER_LIMIT_NS = _SECOND // 2
_PORTS = 65536
DEFAULT_PORT = 6379

# Keys of a pool of connections that we have no use for: ours are few, and shared.
_WITHOUT_EFFECT = ("max_idle_conns", "conn_max_idle_time", "conn_max_life_time")


@implementer(IRateLimitStores, IServiceMiddleware)
@frozen
class Redis:
    """The connections by name."""

    connections: Mapping[str, ConnectionSettings]
    _clients: dict[str, Client] = field(factory=dict, repr=False, eq=False)

    def rate_limit_store(
        self, scope: ServiceScope, name: str, allow_on_failure: bool
    ) -> IRateLimitStore | None:
        """See :class:`~krakendtw.interfaces.IRateLimitStores`."""
        settings = self.connections.get(name)
        if settings is None:
            return None
        client = self._clients.get(name)
        if client is None:
            client = Client(scope.clock, scope.wheel, settings, scope.log)
            self._clients[name] = client
        return RedisStore(client, scope.log, allow_on_failure)

    def service(self, scope: ServiceScope) -> IService:
        """See :class:`~krakendtw.interfaces.IServiceMiddleware`."""
        return _Connections(self._clients)


class _Connections(Service):
    """Connects when the gateway starts, and disconnects when it ends."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = clients

    def startService(self) -> None:
        """Begin to connect to what somebody makes use of."""
        super().startService()  # type: ignore[no-untyped-call]
        for client in self._clients.values():
            client.start()

    def stopService(self) -> Deferred[Any]:
        """End the connections."""
        super().stopService()  # type: ignore[no-untyped-call]
        return gatherResults([client.stop() for client in self._clients.values()])


def configure(raw: Any, where: ConfigPath) -> Redis:
    """The connections.

    :raises ConfigError: they cannot be meant, or the library is missing.
    """
    demand_level(where, SERVICE)
    if find_spec("txredisapi") is None:
        raise ConfigError(
            where,
            "No module named 'txredisapi'; install it with:"
            " pip install krakendtw[redis]",
        )
    fields = Fields(raw, where)
    errors: list[ConfigError] = []
    connections: dict[str, ConnectionSettings] = {}
    for key in ("connection_pools", "clusters"):
        for place, item in fields.items(key):
            try:
                settings = _read(Fields(item, place), is_cluster=key == "clusters")
            except ConfigErrors as error:
                errors.extend(error.errors)
            except ConfigError as error:
                errors.append(error)
            else:
                if settings.name in connections:
                    errors.append(ConfigError(place / "name", "is taken already"))
                connections[settings.name] = settings
    fields.errors.extend(errors)
    fields.finish()
    return Redis(MappingProxyType(connections))


def _read(fields: Fields, *, is_cluster: bool) -> ConnectionSettings:
    """One connection.

    :raises ConfigError: it cannot be meant.
    """
    fields.any("opentelemetry")
    for key in _WITHOUT_EFFECT:
        fields.any(key)
    fields.whole("max_retries", 3, least=-1)
    size = fields.whole("pool_size", 10) or 10
    wanted = max(1, fields.whole("min_idle_conns"))
    tls = fields.any("tls")
    limit = min(fields.duration_ns("pool_timeout", _ANSWER_LIMIT_NS), _ANSWER_LIMIT_NS)
    settings = ConnectionSettings(
        name=fields.text("name", required=True),
        addresses=_addresses(fields, is_cluster),
        is_cluster=is_cluster,
        user_name=fields.text("user_name"),
        password=fields.text("password"),
        client_name=fields.text("client_name"),
        db=0 if is_cluster else _database(fields),
        connections=min(wanted, size, fields.whole("max_active_conns") or size),
        dial_timeout_s=_seconds(fields, "dial_timeout", 5 * _SECOND),
        answer_limit_s=(limit if limit > 0 else _ANSWER_LIMIT_NS) / _SECOND,
        min_retry_s=_seconds(fields, "min_retry_backoff", _SECOND // 125),
        max_retry_s=_seconds(fields, "max_retry_backoff", 512 * _SECOND // 1000),
        max_redirects=fields.whole("max_redirects", 3) if is_cluster else 0,
        tls=None if tls is None else read_tls(tls, fields.where / "tls"),
    )
    fields.finish()
    return settings


def _seconds(fields: Fields, key: str, default: int) -> float:
    """Seconds of a duration that must be above 0."""
    found = fields.duration_ns(key, default)
    if found <= 0:
        fields.refuse(key, "a duration above 0 is wanted")
        found = default
    return found / _SECOND


def _database(fields: Fields) -> int:
    """``db``, or ``database``, which some examples have."""
    return fields.whole("db") or fields.whole("database")


def _addresses(fields: Fields, is_cluster: bool) -> tuple[tuple[str, int], ...]:
    if not is_cluster:
        text = fields.text("address", required=True)
        return (_address(fields, "address", text),)
    texts = fields.texts("addresses", required=True)
    if not texts:
        fields.refuse("addresses", "at least one is wanted")
    return tuple(_address(fields, "addresses", text) for text in texts)


def _address(fields: Fields, key: str, text: str) -> tuple[str, int]:
    """Host and port of ``host``, ``host:port`` or ``[::1]:port``."""
    host, colon, port = text.rpartition(":")
    if not colon or host.endswith(":") or text.endswith("]"):
        host, port = text, str(DEFAULT_PORT)
    host = host.removeprefix("[").removesuffix("]")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < _PORTS):
        fields.refuse(key, f"{text!r} found, host:port is wanted")
        return host, DEFAULT_PORT
    return host, int(port)
