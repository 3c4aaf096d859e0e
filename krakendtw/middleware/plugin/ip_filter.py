"""``ip-filter``: let addresses in, or keep them out.

A plugin for ``plugin/http-server``, for the whole gateway, and for
``plugin/req-resp-modifier``, for an endpoint or a backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.plugin import IPlugin
from twisted.web.resource import Resource, getChildForRequest
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.config.where import ConfigPath
from krakendtw.errors import Rejected
from krakendtw.interfaces import (
    IRequestModifierPlugin,
    IScopedModifier,
    IServerPlugin,
)
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.plugin._networks import (
    Contains,
    client_address,
    compile_networks,
)
from krakendtw.router.client_ip import compile_client_ip, parse_ip
from krakendtw.router.settings import RouterSettings

if TYPE_CHECKING:
    from twisted.python.failure import Failure
    from twisted.web.resource import IResource

    from krakendtw.interfaces import RequestModifier
    from krakendtw.proxy.message import Request
    from krakendtw.scope import BackendScope, EndpointScope

NAME = "ip-filter"
HEADERS = ("X-Forwarded-For", "X-Real-IP", "X-Appengine-Remote-Addr")
"""Where the client's address is looked for unless ``client_ip_headers`` says."""

FORBIDDEN = 403


@frozen
class AddressFilter:
    """Who may pass.

    :ivar listed: whether an address is in the list.
    :ivar allow: whether those in the list may pass, or all the others.
    :ivar headers: names in lower case.
    :ivar trusted: whose headers are believed; ``None`` where nobody is named.
    """

    listed: Contains
    allow: bool
    headers: tuple[bytes, ...]
    trusted: Contains | None

    def passes(self, address: bytes | None) -> bool:
        """Whether an address may pass; what is no address never does."""
        return address is not None and self.listed(address) is self.allow


def read_filter(config: Mapping[str, Any]) -> AddressFilter:
    """The filter that a namespace describes under the plugin's name.

    :raises krakendtw.errors.ConfigError: it cannot be meant.
    """
    fields = Fields(config.get(NAME), ConfigPath((NAME,)))
    if not fields.has("allow"):
        fields.refuse("allow", "is missing")
    read = AddressFilter(
        _networks(fields, "CIDR", fields.texts("CIDR", required=True)),
        fields.flag("allow"),
        tuple(
            name.lower().encode()
            for name in fields.texts("client_ip_headers") or HEADERS
        ),
        _networks(fields, "trusted_proxies", fields.texts("trusted_proxies"))
        if fields.has("trusted_proxies")
        else None,
    )
    fields.any("trusted_proxies")
    fields.finish()
    return read


def _networks(fields: Fields, key: str, texts: tuple[str, ...]) -> Contains:
    try:
        return compile_networks(texts)
    except ValueError as error:
        fields.refuse(key, str(error))
        return lambda packed: False


@implementer(IPlugin, IServerPlugin, IRequestModifierPlugin)
class IPFilter:
    """The plugin."""

    name = NAME

    def wrap(self, config: Mapping[str, Any], resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IServerPlugin`.

        :raises krakendtw.errors.ConfigError: the settings cannot be meant.
        """
        return _Gate(read_filter(config), resource)

    def request_modifier(self, config: Mapping[str, Any]) -> RequestModifier:
        """See :class:`~krakendtw.interfaces.IRequestModifierPlugin`.

        :raises krakendtw.errors.ConfigError: the settings cannot be meant.
        """
        return _Modifier(read_filter(config))


class _Gate(Resource):
    """Around the router: 403 for whoever may not pass."""

    isLeaf = True
    streams_body = True  # what is behind is asked for itself

    def __init__(self, rule: AddressFilter, resource: IResource) -> None:
        Resource.__init__(self)
        self._rule = rule
        self._find = getattr(resource, "find", None) or (
            lambda request: getChildForRequest(resource, request)
        )
        self._trusted = rule.trusted or (lambda packed: False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        rule = self._rule
        address = client_address(
            request.getClientIP() or "", request.headers, rule.headers, self._trusted
        )
        if not rule.passes(address):
            request.setResponseCode(FORBIDDEN)
            return b""
        found = self._find(request)
        if request.body_complete or getattr(found, "streams_body", False):
            return found.render(request)
        request.pending = request.whole_body()
        request.pending.addCallback(lambda _: _render_late(found, request))
        request.pending.addErrback(_give_up, request)
        return NOT_DONE_YET


def _render_late(found: Any, request: Any) -> None:
    """Let a resource that wants the whole body answer, now that it is here."""
    request.pending = None
    result = found.render(request)
    if result != NOT_DONE_YET:
        request.send_rendered(result, found)


def _give_up(_: Failure, request: Any) -> None:
    """The body broke off, or the resource failed."""
    if not request.finished:
        request.answer(500, b"", b"")


@implementer(IScopedModifier)
class _Modifier:
    """In a pipe: an error for whoever may not pass."""

    def __init__(self, rule: AddressFilter) -> None:
        self._rule = rule

    def __call__(self, request: Request) -> None:
        """Judge by what the gateway has found out itself.

        :raises Rejected: the request may not pass.
        """
        addresses = request.headers.get("X-Forwarded-For") or [""]
        self._judge(parse_ip(addresses[0].strip()), 500)

    def bound(self, scope: EndpointScope | BackendScope) -> RequestModifier:
        """See :class:`~krakendtw.interfaces.IScopedModifier`."""
        status = FORBIDDEN if _shows_status(scope) else 500
        address_of = self._compile_address_of(scope)

        def modify(request: Request) -> None:
            source = request.source
            if getattr(source, "channel", None) is None:  # from no connection
                self(request)
            else:
                self._judge(address_of(source), status)

        return modify

    def _compile_address_of(self, scope: Any) -> Callable[[Any], bytes | None]:
        """The client's address by our own trust, or by the router's."""
        rule = self._rule
        trusted = rule.trusted
        if trusted is not None:
            return lambda source: client_address(
                source.peer, source.headers, rule.headers, trusted
            )
        settings = scope.service.config.extra.get(RouterSettings) or RouterSettings()
        client_ip = compile_client_ip(settings)
        return lambda source: parse_ip(client_ip(source.peer, source.headers))

    def _judge(self, address: bytes | None, status: int) -> None:
        if not self._rule.passes(address):
            raise Rejected("ip not allowed", status)


def _shows_status(scope: Any) -> bool:
    """Whether the place has one backend, and that one ``return_error_code``."""
    backends = getattr(scope.config, "backends", (scope.config,))
    if len(backends) != 1:
        return False
    raw = backends[0].extra.raw.get("backend/http")
    return isinstance(raw, Mapping) and raw.get("return_error_code") is True
