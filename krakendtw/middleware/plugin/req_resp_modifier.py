"""``plugin/req-resp-modifier``: user plugins that change requests and responses.

A name is a request modifier if a plugin of that kind answers to it, otherwise
a response modifier; never both.  Unknown names are passed over.  What a
modifier returns counts if it is a request, or a response, or a Deferred of
one; with anything else it means that the one it was given goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from zope.interface import implementer

from krakendtw.config.where import ConfigPath
from krakendtw.errors import (
    ConfigError,
    ConfigErrors,
    GatewayError,
    NotConfigured,
    PluginError,
)
from krakendtw.interfaces import (
    IBackendMiddleware,
    IProxyMiddleware,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    IScopedModifier,
    RequestModifier,
    ResponseModifier,
)
from krakendtw.middleware.plugin._door import (
    as_object,
    is_configured,
    listed_names,
    refuse_unknown,
)
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.log import Log
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "plugin/req-resp-modifier"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class Modifiers:
    """The modifiers that one endpoint or backend names, in their order."""

    proxy_order = 850
    backend_order = 70
    where: ConfigPath
    config: Mapping[str, Any]
    names: tuple[str, ...]

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        endpoint = scope.config
        if not is_configured(self, endpoint.extra):
            return None
        log = scope.log.child(f"[ENDPOINT: {endpoint.path}][Modifier Plugins]")
        return self._hooks(scope, log)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        backend = scope.config
        if not is_configured(self, backend.extra):
            return None
        log = scope.log.child(
            f"[BACKEND: {backend.parent_method} {backend.parent_endpoint}"
            f" -> {backend.url_pattern}][Modifier Plugins]"
        )
        return self._hooks(scope, log)

    def _hooks(self, scope: EndpointScope | BackendScope, log: Log) -> Hooks | None:
        registry = scope.service.registry
        down: list[Any] = []
        up: list[ResponseModifier] = []
        for name in self.names:
            before = registry.find(IRequestModifierPlugin, name)
            if before is not None:
                _collect(down, name, before.request_modifier, self)
                continue
            after = registry.find(IResponseModifierPlugin, name)
            if after is not None:
                _collect(up, name, after.response_modifier, self)
                continue
            refuse_unknown(scope.service, name, self.where)
        down = [
            modifier.bound(scope) if IScopedModifier.providedBy(modifier) else modifier
            for modifier in down
        ]
        if not down and not up:
            return None
        log.debug(f"Adding {len(down)} request and {len(up)} response modifiers")
        return Hooks(
            request=compile_request_chain(down) if down else None,
            response=compile_response_chain(up) if up else None,
            name=NAMESPACE,
        )


def _collect(
    modifiers: list[Any],
    name: str,
    factory: Callable[[Mapping[str, Any]], Any],
    settings: Modifiers,
) -> None:
    """Add what a plugin makes of its configuration, unless it stays out.

    :raises PluginError: it cannot be made.
    :raises ConfigError: the same, with the place in the document.
    """
    try:
        modifier = factory(settings.config)
    except ConfigErrors as error:
        placed = [_placed(each, settings.where) for each in error.errors]
        raise ConfigErrors(placed) from error
    except ConfigError as error:
        raise _placed(error, settings.where) from error
    except GatewayError:
        raise
    except Exception as error:
        raise PluginError(f"plugin {name}: {error}") from error
    if modifier is not None:
        modifiers.append(modifier)


def _placed(error: ConfigError, where: ConfigPath) -> ConfigError:
    """An error of a plugin, which does not know where its configuration stands."""
    inner = () if error.where is None else error.where.steps
    return ConfigError(ConfigPath((*where.steps, *inner), where.file), error.message)


def compile_request_chain(
    modifiers: Sequence[RequestModifier],
) -> Callable[[Request], Deferred[None] | None]:
    """The request hook that runs ``modifiers`` one after another.

    Where they answer with another request, its fields are copied to the
    original one at the end, which is the one that the pipe goes on with.
    """
    chain = tuple(modifiers)

    def run(request: Request) -> Deferred[None] | None:
        return advance(request, request, 0)

    def advance(
        original: Request, request: Request, start: int
    ) -> Deferred[None] | None:
        for index in range(start, len(chain)):
            result = chain[index](request)
            if result is None:
                continue
            if isinstance(result, Deferred):
                return result.addCallback(resume, original, request, index + 1)
            if isinstance(result, Request):
                request = result
        if request is not original:
            _copy_request(request, original)
        return None

    def resume(result: Any, original: Request, request: Request, start: int) -> Any:
        if isinstance(result, Request):
            request = result
        return advance(original, request, start)

    return run


def _copy_request(source: Request, target: Request) -> None:
    target.method = source.method
    target.url = source.url
    target.query = source.query
    target.path = source.path
    target.body = source.body
    target.params = source.params
    target.headers = source.headers


def compile_response_chain(
    modifiers: Sequence[ResponseModifier],
) -> Callable[[Request, Response], Response | Deferred[Response]]:
    """The response hook that runs ``modifiers`` one after another."""
    chain = tuple(modifiers)

    def run(request: Request, response: Response) -> Response | Deferred[Response]:
        return advance(request, response, 0)

    def advance(
        request: Request, response: Response, start: int
    ) -> Response | Deferred[Response]:
        for index in range(start, len(chain)):
            result = chain[index](request, response)
            if result is None:
                continue
            if isinstance(result, Deferred):
                return result.addCallback(resume, request, response, index + 1)
            if isinstance(result, Response):
                response = result
        return response

    def resume(result: Any, request: Request, response: Response, start: int) -> Any:
        if isinstance(result, Response):
            response = result
        return advance(request, response, start)

    return run


def configure(raw: Any, where: ConfigPath) -> Modifiers:
    """The modifiers.

    :raises NotConfigured: ``raw`` is no object, or ``name`` no list.
    """
    config = as_object(raw)
    names = None if config is None else listed_names(config)
    if config is None or names is None:
        raise NotConfigured(f"{NAMESPACE} wants a list of names")
    return Modifiers(where, config, names)
