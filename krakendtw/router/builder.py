"""The router pipe of a configuration: handlers, leaves, the tree around them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from attrs import frozen
from twisted.web.resource import IResource, Resource

from krakendtw.compat import KRAKEND_VERSION
from krakendtw.encoding.lookup import renderer_for
from krakendtw.interfaces import (
    IHandlerMiddleware,
    IHealthReporter,
    IRouterMiddleware,
    IServerMiddleware,
)
from krakendtw.proxy.factory import NoBackend, PipeFactory
from krakendtw.proxy.plan import Part
from krakendtw.router.access_log import compile_access_log
from krakendtw.router.client_ip import compile_client_ip
from krakendtw.router.debug import DebugEndpoint
from krakendtw.router.echo import EchoEndpoint
from krakendtw.router.endpoint import EndpointHandler, EndpointResource
from krakendtw.router.health import HealthCheck
from krakendtw.router.missing import MethodNotAllowed, NotFound
from krakendtw.router.options import AutoOptions, allowed_methods
from krakendtw.router.payload import KEY, payload_limits
from krakendtw.router.request import ClientIP, RequestBuilder
from krakendtw.router.settings import RouterSettings
from krakendtw.router.tree import RouteTable
from krakendtw.scope import EndpointScope, HandlerScope, ServiceScope

if TYPE_CHECKING:
    from zope.interface import Interface

    from krakendtw.config.model import EndpointConfig
    from krakendtw.interfaces import Handler
    from krakendtw.transport.server.request import GatewayRequest

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
"""Methods that KrakenD serves."""


@frozen
class Router:
    """A router ready to be served.

    :ivar root: the resource at the top.
    :ivar on_answer: takes each answered request; ``None`` for no access log.
    :ivar server_parts: what stands around all of it, outermost first.
    :ivar router_parts: what stands around each leaf, outermost first.
    """

    root: IResource
    on_answer: Callable[[GatewayRequest], object] | None
    server_parts: tuple[Part, ...] = ()
    router_parts: tuple[Part, ...] = ()


def build_router(
    scope: ServiceScope,
    pipes: PipeFactory,
    write: Callable[[str], object],
    health: Callable[[], Mapping[str, Any]] | None = None,
) -> Router:
    """The router of a configuration.

    :param pipes: builds the endpoints' pipes.
    :param write: takes the lines of the access log.
    :param health: what the health check says beyond KrakenD's.
    :raises krakendtw.errors.ConfigError: routes that conflict.
    """
    return _Builder(scope, pipes).build(write, health)


class _Builder:
    """What the parts of a router are made of."""

    def __init__(self, scope: ServiceScope, pipes: PipeFactory) -> None:
        self._scope = scope
        self._pipes = pipes
        self._settings = scope.config.extra.get(RouterSettings) or RouterSettings()
        hidden = self._settings.hide_version_header
        self._version = "Version undefined" if hidden else f"Version {KRAKEND_VERSION}"
        self._client_ip: ClientIP = compile_client_ip(self._settings)
        self._limits = payload_limits(
            self._settings.others, scope.config.where / "extra_config" / "router"
        )
        self._router_components = _ordered(
            [*scope.config.extra.named(), *_named(self._limits)],
            IRouterMiddleware,
            "router_order",
        )
        self._table = RouteTable()

    def build(
        self,
        write: Callable[[str], object],
        health: Callable[[], Mapping[str, Any]] | None,
    ) -> Router:
        """The router."""
        scope, settings = self._scope, self._settings
        if not settings.disable_health:
            check = HealthCheck(_agents(scope), more=health)
            self._table.add("GET", settings.health_path, self._logged(check))
        if scope.config.debug_endpoint:
            debug = self._leaf(DebugEndpoint(scope.log))
            self._table.add_any("/__debug/*param", debug)
        if scope.config.echo_endpoint:
            self._table.add_any("/__echo/*param", self._leaf(EchoEndpoint()))
        mounted = [
            (endpoint.method, endpoint.path)
            for endpoint in scope.config.endpoints
            if self._add(endpoint)
        ]
        version = self._version.encode()
        if settings.auto_options:
            scope.log.debug("[SERVICE: Gin] Enabling the auto options endpoints")
            for path, allowed in allowed_methods(mounted).items():
                leaf = self._leaf(AutoOptions(allowed, version))
                self._table.add("OPTIONS", path, leaf)
        root: Any = self._table.build(
            settings,
            self._leaf(NotFound(version, settings.not_found_body)),
            self._leaf(MethodNotAllowed(version, settings.method_not_allowed_body)),
        )
        around = _ordered(scope.config.extra.named(), IServerMiddleware, "server_order")
        for _, component in around:
            root = component.wrap_resource(scope, root)
        return Router(
            root,
            self._access_log(write),
            _parts(around, "server_order"),
            _parts(self._router_components, "router_order"),
        )

    def _add(self, endpoint: EndpointConfig) -> bool:
        """Mount one endpoint; one with a method that nobody serves is left out."""
        log = self._scope.log.child(f"[ENDPOINT: {endpoint.path}]")
        if endpoint.method not in METHODS:
            log.error(f"Unsupported method {endpoint.method}")
            return False
        leaf = self._leaf(self._endpoint(EndpointScope(self._scope, endpoint, log)))
        self._table.add(endpoint.method, endpoint.path, leaf, endpoint.where)
        return True

    def _endpoint(self, scope: EndpointScope) -> Resource:
        """The resource of one endpoint."""
        endpoint = scope.config
        try:
            proxy = self._pipes.endpoint_pipe(scope)
        except NoBackend as error:
            self._scope.log.error(f"[SERVICE: Gin] Calling the ProxyFactory {error}")
            return Broken()
        plan = self._pipes.plans[endpoint.method, endpoint.path]
        scope.log.debug("Building the http handler")
        build_request = RequestBuilder(endpoint, self._client_ip, self._scope.wheel)
        renderer = renderer_for(self._scope.registry, endpoint)
        plan.renderer = renderer[0]
        handler: Handler = EndpointHandler(
            endpoint,
            proxy,
            build_request,
            renderer,
            scope.log,
            version=self._version,
            show_errors=self._settings.return_error_msg,
        )
        inner = HandlerScope(
            self._scope, endpoint, scope.log, build_request=build_request, proxy=proxy
        )
        limits = payload_limits(
            endpoint.extra.raw.get("proxy"), endpoint.where / "extra_config" / "proxy"
        )
        extras = (endpoint.extra, self._scope.config.extra)
        for name, component in _ordered(
            [*(each for extra in extras for each in extra.named()), *_named(limits)],
            IHandlerMiddleware,
            "handler_order",
        ):
            wrapped = component.wrap_handler(inner, handler)
            if wrapped is not handler:
                part = Part(component.handler_order, name, component)
                plan.handlers.insert(0, part)
            handler = wrapped
        return EndpointResource(handler, self._scope.wheel, endpoint.timeout, scope.log)

    def _leaf(self, leaf: IResource) -> IResource:
        """A leaf with the components that stand behind routing around it."""
        for _, component in self._router_components:
            leaf = component.wrap_leaf(self._scope, leaf)
        return self._logged(leaf)

    def _logged(self, leaf: IResource) -> IResource:
        """A leaf whose answers the access log tells of, where there is one."""
        return leaf if self._settings.disable_access_log else Logged(leaf)

    def _access_log(
        self, write: Callable[[str], object]
    ) -> Callable[[GatewayRequest], object] | None:
        settings = self._settings
        if settings.disable_access_log:
            return None
        log = compile_access_log(
            write, settings.logger_skip_paths, is_colored=sys.stdout.isatty()
        )
        client_ip = self._client_ip

        def answered(request: GatewayRequest) -> None:
            if not request.logged:
                return
            path = unquote_to_bytes(request.path)
            log(
                request.code,
                time.monotonic() - request.started,
                client_ip(request.peer, request.headers),
                request.method.decode("latin-1"),
                request.uri.decode("utf-8", "surrogateescape"),
                path.decode("utf-8", "surrogateescape"),
                request.errors or (),
            )

        return answered


class Logged(Resource):
    """Marks requests for the access log.

    What a server plugin or a redirect answers never comes here and leaves no
    line, as in KrakenD.
    """

    isLeaf = True

    def __init__(self, leaf: Any) -> None:
        Resource.__init__(self)
        self._leaf = leaf
        self.streams_body = getattr(leaf, "streams_body", False)
        self.answers_later = getattr(leaf, "answers_later", False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        request.logged = True
        return self._leaf.render(request)


class Broken(Resource):
    """Answers for an endpoint whose pipe could not be built: a bare 500."""

    isLeaf = True
    streams_body = True

    def __init__(self) -> None:
        Resource.__init__(self)

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.setResponseCode(500)
        return b""


def _named(limits: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Limits of payloads, which are no component's, with their name."""
    return ((KEY, limit) for limit in limits)


def _ordered(
    candidates: Iterable[tuple[str, Any]], interface: type[Interface], attribute: str
) -> list[tuple[str, Any]]:
    """Names and components that provide ``interface``, innermost first."""
    found = [each for each in candidates if interface.providedBy(each[1])]
    return sorted(found, key=lambda each: -getattr(each[1], attribute))


def _parts(components: Iterable[tuple[str, Any]], attribute: str) -> tuple[Part, ...]:
    """Components for the plan, outermost first."""
    parts = [Part(getattr(it, attribute), name, it) for name, it in components]
    return tuple(reversed(parts))


def _agents(scope: ServiceScope) -> Callable[[], dict[str, str]]:
    """The async agents' lines of the health check."""
    reporters = [
        settings
        for settings in scope.config.extra.settings.values()
        if IHealthReporter.providedBy(settings)
    ]

    def agents() -> dict[str, str]:
        lines: dict[str, str] = {}
        for reporter in reporters:
            lines.update(reporter.health())
        return lines

    return agents
