"""``auth/client-credentials``: a backend's requests carry a token of our own.

The gateway gets it with the client credentials grant and keeps it nearly to its
end.  Who comes while it is being renewed waits for that one renewal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred, fail
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured, TransportError
from krakendtw.go_quote import quote
from krakendtw.interfaces import IClientMiddleware
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.auth._flight import Flight
from krakendtw.middleware.auth._oauth2 import AccessToken, Grant, TokenClient

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import BackendScope

EARLY_S = 10.0
"""How long before its end a token is not used any more."""

_EVER = float("inf")


@implementer(IClientMiddleware)
@frozen
class ClientCredentials:
    """One backend's credentials.

    :ivar overwritten: a field of ``endpoint_params`` that must not be there;
        KrakenD finds that out with each request.
    """

    client_order = 400
    is_disabled: bool
    grant: Grant
    overwritten: str = ""

    def wrap_agent(self, scope: BackendScope, agent: IAgent) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientMiddleware`."""
        if self.is_disabled or not stands_in(self, scope.config.extra):
            return agent
        if self.overwritten:
            name = quote(self.overwritten)
            return _Failing(f"oauth2: cannot overwrite parameter {name}")
        service = scope.service
        source = TokenClient(self.grant, service.client, service.clock)
        return AuthorizedAgent(agent, KeptToken(source, service.clock))


class KeptToken:
    """The token of one backend, renewed when somebody wants it.

    :param source: where tokens come from.
    """

    def __init__(self, source: TokenClient, clock: IReactorTime) -> None:
        self._source = source
        self._clock = clock
        self._value = b""
        self._until = -_EVER
        self._flight = Flight(self._renew)

    def current(self) -> bytes | None:
        """The Authorization to send, if there is one that is good."""
        return self._value if self._clock.seconds() <= self._until else None

    def get(self) -> Deferred[bytes]:
        """The same, out of a renewal that all who ask now share."""
        return self._flight.join()

    def _renew(self) -> Deferred[bytes]:
        return self._source.fetch().addCallback(self._keep)

    def _keep(self, token: AccessToken) -> bytes:
        self._value = token.authorization
        self._until = _EVER
        if token.lifetime is not None:
            self._until = self._clock.seconds() + token.lifetime - EARLY_S
        return self._value


@implementer(IAgent)
class AuthorizedAgent:
    """Puts the token on each request, whatever Authorization it had."""

    def __init__(self, agent: IAgent, token: KeptToken) -> None:
        self._agent = agent
        self._token = token

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        value = self._token.current()
        if value is not None:
            return self._send(value, method, uri, headers, bodyProducer)
        waiting: Any = self._token.get()
        waiting.addCallback(self._send, method, uri, headers, bodyProducer)
        found: Deferred[IResponse] = waiting
        return found

    def _send(
        self,
        value: bytes,
        method: bytes,
        uri: bytes,
        headers: Headers | None,
        body: IBodyProducer | None,
    ) -> Deferred[IResponse]:
        headers = Headers() if headers is None else headers.copy()
        headers.setRawHeaders(b"Authorization", [value])
        return self._agent.request(method, uri, headers, body)


@implementer(IAgent)
class _Failing:
    """An agent for credentials that cannot be used."""

    def __init__(self, message: str) -> None:
        self._message = message

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        return fail(TransportError(self._message))


def configure(raw: Any, where: ConfigPath) -> ClientCredentials:
    """The credentials of a backend.

    :raises ConfigError: a value of a wrong type.
    :raises NotConfigured: ``raw`` is no object.
    """
    if not isinstance(raw, Mapping):
        raise NotConfigured("auth/client-credentials wants an object")
    scopes = _text(raw, "scopes", where)
    params: dict[str, tuple[str, ...]] = {
        "grant_type": ("client_credentials",),
        "scope": (" ".join(scopes.split(",")),),
    }
    given = _params(raw.get("endpoint_params", {}), where / "endpoint_params")
    grant = Grant(
        _text(raw, "client_id", where),
        _text(raw, "client_secret", where),
        _text(raw, "token_url", where),
        params | given,
    )
    is_disabled = raw.get("is_disabled", False)
    if not isinstance(is_disabled, bool):
        raise ConfigError(where / "is_disabled", f"{is_disabled!r} is no boolean")
    return ClientCredentials(is_disabled, grant, "scope" if "scope" in given else "")


def _text(raw: Mapping[str, Any], name: str, where: ConfigPath) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str):
        raise ConfigError(where / name, f"{value!r} is no string")
    return value


def _params(raw: Any, where: ConfigPath) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, Mapping):
        raise ConfigError(where, f"{raw!r} is no object")
    params = {}
    for name, values in raw.items():
        if not isinstance(values, list | tuple):
            raise ConfigError(where / name, f"{values!r} is no list of strings")
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise ConfigError(where / name / index, f"{value!r} is no string")
        params[name] = tuple(values)
    return params
