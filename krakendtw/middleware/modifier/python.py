"""``modifier/python``: scripts in Python around endpoints and backends.

A script is a module with functions: ``enter`` looks at the client's own request
in front of an endpoint's handler, ``pre`` and ``post`` stand around all backends
or one.  Python has no sandbox, so that scripts run only where the service's own
``extra_config`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.errors import ConfigError, PipeError
from krakendtw.interfaces import (
    Handler,
    IBackendMiddleware,
    IConditional,
    IHandlerMiddleware,
    IProxyMiddleware,
    IRouterMiddleware,
    Proxy,
    Wrap,
)
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, SERVICE, level_of, stands_in
from krakendtw.middleware.modifier._python_scripts import Scripts
from krakendtw.middleware.modifier._python_settings import (
    PythonSettings,
    parse_settings,
)
from krakendtw.middleware.modifier._python_source import ENTER, POST, PRE
from krakendtw.proxy.message import Response as PipeResponse
from krakendtw.router.failure import error_answer
from krakendtw.scripting import Client, Request, Response

if TYPE_CHECKING:
    from krakendtw.config.model import ServiceConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request as PipeRequest
    from krakendtw.router.answer import Answer
    from krakendtw.scope import (
        BackendScope,
        EndpointScope,
        HandlerScope,
        ServiceScope,
    )
    from krakendtw.transport.server.request import GatewayRequest

NAMESPACE = "modifier/python"


@implementer(IRouterMiddleware)
@frozen
class PythonService:
    """The switch, and the scripts in front of everything.

    :ivar is_enabled: whether scripts may run.
    """

    router_order = 510
    is_enabled: bool
    settings: PythonSettings
    _opened: list[Scripts] = field(factory=list, init=False, eq=False, repr=False)

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        if not self.settings.sources:
            return resource
        log = scope.log.child("[SERVICE: Gin][Python]")
        scripts = _opened(self, self.settings, log)
        return Entered(resource, scripts, scope.client, log)


class _Scripted:
    """What endpoints and backends have in common."""

    settings: PythonSettings

    def admit(self, service: ServiceConfig) -> None:
        """See :class:`~krakendtw.interfaces.IConditional`."""
        switch = service.extra.get(PythonService)
        if switch is None or not switch.is_enabled:
            raise ConfigError(
                self.settings.where,
                f'scripts are off: the extra_config of the service wants "{NAMESPACE}":'
                ' {"enabled": true}',
            )


@implementer(IHandlerMiddleware, IProxyMiddleware, IConditional)
@frozen
class PythonEndpoint(_Scripted):
    """The scripts of an endpoint."""

    handler_order = proxy_order = 510
    settings: PythonSettings
    _opened: list[Scripts] = field(factory=list, init=False, eq=False, repr=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return handler
        log = scope.log.child(f"[ENDPOINT: {scope.config.path}][Python]")
        scripts = _opened(self, self.settings, log)
        return _entered(scripts, handler, scope, log) if scripts.has(ENTER) else handler

    def proxy_part(self, scope: EndpointScope) -> Wrap | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"[ENDPOINT: {scope.config.path}][Python]")
        scripts = _opened(self, self.settings, log)
        return _around(scripts, scope.service, skip_next=self.settings.skip_next)


@implementer(IBackendMiddleware, IConditional)
@frozen
class PythonBackend(_Scripted):
    """The scripts of one backend."""

    backend_order = 510
    settings: PythonSettings

    def backend_part(self, scope: BackendScope) -> Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"[BACKEND: {scope.config.url_pattern}][Python]")
        scripts = Scripts(self.settings, log)
        return _around(scripts, scope.service, skip_next=self.settings.skip_next)


def configure(raw: Any, where: ConfigPath) -> Any:
    """The scripts of a place, checked but not run; at service level the switch.

    :raises krakendtw.errors.ConfigErrors: all that is wrong.
    """
    fields = Fields(raw, where)
    level = level_of(where)
    if level == BACKEND:
        return PythonBackend(parse_settings(fields, (PRE, POST)))
    if level == SERVICE:
        is_enabled = fields.flag("enabled")
        settings = parse_settings(fields, (ENTER,), required=False)
        if settings.sources and not is_enabled:
            raise ConfigError(where / "enabled", "must be true for sources to run")
        return PythonService(is_enabled, settings)
    uses = (PRE, POST) if "async_agent" in where.steps else (ENTER, PRE, POST)
    return PythonEndpoint(parse_settings(fields, uses))


def _opened(
    owner: PythonService | PythonEndpoint, settings: PythonSettings, log: Log
) -> Scripts:
    """The scripts of a place, loaded once for all of its stages."""
    opened = owner._opened
    if not opened:
        opened.append(Scripts(settings, log))
        log.debug("Middleware is now ready")
    return opened[0]


# --- in a pipe


def _around(scripts: Scripts, scope: ServiceScope, *, skip_next: bool) -> Wrap | None:
    """``pre`` and ``post`` around what is below; ``None`` without either."""
    before, after = scripts.has(PRE), scripts.has(POST)
    if not (before or after or skip_next):
        return None
    http = scope.client
    run = scripts.run

    def wrap(below: Proxy) -> Proxy:
        if skip_next:
            below = _nothing

        def proxy(request: PipeRequest) -> Deferred[PipeResponse]:
            asked = Request(request, http)
            if before:
                try:
                    result = run(PRE, asked)
                except (PipeError, CancelledError):
                    return _failed()
                if result is not None:
                    if isinstance(result, Deferred):
                        return result.addCallback(go_on, request, asked)
                    return _answered(result.inner)
            answer = below(request)
            return answer.addCallback(finish, asked) if after else answer

        def go_on(early: Any, request: PipeRequest, asked: Request) -> Any:
            if early is not None:
                return early.inner
            answer = below(request)
            return answer.addCallback(finish, asked) if after else answer

        return proxy

    def finish(response: Any, asked: Request) -> Any:
        waits = run(POST, asked, Response.around(response))
        if waits is None:
            return response
        return waits.addCallback(lambda _: response)

    return wrap


def _nothing(request: PipeRequest) -> Deferred[PipeResponse]:
    """What answers with ``skip_next``."""
    return _answered(PipeResponse())


def _answered(response: PipeResponse) -> Deferred[PipeResponse]:
    found: Deferred[PipeResponse] = Deferred()
    found.callback(response)
    return found


def _failed() -> Deferred[PipeResponse]:
    found: Deferred[PipeResponse] = Deferred()
    found.errback(Failure())
    return found


# --- on the client's request


def _refusal(error: PipeError, log: Log) -> Answer:
    """The answer in place of the endpoint's."""
    log.error(str(error))
    answer = error_answer(error, b"", show=False)
    answer.errors = [str(error)]
    return answer


def _entered(
    scripts: Scripts, handler: Handler, scope: HandlerScope, log: Log
) -> Handler:
    """A handler behind ``enter``."""
    http = scope.service.client

    def handle(request: GatewayRequest) -> Answer | Deferred[Answer]:
        try:
            waits = scripts.run(ENTER, Client(request, http))
        except PipeError as error:
            return _refusal(error, log)
        if waits is None:
            return handler(request)
        return waits.addCallbacks(  # type: ignore[no-any-return]
            lambda _: handler(request), failed
        )

    def failed(failure: Failure) -> Answer:
        failure.trap(PipeError)
        return _refusal(failure.value, log)  # type: ignore[arg-type]

    return handle


class Entered(Resource):
    """A leaf of the router behind the service's ``enter``."""

    isLeaf = True

    def __init__(self, leaf: Any, scripts: Scripts, http: Any, log: Log) -> None:
        Resource.__init__(self)
        self._leaf = leaf
        self._scripts = scripts
        self._http = http
        self._log = log
        self.streams_body = getattr(leaf, "streams_body", False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        try:
            waits = self._scripts.run(ENTER, Client(request, self._http))
        except PipeError as error:
            self._refuse(error, request)
            return NOT_DONE_YET
        if waits is None:
            return self._leaf.render(request)
        request.pending = waits
        waits.addCallbacks(self._go_on, self._fail, (request,), {}, (request,))
        return NOT_DONE_YET

    def _go_on(self, _: None, request: Any) -> None:
        request.pending = None
        result = self._leaf.render(request)
        if result != NOT_DONE_YET:
            request.send_rendered(result, self._leaf)

    def _fail(self, failure: Failure, request: Any) -> None:
        request.pending = None
        if failure.check(CancelledError):
            return  # the client has left
        failure.trap(PipeError)
        self._refuse(failure.value, request)

    def _refuse(self, error: Any, request: Any) -> None:
        answer = _refusal(error, self._log)
        if not request.finished:
            request.errors = answer.errors
            request.answer(answer.status, answer.head, answer.body)
