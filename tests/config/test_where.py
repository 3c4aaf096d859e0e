"""Tests of places in a document."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath


class ConfigPathTests(SynchronousTestCase):
    """Places."""

    def test_printed(self) -> None:
        """Keys have dots, indexes brackets, odd keys quotes."""
        where = ConfigPath() / "endpoints" / 3 / "extra_config" / "qos/x" / "max_rate"
        self.assertEqual('$.endpoints[3].extra_config."qos/x".max_rate', str(where))

    def test_file(self) -> None:
        """A place knows its document, which goes down with it."""
        self.assertEqual("k.json: $.port", str(ConfigPath(file="k.json") / "port"))

    def test_equality(self) -> None:
        """Places are equal by their steps."""
        self.assertEqual(ConfigPath(("a",), "one"), ConfigPath(("a",), "two"))
        self.assertNotEqual(ConfigPath(("a",)), ConfigPath(("b",)))
