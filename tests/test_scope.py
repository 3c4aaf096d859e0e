"""Tests of :mod:`krakendtw.scope`."""

from __future__ import annotations

from attrs.exceptions import FrozenInstanceError
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import Interface, implementer

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.testing import (
    backend_scope,
    endpoint_scope,
    extra_config,
    handler_scope,
    service_scope,
)


class IThing(Interface):
    """Something that a component may provide."""


@implementer(IThing)
class Thing:
    """Provides it."""


class ScopeTests(SynchronousTestCase):
    """What components are told of the place they work in."""

    def test_providers(self) -> None:
        """The endpoint's components come before the service's; others are left out."""
        mine, theirs = Thing(), Thing()
        service = service_scope(
            ServiceConfig(extra=extra_config({"a": theirs, "b": object()}))
        )
        config = EndpointConfig("/e", extra=extra_config({"c": object(), "d": mine}))
        scope = endpoint_scope(config, service)
        self.assertEqual([mine, theirs], scope.providers(IThing))
        self.assertEqual([], endpoint_scope().providers(IThing))

    def test_nested(self) -> None:
        """A backend's scope leads to the service's."""
        scope = backend_scope()
        self.assertIs(scope.endpoint.service, scope.service)

    def test_handler(self) -> None:
        """A handler's scope is an endpoint's, with its pipe."""
        scope = handler_scope(EndpointConfig("/e"))
        self.assertEqual("/e", scope.config.path)
        self.assertEqual([], scope.providers(IThing))
        self.assertTrue(callable(scope.proxy))

    def test_frozen(self) -> None:
        """Nobody changes the place of others."""
        for scope in (service_scope(), endpoint_scope(), backend_scope()):
            with self.assertRaises(FrozenInstanceError):
                scope.log = None  # type: ignore[misc, assignment]

    def test_quiet_text(self) -> None:
        """Its text shows the configuration, not the machinery."""
        self.assertIn("/e", repr(endpoint_scope(EndpointConfig("/e"))))
        self.assertNotIn("Registry", repr(service_scope()))
