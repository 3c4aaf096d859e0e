"""Tests of :mod:`krakendtw.sd.static`."""

from __future__ import annotations

from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.interfaces import IDiscoveryPlugin, ISubscriber
from krakendtw.sd.static import driver
from krakendtw.testing import backend_scope


class StaticTests(SynchronousTestCase):
    """The hosts of the configuration."""

    def test_promises(self) -> None:
        """The driver is a plugin of that name."""
        verifyObject(IPlugin, driver)
        verifyObject(IDiscoveryPlugin, driver)
        self.assertEqual("static", driver.name)

    def test_hosts(self) -> None:
        """They are those of the backend, and never change."""
        hosts = ("http://a", "http://b")
        subscriber = driver.subscriber(backend_scope(BackendConfig(hosts=hosts)))
        verifyObject(ISubscriber, subscriber)
        self.assertIs(hosts, subscriber.hosts())
