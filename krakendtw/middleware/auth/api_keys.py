"""``auth/api-keys``: endpoints for those who have a key.

The service declares the keys and what roles each has, an endpoint says which
roles it lets in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.config.canonical import canonical_header
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware, IRateLimitStore
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import ENDPOINT, SERVICE, demand_level, stands_in
from krakendtw.middleware.auth._key_table import HASHES, KeyTable
from krakendtw.middleware.auth._key_value import ValueOf, compile_value_of
from krakendtw.middleware.qos.ratelimit._check import LIMITED, TOO_MANY
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler, TakeTokenOf
    from krakendtw.scope import HandlerScope
    from krakendtw.transport.server.request import GatewayRequest

HEADER, QUERY = "header", "query_string"
ANY = "ANY"
"""The role of a key on an endpoint that asks for none in particular."""

_IDENTIFIERS = {HEADER: "Authorization", QUERY: "key"}
_IDLE_S = 600.0
UNAUTHORIZED = 401


@frozen
class DeclaredKeys:
    """The keys, and where clients put them; of the service.

    :ivar propagate_role: the header that is to carry the role; empty for none.
    """

    table: KeyTable = field(repr=False)
    strategy: str = HEADER
    identifier: str = _IDENTIFIERS[HEADER]
    propagate_role: str = ""


@implementer(IHandlerMiddleware)
@frozen
class KeyedEndpoint:
    """An endpoint that wants a key.

    :ivar roles: those let in; empty for every key there is.
    :ivar strategy: where the key is; empty for what the service says.
    :ivar identifier: the name there; empty for what the service says.
    :ivar client_max_rate: requests a second of each key; 0 for no limit.
    """

    handler_order = 280
    where: ConfigPath
    roles: tuple[str, ...]
    strategy: str = ""
    identifier: str = ""
    client_max_rate: float = 0.0
    store: IRateLimitStore = field(factory=MemoryStore, eq=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`.

        :raises ConfigError: the service declares no keys.
        """
        endpoint = scope.config
        if not stands_in(self, endpoint.extra):
            return handler
        keys = scope.service.config.extra.get(DeclaredKeys)
        if keys is None:
            raise ConfigError(self.where, "the service's extra_config has no keys")
        take: TakeTokenOf | None = None
        if self.client_max_rate > 0:
            take = self.store.buckets(
                f"{endpoint.method} {endpoint.path}:key",
                self.client_max_rate,
                max(1, int(self.client_max_rate)),
                _IDLE_S,
            )
        value_of = compile_value_of(
            (self.strategy or keys.strategy) == QUERY,
            self.identifier or keys.identifier,
        )
        role_of = _compile_role_of(keys.table, self.roles)
        return _guarded(handler, value_of, role_of, keys.propagate_role, take)


def _compile_role_of(
    table: KeyTable, roles: tuple[str, ...]
) -> Callable[[bytes], tuple[str, str] | None]:
    """The key's mark and the role that lets it in; ``None`` if nothing does."""
    admitted = {
        mark: ANY if not roles else next((r for r in own if r in roles), None)
        for mark, own in table.roles.items()
    }
    find = table.find

    def role_of(value: bytes) -> tuple[str, str] | None:
        mark = find(value)
        role = None if mark is None else admitted[mark]
        return None if mark is None or role is None else (mark, role)

    return role_of


def _guarded(
    handler: Handler,
    value_of: ValueOf,
    role_of: Callable[[bytes], tuple[str, str] | None],
    propagate_role: str,
    take: TakeTokenOf | None,
) -> Handler:
    """``handler`` for requests with a key that fits."""
    header = canonical_header(propagate_role).encode()
    lower = header.lower()

    def handle(request: GatewayRequest) -> Any:
        value = value_of(request)
        found = role_of(value) if value else None
        if found is None:
            return Answer(UNAUTHORIZED)
        mark, role = found
        if take is not None and take(mark) is not True:
            return Answer(TOO_MANY, errors=(LIMITED,))
        if header:
            # Whatever the client says of itself is replaced.
            request.headers = [
                pair for pair in request.headers if pair[0].lower() != lower
            ]
            request.headers.append((header, role.encode()))
        return handler(request)

    return handle


def configure(raw: Any, where: ConfigPath) -> DeclaredKeys | KeyedEndpoint:
    """The keys of the service, or what an endpoint wants.

    :raises ConfigError: they cannot be meant.
    """
    if demand_level(where, SERVICE, ENDPOINT) == SERVICE:
        return _read_keys(Fields(raw, where))
    fields = Fields(raw, where)
    strategy = fields.choice("strategy", _IDENTIFIERS)
    endpoint = KeyedEndpoint(
        where,
        roles=fields.texts("roles", required=True),
        strategy=strategy,
        identifier=fields.text("identifier"),
        client_max_rate=fields.number("client_max_rate"),
    )
    fields.finish()
    return endpoint


def _read_keys(fields: Fields) -> DeclaredKeys:
    """The keys that the service declares."""
    strategy = fields.choice("strategy", _IDENTIFIERS, HEADER)
    identifier = fields.text("identifier") or _IDENTIFIERS[strategy]
    method = fields.choice("hash", HASHES, "plain")
    salt = fields.text("salt")
    keys: dict[str, tuple[str, ...]] = {}
    for place, item in fields.items("keys", required=True):
        one = _read_key(item, place, fields)
        if one is None:
            continue
        key, roles = one
        # Of two entries with one key both count, as their owner would expect.
        keys[key] = (*keys.get(key, ()), *roles)
    role_header = fields.text("propagate_role")
    fields.finish()
    return DeclaredKeys(KeyTable(keys, method, salt), strategy, identifier, role_header)


def _read_key(
    item: Mapping[str, Any], place: ConfigPath, fields: Fields
) -> tuple[str, tuple[str, ...]] | None:
    """A key and its roles; what is wrong is noted."""
    try:
        inner = Fields(item, place)
        found = inner.text("key", required=True), inner.texts("roles")
        inner.finish()
    except ConfigError as error:
        fields.errors.extend(getattr(error, "errors", (error,)))
        return None
    return found
