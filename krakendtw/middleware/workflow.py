"""``workflow``: an endpoint of its own in place of a backend's call.

Its backends are asked one after the other unless told otherwise, and what they give
goes into the formatting of the backend around.  From KrakenD Enterprise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen
from twisted.internet.defer import CancelledError
from zope.interface import implementer

from krakendtw.errors import Canceled, DeadlineExceeded, MergeError, PipeError
from krakendtw.interfaces import IEncodingPlugin, INestedEndpoint
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, NESTED, demand_level
from krakendtw.proxy.formatter import compile_formatter
from krakendtw.proxy.message import Metadata, Request, Response
from krakendtw.proxy.settings import ProxySettings

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.config.model import EndpointConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy
    from krakendtw.scope import BackendScope

NAMESPACE = NESTED
MOST_NESTED = 16
"""How deep workflows may be nested."""

_NOOP = "no-op"
_PROXY = "proxy"

COMPONENTS: Final = frozenset(
    (
        "modifier/jmespath",
        "modifier/lua-proxy",
        "modifier/request-body-extractor",
        "modifier/request-body-generator",
        "modifier/response-body",
        "modifier/response-body-generator",
        "plugin/req-resp-modifier",
        _PROXY,
        "security/policies",
        "validation/cel",
        "validation/json-schema",
        "validation/response-json-schema",
    )
)
"""What may stand in the ``extra_config`` of a workflow: steps of a pipe."""


@implementer(INestedEndpoint)
@frozen
class Workflow:
    """One workflow.

    :ivar document: its endpoint, as it would stand in the list of endpoints.
    :ivar ignores_errors: whether what fails leaves a part of the answer out and no
        more.
    :ivar endpoint: the endpoint, resolved.
    """

    document: Mapping[str, Any] = field(repr=False)
    ignores_errors: bool = False
    endpoint: EndpointConfig | None = None

    def holding(self, endpoint: EndpointConfig) -> Workflow:
        """See :class:`~krakendtw.interfaces.INestedEndpoint`."""
        if self.ignores_errors:
            endpoint = _going_on(endpoint)
        return evolve(self, endpoint=endpoint)

    def nested_proxy(self, scope: BackendScope, pipe: Proxy) -> Proxy:
        """See :class:`~krakendtw.interfaces.INestedEndpoint`."""
        assert self.endpoint is not None  # the core has asked to hold it
        wheel = scope.service.wheel
        timeout = self.endpoint.timeout
        is_shorter = timeout < scope.config.timeout
        respond = compile_output(scope, self.endpoint)
        rescue = _rescued if self.ignores_errors else _failed

        def proxy(request: Request) -> Deferred[Response]:
            inner = request.clone()
            inner.url = ""  # its backends choose their own
            inner.deadline = min(request.deadline, wheel.seconds + timeout)
            answer = pipe(inner)
            if is_shorter:
                _limit(answer, wheel, timeout)
            answer.addErrback(rescue)
            return answer.addCallback(respond, request)

        return proxy


def _going_on(endpoint: EndpointConfig) -> EndpointConfig:
    """An endpoint whose sequence goes on behind what fails."""
    settings = dict(endpoint.extra.settings)
    proxy = settings.get(_PROXY)
    settings[_PROXY] = evolve(
        proxy if isinstance(proxy, ProxySettings) else ProxySettings(), goes_on=True
    )
    extra = evolve(endpoint.extra, settings=MappingProxyType(settings))
    return evolve(endpoint, extra=extra)


def _limit(answer: Deferred[Response], wheel: Any, timeout_s: float) -> None:
    """Give an answer a time of its own."""
    expired: list[bool] = []

    def expire() -> None:
        expired.append(True)
        answer.cancel()

    timer = wheel.call_later(timeout_s, expire)

    def stop(outcome: Any) -> Any:
        timer.cancel()
        if expired and not isinstance(outcome, Response):
            outcome.trap(CancelledError, Canceled, PipeError)
            raise DeadlineExceeded
        return outcome

    answer.addBoth(stop)


def _failed(failure: Failure) -> Failure:
    """What fails is the backend's failure, without the part that is there."""
    error = failure.value
    if isinstance(error, MergeError):
        raise MergeError(error.errors) from error
    return failure


def _rescued(failure: Failure) -> Response:
    """What is there of an answer that failed, incomplete."""
    failure.trap(PipeError)
    response = failure.value.response or Response({})  # type: ignore[union-attr]
    response.is_complete = False
    return response


def compile_output(
    scope: BackendScope, endpoint: EndpointConfig
) -> Callable[[Response, Request], Response]:
    """What becomes of a workflow's answer in the backend around it."""
    backend = scope.config
    if backend.encoding == _NOOP:
        if endpoint.output_encoding == _NOOP:
            return lambda response, request: response
        return _compile_rendering(scope, endpoint.output_encoding)
    settings = backend.extra.get(ProxySettings) or ProxySettings()
    format_data = compile_formatter(backend, settings.flatmap)

    def respond(response: Response, request: Request) -> Response:
        body: Any = response.io
        if hasattr(body, "stopProducing"):
            body.stopProducing()  # there is no data in it
        data: Any = response.data or {}
        if format_data is not None:
            data = format_data(data)
        return Response(data, response.is_complete, response.metadata)

    return respond


def _compile_rendering(
    scope: BackendScope, encoding: str
) -> Callable[[Response, Request], Response]:
    """A body out of a workflow's data, for a backend that relays bodies."""
    registry = scope.service.registry
    plugins = (registry.find(IEncodingPlugin, name) for name in (encoding, "json"))
    renderers = (plugin.renderer() for plugin in plugins if plugin is not None)
    render: Any = next((found for found in renderers if found is not None), None)

    def respond(response: Response, request: Request) -> Response:
        if render is None:
            return Response({}, response.is_complete, Metadata(200), b"")
        kind, body = render(response, request.source)
        headers = {"Content-Type": [kind.decode()]}
        return Response({}, response.is_complete, Metadata(200, headers), body)

    return respond


def configure(raw: Any, where: ConfigPath) -> Workflow:
    """The workflow; its backends are left to the core.

    :raises krakendtw.errors.ConfigError: it cannot be meant.
    """
    demand_level(where, BACKEND)
    fields = Fields(raw, where)
    if where.steps.count(NAMESPACE) > MOST_NESTED:
        fields.refuse("endpoint", f"is nested deeper than {MOST_NESTED} workflows")
    name = fields.text("endpoint", required=True)
    document: dict[str, Any] = {
        "endpoint": name if name.startswith("/") else f"/{name}",
        "backend": [item for _, item in fields.items("backend", required=True)],
        "concurrent_calls": fields.whole("concurrent_calls", 1, least=1),
        "output_encoding": fields.text("output_encoding", "json"),
        "timeout": fields.any("timeout"),
        "extra_config": _extra_config(fields),
    }
    if document["concurrent_calls"] > 5:
        fields.refuse("concurrent_calls", "5 are possible at most")
    if document["timeout"] is None:
        del document["timeout"]
    else:
        fields.duration_ns("timeout", 0)
    ignores = fields.flag("ignore_errors")
    fields.finish()
    return Workflow(document, ignores)


def _extra_config(fields: Fields) -> dict[str, Any]:
    """The components; the backends are asked in turn unless something else is said."""
    written = fields.any("extra_config")
    if not isinstance(written, Mapping | None):
        fields.refuse("extra_config", "an object is wanted")
        written = None
    found = dict(written or {})
    for name in found:
        if name not in COMPONENTS and not name.startswith(("@", "$", "_", "#")):
            fields.refuse("extra_config", f"{name} is no step of a workflow")
    proxy = found.get(_PROXY)
    found[_PROXY] = {
        "sequential": True,
        **(proxy if isinstance(proxy, Mapping) else {}),
    }
    return found
