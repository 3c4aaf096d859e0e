"""``sd: static``: the hosts of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen
from twisted.plugin import IPlugin
from zope.interface import implementer

from krakendtw.interfaces import IDiscoveryPlugin, ISubscriber

if TYPE_CHECKING:
    from krakendtw.scope import BackendScope


@implementer(ISubscriber)
@frozen
class FixedHosts:
    """Hosts that never change: a tuple tells the balancer so."""

    _hosts: tuple[str, ...]

    def hosts(self) -> Sequence[str]:
        """See :class:`~krakendtw.interfaces.ISubscriber`."""
        return self._hosts


@implementer(IPlugin, IDiscoveryPlugin)
class Static:
    """The driver."""

    name = "static"

    def subscriber(self, scope: BackendScope) -> ISubscriber:
        """See :class:`~krakendtw.interfaces.IDiscoveryPlugin`."""
        return FixedHosts(scope.config.hosts)


driver = Static()
