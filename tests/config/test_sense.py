"""Tests of what starts and cannot be meant."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    ExtraConfig,
    ServiceConfig,
)
from krakendtw.config.resolve import resolve
from krakendtw.config.sense import doubtful
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IBackendTerminator

BACKEND = {"url_pattern": "/b"}


def findings(*endpoints: dict[str, Any], host: tuple[str, ...] = ("h",)) -> list[Any]:
    """What there is to look at in these endpoints."""
    document = {"version": 3, "host": list(host), "endpoints": list(endpoints)}
    where = ConfigPath()
    return list(doubtful(resolve(structure(document, where), where)))


class RouteTests(SynchronousTestCase):
    """Endpoints of one route."""

    def test_same(self) -> None:
        """Names of parameters make no difference."""
        [finding] = findings(
            {"endpoint": "/a/{x}", "backend": [BACKEND]},
            {"endpoint": "/a", "backend": [BACKEND]},
            {"endpoint": "/a/{y}", "backend": [BACKEND]},
        )
        self.assertEqual(("endpoints", 2), finding.steps)
        self.assertEqual("the same route as $.endpoints[0]", finding.message)

    def test_methods(self) -> None:
        """Another method is another route."""
        self.assertEqual(
            [],
            findings(
                {"endpoint": "/a", "backend": [BACKEND]},
                {"endpoint": "/a", "method": "POST", "backend": [BACKEND]},
            ),
        )


@implementer(IBackendTerminator)
class Queue:
    """Something in the place of HTTP."""

    backend_order = 1

    def backend_proxy(self, scope: Any) -> Any:
        """See :class:`~krakendtw.interfaces.IBackendTerminator`."""
        return None


class HostTests(SynchronousTestCase):
    """Backends without hosts."""

    def without_host(self, **settings: Any) -> list[Any]:
        """What there is to look at where nobody is called.

        :param settings: the components; nobody owns those that are ``None``.
        """
        owned = {name: value for name, value in settings.items() if value is not None}
        extra = ExtraConfig(settings=owned, raw=settings)
        where = ConfigPath() / "endpoints" / 0 / "backend" / 0
        backend = BackendConfig(extra=extra, where=where)
        endpoint = EndpointConfig(path="/a", backends=(backend,))
        return list(doubtful(ServiceConfig(endpoints=(endpoint,))))

    def test_nobody(self) -> None:
        """A backend needs a host, or the root has one."""
        [finding] = self.without_host()
        self.assertEqual(("endpoints", 0, "backend", 0), finding.steps)
        self.assertEqual([], findings({"endpoint": "/a", "backend": [BACKEND]}))

    def test_something_else(self) -> None:
        """Where something else is, or may be, in the place of HTTP there is no need."""
        self.assertEqual([], self.without_host(queue=Queue()))
        self.assertEqual([], self.without_host(unknown=None))
        self.assertEqual(1, len(self.without_host(cache=object())))
