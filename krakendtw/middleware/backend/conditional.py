"""``backend/conditional``: a backend that is asked under a condition only.

A header's value, a policy, or that no other conditional backend is asked.  From
KrakenD Enterprise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.config.canonical import canonical_header
from krakendtw.interfaces import IConditionalBackend
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, demand_level
from krakendtw.middleware.security._policy import ON_REQUEST, compile_policy

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Request
    from krakendtw.scope import BackendScope

HEADER, POLICY, FALLBACK = "header", "policy", "fallback"
_STRATEGIES: Final = (HEADER, POLICY, FALLBACK)


@implementer(IConditionalBackend)
@frozen
class Conditional:
    """The condition of one backend.

    :ivar unmet: why the backend is not asked; empty if it is.
    :ivar needs_body: whether the request's body must be whole for that.
    """

    strategy: str
    unmet: Callable[[Request], str] = field(repr=False, eq=False)
    needs_body: bool = False

    @property
    def is_fallback(self) -> bool:
        """See :class:`~krakendtw.interfaces.IConditionalBackend`."""
        return self.strategy == FALLBACK

    def condition(self, scope: BackendScope) -> Callable[[Request], bool]:
        """See :class:`~krakendtw.interfaces.IConditionalBackend`."""
        log = scope.log.child(f"{scope.log.prefix}[Conditional]")
        unmet = self.unmet

        def condition(request: Request) -> bool:
            reason = unmet(request)
            if reason and log.debug_on:
                log.debug(f"skipped, {reason}")
            return not reason

        return condition


def configure(raw: Any, where: ConfigPath) -> Conditional:
    """The condition.

    :raises krakendtw.errors.ConfigError: it cannot be meant.
    """
    demand_level(where, BACKEND)
    fields = Fields(raw, where)
    strategy = fields.text("strategy", required=True)
    if strategy and strategy not in _STRATEGIES:
        wanted = ", ".join(_STRATEGIES)
        fields.refuse("strategy", f"{strategy!r} found, one of {wanted} is wanted")
    name = fields.text("name", required=strategy == HEADER)
    value = fields.text("value", required=strategy == POLICY)
    fields.finish()
    if strategy == HEADER:
        return Conditional(strategy, _header_is(canonical_header(name), value))
    if strategy == POLICY:
        policy = compile_policy(value, where / "value", ON_REQUEST)
        return Conditional(strategy, policy.unmet, policy.needs_body)
    return Conditional(strategy, lambda request: "")


def _header_is(name: str, value: str) -> Callable[[Request], str]:
    """Whether the first value of a header field is a text."""

    def unmet(request: Request) -> str:
        values = request.headers.get(name)
        if values and values[0] == value:
            return ""
        return f"{name} is {values[0]!r}" if values else f"there is no {name}"

    return unmet
