"""``auth/basic``: endpoints for users with a password (RFC 7617)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from zope.interface import implementer

from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import ENDPOINT, SERVICE, demand_level, stands_in
from krakendtw.middleware.auth._htpasswd import read_htpasswd, read_users
from krakendtw.middleware.auth._passwords import Passwords
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.scope import HandlerScope
    from krakendtw.transport.server.request import GatewayRequest

UNAUTHORIZED = 401
BUSY = 503
_REALM = "Restricted"
_SCHEME = b"basic "
_LONGEST = 8192


@implementer(IHandlerMiddleware)
@frozen
class BasicAuth:
    """Users, of an endpoint or of the service for endpoints without own ones.

    :ivar users: names and bcrypt hashes.
    :ivar unusable: names in the file whose hashes are none of bcrypt.
    :ivar realm: what the client is told; empty to tell nothing; ours.
    :ivar run: runs a slow function elsewhere.
    """

    handler_order = 260
    where: ConfigPath
    users: Mapping[bytes, bytes] = field(repr=False)
    unusable: tuple[str, ...] = ()
    realm: str = _REALM
    run: Callable[..., Any] = field(default=deferToThread, repr=False, eq=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`.

        :raises ConfigError: there are no users, here or at the service.
        """
        if not stands_in(self, scope.config.extra):
            return handler
        log = scope.log.child(f"{scope.log.prefix}[BasicAuth]")
        owner = self
        if not self.users:
            shared = scope.service.config.extra.get(BasicAuth)
            if shared is None or not shared.users:
                raise ConfigError(self.where, "no users, here or at the service")
            owner = shared
        for name in owner.unusable:
            log.warning(f"The user {name} has no bcrypt hash and cannot log in")
        return _guarded(handler, Passwords(owner.users, self.run), self.realm)


def _guarded(handler: Handler, passwords: Passwords, realm: str) -> Handler:
    """``handler`` for requests with a user's name and password."""
    quoted = realm.replace("\\", "\\\\").replace('"', '\\"')
    head = b""
    if realm:
        head = f'WWW-Authenticate: Basic realm="{quoted}"\r\n'.encode()

    def handle(request: GatewayRequest) -> Any:
        pair = credentials(request.field(b"authorization") or b"")
        if pair is None:
            return Answer(UNAUTHORIZED, head)
        right = passwords.check(*pair)
        if type(right) is Deferred:
            return right.addCallback(judge, request)
        return judge(right, request)  # type: ignore[arg-type]

    def judge(right: bool | None, request: GatewayRequest) -> Any:
        if right:
            return handler(request)
        return Answer(BUSY) if right is None else Answer(UNAUTHORIZED, head)

    return handle


def credentials(value: bytes) -> tuple[bytes, bytes] | None:
    """User and password of an Authorization field; ``None`` without them."""
    if value[: len(_SCHEME)].lower() != _SCHEME or len(value) > _LONGEST:
        return None
    try:
        text = base64.b64decode(value[len(_SCHEME) :].strip(), validate=True)
    except binascii.Error:
        return None
    user, colon, password = text.partition(b":")
    return (user, password) if colon else None


def configure(raw: Any, where: ConfigPath) -> BasicAuth:
    """The users.

    :raises ConfigError: they cannot be meant, or the library is missing.
    """
    demand_level(where, SERVICE, ENDPOINT)
    if find_spec("bcrypt") is None:
        raise ConfigError(
            where,
            "No module named 'bcrypt'; install it with: pip install krakendtw[basic]",
        )
    fields = Fields(raw, where)
    path = fields.text("htpasswd_path")
    written = fields.any("users") or {}
    users: dict[bytes, bytes] = {}
    unusable: list[str] = []
    if path:
        users, unusable = read_htpasswd(path, where / "htpasswd_path")
    if isinstance(written, Mapping):
        own, errors = read_users(written, where / "users")
        users.update(own)
        fields.errors.extend(errors)
    else:
        fields.refuse("users", "an object of names and bcrypt hashes is wanted")
    realm = fields.text("realm", _REALM)
    if not realm.isprintable():
        fields.refuse("realm", "has characters that no header may have")
    fields.finish()
    return BasicAuth(where, MappingProxyType(users), tuple(unusable), realm)
