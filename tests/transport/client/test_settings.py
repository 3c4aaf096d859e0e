"""Tests of :mod:`krakendtw.transport.client.settings`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.transport.client.settings import (
    MAX_BODY_BYTES,
    ClientSettings,
    configure,
)

HERE = ConfigPath()


class ConfigureTests(SynchronousTestCase):
    """``backend/http/client``."""

    def test_defaults(self) -> None:
        """Nothing, and what is no object, is the default."""
        raw: Any
        for raw in (None, [], "x", {}, {"no_redirect": True}):
            self.assertEqual(
                ClientSettings(False, MAX_BODY_BYTES), configure(raw, HERE)
            )

    def test_body_on_redirect(self) -> None:
        """Only ``true`` is true."""
        raw: Any
        for raw, wanted in ((True, True), (False, False), ("true", False), (1, False)):
            settings = configure({"send_body_on_redirect": raw}, HERE)
            self.assertEqual(wanted, settings.send_body_on_redirect)

    def test_limit(self) -> None:
        """The limit is a positive whole number."""
        self.assertEqual(7, configure({"max_body_bytes": 7}, HERE).max_body_bytes)
        raw: Any
        for raw in (0, -1, 1.5, "1", True, None):
            error = self.assertRaises(
                ConfigError, configure, {"max_body_bytes": raw}, HERE
            )
            self.assertIn("max_body_bytes", str(error))
