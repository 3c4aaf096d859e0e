"""``validation/response-json-schema``: the answer must fit a JSON schema.

On an endpoint it judges what goes to the client, on a backend what goes into the
merge, both formatted.  The body of a no-op answer is judged if it is JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.validation._response_check import (
    ResponseCheck,
    compile_check,
    read_check,
)
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "validation/response-json-schema"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class ResponseJSONSchema:
    """Refuses answers that do not fit."""

    proxy_order = backend_order = 670
    check: ResponseCheck

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        return self._hooks() if stands_in(self, scope.config.extra) else None

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        return self._hooks() if stands_in(self, scope.config.extra) else None

    def _hooks(self) -> Hooks:
        return Hooks(response=compile_check(self.check), name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> ResponseJSONSchema:
    """The schema, compiled, and the error in place of what does not fit it.

    :raises krakendtw.errors.ConfigError: see
        :func:`~krakendtw.middleware.validation._response_check.read_check`; or it
        would guard nothing where it stands.
    """
    demand_level(where, ENDPOINT, BACKEND)
    return ResponseJSONSchema(read_check(raw, where))
