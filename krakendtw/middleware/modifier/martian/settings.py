"""``modifier/martian``: static changes of a backend's HTTP exchange.

The modifiers stand around the backend's whole client: they see the request that
is to be sent, redirects are followed inside of them, and what they make of the
answer is what the gateway judges, decodes and formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IClientMiddleware
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._agent import ModifyingAgent
from krakendtw.middleware.modifier.martian._tree import parse

if TYPE_CHECKING:
    from twisted.web.iweb import IAgent

    from krakendtw.config.where import ConfigPath
    from krakendtw.middleware.modifier.martian._pair import Pair
    from krakendtw.scope import BackendScope


@implementer(IClientMiddleware)
@frozen
class Martian:
    """The modifiers of one backend."""

    client_order = -10  # outside of a client plugin, which they change requests for
    pair: Pair = field(repr=False)

    def wrap_agent(self, scope: BackendScope, agent: IAgent) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return agent
        relays = scope.config.encoding == "no-op"
        return ModifyingAgent(agent, self.pair, relays=relays)


def configure(raw: Any, where: ConfigPath) -> Martian:
    """The modifiers.

    :raises NotConfigured: one of them, wherever in the tree, cannot be read;
        then there are none.
    """
    if not isinstance(raw, dict):
        raise NotConfigured("casting the extra config for the martian module")
    try:
        return Martian(parse(raw))
    except Mismatch as error:
        raise NotConfigured(str(error)) from None
