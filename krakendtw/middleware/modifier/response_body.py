"""``modifier/response-body``: texts in an answer's data, changed one by one.

On an endpoint it works on the merged data, on a backend on the formatted data of
that one.  From KrakenD Enterprise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.modifier._text_change import (
    Change,
    Path,
    compile_changes,
    literal,
    path_of,
    pattern,
    trim,
)
from krakendtw.proxy.pipe import Hooks
from krakendtw.regex import RegexError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "modifier/response-body"
_NOOP = "no-op"


def _read_literal(fields: Fields) -> Change:
    return literal(fields.text("find", required=True), fields.text("replace"))


def _read_pattern(fields: Fields) -> Change:
    find, replace = fields.text("find", required=True), fields.text("replace")
    try:
        return pattern(find, replace)
    except RegexError as error:
        fields.refuse("find", str(error))
        return str


def _read_trim(fields: Fields) -> Change:
    return trim(fields.text("find", required=True))


OPERATIONS: dict[str, Callable[[Fields], Change]] = {
    "literal": _read_literal,
    "regexp": _read_pattern,
    "trim": _read_trim,
    "lower": lambda fields: str.lower,
    "upper": lambda fields: str.upper,
}
"""What is read of each operation's object, its field excepted."""


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class ResponseBody:
    """The changes of one endpoint or backend.

    :ivar apply: makes them, in place.
    """

    proxy_order = backend_order = 692
    apply: Callable[[Any], None] = field(repr=False, eq=False)

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
            log.child(f"{log.prefix}[Response Body]").warning(
                "There is no data behind the no-op encoding"
            )
            return None
        return Hooks(response=self._respond, name=NAMESPACE)

    def _respond(self, request: Request, response: Response) -> None:
        if response.data:
            self.apply(response.data)


def configure(raw: Any, where: ConfigPath) -> ResponseBody:
    """The changes, in their order.

    :raises ConfigError: one of them cannot be read.
    """
    demand_level(where, ENDPOINT, BACKEND)
    fields = Fields(raw, where)
    changes: list[tuple[Path, Change]] = []
    for place, item in fields.items("modifiers", required=True):
        try:
            changes.append(_read_modifier(Fields(item, place)))
        except ConfigErrors as error:
            fields.errors.extend(error.errors)
        except ConfigError as error:
            fields.errors.append(error)
    fields.finish()
    return ResponseBody(compile_changes(changes))


def _read_modifier(outer: Fields) -> tuple[Path, Change]:
    """One change.

    :raises ConfigError: it is none, or more than one.
    """
    names = [name for name in OPERATIONS if outer.has(name)]
    if len(names) != 1:
        found = " and ".join(names) or "none"
        wanted = ", ".join(OPERATIONS)
        raise ConfigError(outer.where, f"{found} found, one of {wanted} is wanted")
    inner = Fields(outer.any(names[0]), outer.where / names[0])
    path = path_of(inner.text("field", required=True))
    change = OPERATIONS[names[0]](inner)
    outer.finish()
    inner.finish()
    return path, change
