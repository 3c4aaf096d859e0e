"""Tests of :mod:`krakendtw.tap`."""

from __future__ import annotations

import io
import json
from typing import Any

from twisted.application.service import IService
from twisted.python import usage
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw import tap
from krakendtw.service import Gateway, LogObserverService
from krakendtw.tap import Options, makeService


class OptionsTests(SynchronousTestCase):
    """What follows ``twistd krakendtw``."""

    def parse(self, *arguments: str) -> Any:
        """The options of a command line."""
        options = Options()
        options.parseOptions(arguments)
        return options

    def test_needs_configuration(self) -> None:
        """Without a configuration there is nothing to run."""
        error = self.assertRaises(usage.UsageError, self.parse)
        self.assertEqual("--config is required", str(error))

    def test_defaults(self) -> None:
        """The rest is left to the configuration."""
        options = self.parse("-c", "k.json")
        self.assertEqual(
            ("k.json", None, 0, 0),
            tuple(options[name] for name in ("config", "port", "debug", "lenient")),
        )

    def test_all(self) -> None:
        """Everything can be said."""
        options = self.parse("--config", "k", "-p", "81", "-d", "--lenient")
        self.assertEqual(
            ("k", 81, 1, 1),
            tuple(options[name] for name in ("config", "port", "debug", "lenient")),
        )

    def test_bad_port(self) -> None:
        """A port is a number."""
        self.assertRaises(usage.UsageError, self.parse, "-c", "k", "-p", "x")


class MakeServiceTests(SynchronousTestCase):
    """``makeService``: a service for twistd."""

    def setUp(self) -> None:
        self.stdout = io.StringIO()
        self.patch(tap.sys, "stdout", self.stdout)
        self.patch(tap.os, "environ", {})

    def make(self, content: Any, *arguments: str) -> Any:
        """The service of a configuration."""
        path = self.mktemp() + ".json"
        with open(path, "w") as file:
            json.dump(content, file)
        options = Options()
        options.parseOptions(["-c", path, *arguments])
        return makeService(options)

    def test_gateway(self) -> None:
        """It holds the gateway, by the options."""
        service = self.make({"version": 3, "port": 80}, "-p", "81", "-d")
        verifyObject(IService, service)
        (gateway,) = service
        self.assertIsInstance(gateway, Gateway)
        config = gateway.scope.config
        self.assertEqual((81, True), (config.port, config.debug_endpoint))

    def test_log(self) -> None:
        """The log is twistd's, unless the configuration has one of its own."""
        settings = {"telemetry/logging": {"level": "INFO", "stdout": True}}
        service = self.make({"version": 3, "extra_config": settings})
        observer, gateway = service
        self.assertIsInstance(observer, LogObserverService)
        self.assertIsInstance(gateway, Gateway)
        observer.startService()
        gateway.scope.log.info("a word")
        observer.stopService()
        gateway.scope.log.info("another")
        self.assertIn("a word", self.stdout.getvalue())
        self.assertNotIn("another", self.stdout.getvalue())

    def test_bad(self) -> None:
        """What must not start is told as twistd tells such things."""
        for content in (
            {"version": 2},
            {"version": 3, "extra_config": {"auth/unknown": {}}},
            {"version": 3, "endpoints": [{"endpoint": "no slash"}]},
        ):
            self.assertRaises(usage.UsageError, self.make, content)

    def test_lenient(self) -> None:
        """A guard that nobody owns may be left out, if that is wanted."""
        content = {"version": 3, "extra_config": {"auth/unknown": {}}}
        self.assertEqual(1, len(list(self.make(content, "--lenient"))))

    def test_no_file(self) -> None:
        """A file that is not there is told as well."""
        options = Options()
        options.parseOptions(["-c", "/nowhere/krakend.json"])
        self.assertRaises(usage.UsageError, makeService, options)
