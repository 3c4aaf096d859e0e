"""``modifier/response-body-generator``: a template writes the answer's body.

On an endpoint out of the merged data, on a backend out of that one's.  From
KrakenD Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from zope.interface import implementer

from krakendtw.gojson.text import decode_raw
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.modifier._body_template import (
    BodyTemplate,
    collect,
    read_template,
)
from krakendtw.middleware.modifier._formats import Formats
from krakendtw.middleware.modifier._template_data import request_views, response_views
from krakendtw.proxy.message import Metadata
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope, ServiceScope

NAMESPACE = "modifier/response-body-generator"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class ResponseBodyGenerator:
    """One template for answers."""

    proxy_order = backend_order = 680
    template: BodyTemplate

    def proxy_part(self, scope: EndpointScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._part(scope.service, scope.log)

    def backend_part(self, scope: BackendScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._part(scope.service, scope.log)

    def _part(self, service: ServiceScope, log: Log) -> Hooks | Wrap:
        log = log.child(f"{log.prefix}[Response Body Generator]")
        return compile_part(self.template, Formats.of(service.registry), log)


def configure(raw: Any, where: ConfigPath) -> ResponseBodyGenerator:
    """The template, compiled.

    :raises krakendtw.errors.ConfigError: it cannot be read.
    """
    demand_level(where, ENDPOINT, BACKEND)
    return ResponseBodyGenerator(read_template(raw, where, "response-body-generator"))


def compile_part(template: BodyTemplate, formats: Formats, log: Log) -> Hooks | Wrap:
    """The step: hooks, unless the template asks for the request as it came."""
    views = template.views(response_views(formats, log))
    needs_body = template.reads("resp_body")
    replace = _compile_replace(template.content_type, formats)

    def generate(response: Response, data: dict[str, Any]) -> Response:
        replace(response, template.render(data | collect(views, response), log))
        return response

    def respond(
        response: Response, data: dict[str, Any]
    ) -> Response | Deferred[Response]:
        body: Any = response.io
        if body is not None and type(body) is not bytes:
            if needs_body:
                whole: Deferred[Any] = body.read_all()
                return whole.addCallback(_keep, response).addCallback(generate, data)
            body.stopProducing()
        return generate(response, data)

    asked = template.views(request_views(formats, log))
    if not asked:
        return Hooks(
            response=lambda request, response: respond(response, {}), name=NAMESPACE
        )
    needs_request = template.reads("req_body")

    def wrap(below: Proxy) -> Proxy:
        def proxy(request: Request) -> Deferred[Response]:
            if needs_request:
                waits: Any = request.read_body()
                if isinstance(waits, Deferred):
                    return waits.addCallback(lambda _: go_on(request))
            return go_on(request)

        def go_on(request: Request) -> Deferred[Response]:
            # As it is now: the steps inside may make another one of it.
            data = collect(asked, request)
            return below(request).addCallback(respond, data)

        return proxy

    return wrap


def _keep(body: bytes, response: Response) -> Response:
    response.io = body
    return response


def _compile_replace(
    content_type: str, formats: Formats
) -> Callable[[Response, bytes], None]:
    """Puts a text into the place of an answer's body, or makes its data of it."""

    def replace(response: Response, text: bytes) -> None:
        if response.io is None:
            response.data = _data(formats, text, content_type)
            return
        headers = dict(response.metadata.headers)
        for name in ("Content-Length", "Content-Encoding", "Etag"):
            headers.pop(name, None)
        headers["Content-Type"] = [content_type]
        response.metadata = Metadata(response.metadata.status, headers)
        response.io = text

    return replace


def _data(formats: Formats, text: bytes, content_type: str) -> dict[str, Any]:
    """The data that a text stands for."""
    try:
        value = formats.read(text, content_type)
    except ValueError:
        return {"content": decode_raw(text)}
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {"collection": value}
    return {} if value is None else {"content": value}
