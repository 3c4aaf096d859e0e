"""``modifier/jmespath``: an expression makes new data out of an answer's.

On an endpoint it works on the merged data, on a backend on the formatted data of
that one.  From KrakenD Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, PipeError
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.modifier._jmespath import (
    Search,
    SearchError,
    compile_search,
)
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "modifier/jmespath"
_NOOP = "no-op"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class JMESPath:
    """One expression.

    :ivar search: what it finds in data.
    """

    proxy_order = backend_order = 690
    expression: str
    search: Search = field(repr=False, eq=False)

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._hooks(scope.config.output_encoding == _NOOP, scope.log)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._hooks(scope.config.encoding == _NOOP, scope.log)

    def _hooks(self, is_raw: bool, log: Log) -> Hooks | None:
        """The step; none where answers are relayed as they come."""
        if is_raw:
            log.child(f"{log.prefix}[JMESPath]").warning(
                "There is no data behind the no-op encoding"
            )
            return None
        return Hooks(response=self._respond, name=NAMESPACE)

    def _respond(self, request: Request, response: Response) -> None:
        if response.data is not None:
            response.data = self.transform(response.data)

    def transform(self, data: Any) -> dict[str, Any]:
        """New data; a list is the ``collection`` of it, anything else its ``content``.

        :raises PipeError: the expression does not work on this data.
        """
        try:
            found = self.search(data)
        except SearchError as error:
            raise PipeError(f"jmespath: {error}") from None
        if isinstance(found, dict):
            return found
        if isinstance(found, list):
            return {"collection": found}
        return {} if found is None else {"content": found}


def configure(raw: Any, where: ConfigPath) -> JMESPath:
    """The expression, compiled.

    :raises ConfigError: it is none, or stands where there is no data.
    """
    demand_level(where, ENDPOINT, BACKEND)
    fields = Fields(raw, where)
    expression = fields.text("expr", required=True)
    fields.finish()
    try:
        return JMESPath(expression, compile_search(expression))
    except SearchError as error:
        raise ConfigError(where / "expr", str(error)) from None
