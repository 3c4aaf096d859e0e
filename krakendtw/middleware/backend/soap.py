"""``backend/soap``: a template writes the envelope that is sent to a SOAP service.

From KrakenD Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware._place import BACKEND, demand_level, stands_in
from krakendtw.middleware.modifier._body_template import BodyTemplate, read_template
from krakendtw.middleware.modifier._formats import Formats
from krakendtw.middleware.modifier._generator import compile_generator
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import BackendScope

NAMESPACE = "backend/soap"


@implementer(IBackendMiddleware)
@frozen
class Soap:
    """One template for envelopes."""

    backend_order = 697
    template: BodyTemplate

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"{scope.log.prefix}[SOAP]")
        if scope.config.method in ("GET", "HEAD"):
            log.warning(
                f"SOAP services want POST, and the method is {scope.config.method}"
            )
        formats = Formats.of(scope.service.registry)
        return Hooks(
            request=compile_generator(self.template, formats, log), name=NAMESPACE
        )


def configure(raw: Any, where: ConfigPath) -> Soap:
    """The template, compiled.

    :raises krakendtw.errors.ConfigError: it cannot be read.
    """
    demand_level(where, BACKEND)
    return Soap(read_template(raw, where, "soap", content_type="text/xml"))
