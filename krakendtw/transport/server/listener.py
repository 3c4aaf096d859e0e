"""What is to listen: the site alone, or with TLS and HTTP/2 before it.

What is not configured is not even imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocolFactory

    from krakendtw.config.model import ServiceConfig
    from krakendtw.log import Log
    from krakendtw.transport.server.site import GatewaySite


def listener(
    site: GatewaySite, config: ServiceConfig, log: Log, clock: Any, *, use_h2c: bool
) -> IProtocolFactory:
    """What is to listen: the site, or what finds out its clients' language.

    :param use_h2c: whether clear text may be HTTP/2.
    :param clock: the reactor.
    :raises krakendtw.errors.ConfigError: the certificates cannot be used.
    """
    tls = config.tls
    if tls is not None and not tls.disabled:
        from krakendtw.transport.server.opening import Negotiation, Openings
        from krakendtw.transport.server.tls import SecureFactory, ServerTLS

        server = ServerTLS(tls, config.where / "tls", log)
        return SecureFactory(server, Openings(site, Negotiation), site.wheel, clock)
    if use_h2c:
        from krakendtw.transport.server.opening import ClearText, Openings

        return Openings(site, ClearText)
    return site
