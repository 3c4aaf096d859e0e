"""``auth/revoker``: tokens that are not to be taken any more, though still valid.

Whoever validates tokens asks it for each of them.  It is told what is revoked
over HTTP, where that is switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.application.service import MultiService, Service
from twisted.internet.error import CannotListenError
from twisted.internet.task import LoopingCall
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IServiceMiddleware, ITokenRejecterFactory
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import SERVICE, level_of
from krakendtw.middleware.auth._bloom import FilterError, RotatingFilter
from krakendtw.middleware.auth._go_struct import Field, Mismatch, decode_struct
from krakendtw.middleware.auth._journal import Journal
from krakendtw.middleware.auth._revoked import RevokedTokens
from krakendtw.middleware.auth._revoker_http import (
    MAX_JSON_BYTES,
    Management,
    management_site,
)

if TYPE_CHECKING:
    from twisted.application.service import IService

    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.scope import EndpointScope, ServiceScope

MIN_SECRET = 16
"""How many characters the secret of the management has at least."""

HASH_NAMES = ("optimal", "default")

_FIELDS: Mapping[str, Field] = {
    "n": ("uint", 0),
    "p": ("float64", 0.0),
    "hash_name": ("string", ""),
    "ttl": ("uint", 0),
    "port": ("int", 0),
    "token_keys": ("[]string", ()),
    "headers": ("[]string", ()),
    "state_file": ("string", ""),
}
_LOOPBACK = ("127.", "::1")


@frozen
class ManagementSettings:
    """Where management listens.

    :ivar secret: what callers must know.
    """

    port: int
    address: str
    secret: str = field(repr=False)


@implementer(ITokenRejecterFactory, IServiceMiddleware)
@frozen
class Revoker:
    """The revocation of a gateway's tokens.

    :ivar expected: ``N``.
    :ivar rate: ``P``.
    :ivar ttl: seconds of a turn.
    :ivar claim_names: the claims whose values can be revoked.
    :ivar state_file: where revocations are written down; empty for nowhere.
    :ivar management: ``None`` if nobody can revoke anything from outside.
    """

    where: ConfigPath
    expected: int
    rate: float
    ttl: float
    claim_names: tuple[str, ...]
    state_file: str = ""
    management: ManagementSettings | None = None
    _made: list[RevokedTokens] = field(factory=list, eq=False, repr=False)

    def rejecter(
        self, scope: EndpointScope
    ) -> Callable[[Mapping[str, Any]], bool] | None:
        """See :class:`~krakendtw.interfaces.ITokenRejecterFactory`.

        :raises ConfigError: the state file cannot be used.
        """
        if not self.claim_names:
            return None
        return self._revoked(scope.service).rejecter(self.claim_names)

    def service(self, scope: ServiceScope) -> IService:
        """See :class:`~krakendtw.interfaces.IServiceMiddleware`.

        :raises ConfigError: the state file cannot be used.
        """
        log = scope.log.child("[SERVICE: Bloomfilter]")
        revoked = self._revoked(scope)
        services = MultiService()
        turns = _Turns(revoked, self.ttl, scope, log)
        services.addService(turns)
        if self.management is not None and (scope.news is None or scope.news.is_first):
            listener = _Listener(self.management, revoked, scope, log)
            services.addService(listener)
        log.debug("Service registered successfully")
        found: IService = services
        return found

    def _revoked(self, scope: ServiceScope) -> RevokedTokens:
        """What is revoked: one for all endpoints of the gateway."""
        if self._made:
            return self._made[0]
        try:
            filters = RotatingFilter(self.expected, self.rate)
        except FilterError as error:
            raise ConfigError(self.where, str(error)) from error
        news = scope.news
        writes = bool(self.state_file) and (news is None or news.is_first)
        journal = Journal(self.state_file) if writes else None
        revoked = RevokedTokens(filters, self.ttl, journal, news=news)
        try:
            count = revoked.load()
        except OSError as error:
            place = self.where / "state_file"
            raise ConfigError(place, f"{self.state_file}: {error.strerror}") from error
        if count:
            log = scope.log.child("[SERVICE: Bloomfilter]")
            log.info(f"{count} revocations taken over from {self.state_file}")
        self._made.append(revoked)
        return revoked


class _Listener(Service):
    """Listens for the calls of the management."""

    def __init__(
        self,
        settings: ManagementSettings,
        revoked: RevokedTokens,
        scope: ServiceScope,
        log: Log,
    ) -> None:
        self._settings = settings
        self._reactor: Any = scope.clock
        self._log = log
        limit = max(MAX_JSON_BYTES, revoked.filters.max_export_bytes)
        self._site = management_site(Management(revoked, settings.secret, log), limit)
        self._port: Any = None

    def startService(self) -> None:
        """See :class:`twisted.application.service.IService`."""
        Service.startService(self)
        address, port = self._settings.address, self._settings.port
        if not address.startswith(_LOOPBACK):
            self._log.warning(
                f"Management listens on {address}, in plain text: keep strangers"
                " away from it"
            )
        try:
            self._port = self._reactor.listenTCP(port, self._site, interface=address)
        except CannotListenError as error:
            self._log.error(f"Management cannot listen: {error}")

    def stopService(self) -> Any:
        """See :class:`twisted.application.service.IService`."""
        Service.stopService(self)
        port, self._port = self._port, None
        return None if port is None else port.stopListening()


class _Turns(Service):
    """Turns the filters on."""

    def __init__(
        self, revoked: RevokedTokens, ttl: float, scope: ServiceScope, log: Log
    ) -> None:
        self._revoked = revoked
        self._ttl = ttl
        self._log = log
        self._call = LoopingCall(self._turn)
        self._call.clock = scope.clock

    def startService(self) -> None:
        """See :class:`twisted.application.service.IService`."""
        Service.startService(self)
        self._call.start(self._ttl, now=False)

    def stopService(self) -> Any:
        """See :class:`twisted.application.service.IService`."""
        if self._call.running:
            self._call.stop()
        return Service.stopService(self)

    def _turn(self) -> None:
        try:
            self._revoked.rotate()
        except OSError as error:  # the filters have turned all the same
            self._log.error(f"the state file: {error}")


def configure(raw: Any, where: ConfigPath) -> Revoker:
    """The revoker.

    :raises ConfigError: numbers that make no filter, or a management that would
        be open to everybody.
    :raises NotConfigured: a value of a wrong type, which in KrakenD switches
        revocation off; or another place than the service.
    """
    if level_of(where) != SERVICE:
        raise NotConfigured("auth/revoker belongs to the service")
    try:
        values = decode_struct(raw, "Config", _FIELDS, package="krakend")
    except Mismatch as error:
        raise NotConfigured(
            f"Unable to parse the bloomfilter configuration: {error}"
        ) from error
    if values["hash_name"] not in HASH_NAMES:
        raise ConfigError(
            where / "hash_name",
            f"{values['hash_name']!r} found, one of {', '.join(HASH_NAMES)} is wanted",
        )
    if values["n"] < 1:
        raise ConfigError(where / "N", "at least 1 is wanted")
    if not 0 < values["p"] < 1:
        raise ConfigError(where / "P", f"{values['p']:g} found, 0 < P < 1 is wanted")
    if values["ttl"] < 1:
        raise ConfigError(where / "TTL", "at least 1 second is wanted")
    management = (raw or {}).get("management")
    return Revoker(
        where,
        values["n"],
        values["p"],
        float(values["ttl"]),
        values["token_keys"],
        values["state_file"],
        None if management is None else _management(management, where / "management"),
    )


def _management(raw: Any, where: ConfigPath) -> ManagementSettings:
    fields = Fields(raw, where)
    settings = ManagementSettings(
        fields.whole("port", required=True, least=1),
        fields.text("address", "127.0.0.1"),
        fields.text("secret", required=True),
    )
    if len(settings.secret) < MIN_SECRET:
        fields.refuse("secret", f"at least {MIN_SECRET} characters are wanted")
    fields.finish()
    return settings
