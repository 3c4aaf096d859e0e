"""``modifier/request-body-generator``: a template writes the body for the backends.

On an endpoint once for all its backends, on a backend for that one.  From KrakenD
Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.modifier._body_template import BodyTemplate, read_template
from krakendtw.middleware.modifier._formats import Formats
from krakendtw.middleware.modifier._generator import compile_generator
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.scope import BackendScope, EndpointScope, ServiceScope

NAMESPACE = "modifier/request-body-generator"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class RequestBodyGenerator:
    """One template for requests."""

    proxy_order = backend_order = 695
    template: BodyTemplate

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._hooks(scope.service, scope.log)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._hooks(scope.service, scope.log)

    def _hooks(self, service: ServiceScope, log: Log) -> Hooks:
        log = log.child(f"{log.prefix}[Request Body Generator]")
        generate = compile_generator(self.template, Formats.of(service.registry), log)
        return Hooks(request=generate, name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> RequestBodyGenerator:
    """The template, compiled.

    :raises krakendtw.errors.ConfigError: it cannot be read.
    """
    demand_level(where, ENDPOINT, BACKEND)
    return RequestBodyGenerator(read_template(raw, where, "request-body-generator"))
