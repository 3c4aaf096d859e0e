"""``modifier/lua-endpoint``: scripts on the client's own request.

At an endpoint they run in front of its handler; at the service, in front of all
that the router leads to.  They only have ``pre``, and never send a body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import CancelledError, Deferred
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.interfaces import (
    Handler,
    IDoubtful,
    IHandlerMiddleware,
    IRouterMiddleware,
)
from krakendtw.middleware.modifier.lua._context import capitalised
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._pipe import doubts_of, open_scripts
from krakendtw.middleware.modifier.lua._settings import LuaSettings, parse_settings
from krakendtw.middleware.modifier.lua._work import Work
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.middleware.modifier.lua._scripts import Scripts
    from krakendtw.scope import HandlerScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

NAMESPACE = "modifier/lua-endpoint"


@implementer(IHandlerMiddleware, IRouterMiddleware, IDoubtful)
@frozen
class LuaEndpoint:
    """The scripts of one endpoint, or of the service."""

    handler_order = 500
    router_order = 500
    settings: LuaSettings
    _opened: list[Scripts] = field(factory=list, init=False, eq=False, repr=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        if scope.config.extra.settings.get(NAMESPACE) is not self:
            return handler  # the service's: it works on leaves
        log = scope.log.child(f"[ENDPOINT: {scope.config.path}][Lua]")
        scripts = open_scripts(self.settings, "ctx", scope.service, log)
        log.debug("Middleware is now ready")
        return _guarded(scripts, handler, _parameter_names(scope.config.path), log)

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        log = scope.log.child("[SERVICE: Gin][Lua]")
        if not self._opened:  # all leaves share one state
            self._opened.append(open_scripts(self.settings, "ctx", scope, log))
            log.debug("Middleware is now ready")
        return Guarded(resource, self._opened[0], log)

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return doubts_of(self.settings)


def configure(raw: Any, where: ConfigPath) -> LuaEndpoint:
    """The scripts.

    :raises krakendtw.errors.NotConfigured: they are left out; see
        :func:`~krakendtw.middleware.modifier.lua._settings.parse_settings`.
    :raises krakendtw.errors.ConfigError: our own keys are wrong.
    """
    return LuaEndpoint(parse_settings(raw, where))


def _parameter_names(path: str) -> Mapping[str, str]:
    """The parameters of a route as it names them, by their capitalised names."""
    names = [step[1:] for step in path.split("/") if step[:1] in (":", "*")]
    return {capitalised(name): name for name in names}


def _guarded(
    scripts: Scripts, handler: Handler, names: Mapping[str, str], log: Log
) -> Handler:
    """A handler behind the scripts."""

    def handle(request: GatewayRequest) -> Answer | Deferred[Answer]:
        try:
            waits = scripts.start(Work(client=request, names=names))
        except ScriptError as error:
            return refuse(error)
        if waits is None:
            return handler(request)
        found: Any = waits
        found.addCallbacks(lambda _: handler(request), failed)
        return found  # type: ignore[no-any-return]

    def failed(failure: Failure) -> Answer:
        failure.trap(ScriptError)
        return refuse(failure.value)  # type: ignore[arg-type]

    def refuse(error: ScriptError) -> Answer:
        if not error.has_status:
            log.error(str(error))
        return _refusal(error)

    return handle


def _refusal(error: ScriptError) -> Answer:
    """The answer in place of an endpoint's: its status, no body."""
    head = b""
    if error.has_status and error.encoding:
        kind = error.encoding.encode("utf-8", "surrogateescape")
        head = b"Content-Type: %b\r\n" % kind
    return Answer(error.status, head, errors=[str(error)])


class Guarded(Resource):
    """A leaf of the router behind the service's scripts.

    What they fail with is a bare 500, whatever status they ask for.
    """

    isLeaf = True

    def __init__(self, leaf: Any, scripts: Scripts, log: Log) -> None:
        Resource.__init__(self)
        self._leaf = leaf
        self._scripts = scripts
        self._log = log
        self.streams_body = getattr(leaf, "streams_body", False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        try:
            waits = self._scripts.start(Work(client=request, names={}))
        except ScriptError as error:
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
        error = failure.value
        if not isinstance(error, ScriptError):
            error = ScriptError(str(error))
        self._refuse(error, request)

    def _refuse(self, error: ScriptError, request: Any) -> None:
        self._log.error(str(error))
        if not request.finished:
            request.errors = [str(error)]
            request.answer(500, b"", b"")
