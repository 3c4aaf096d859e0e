"""Tests of printed configuration errors."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.explain import explain
from krakendtw.config.structure import DecodingErrors
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors

ROOT = ConfigPath(file="k.json")


class ExplainTests(SynchronousTestCase):
    """Errors as the commands print them."""

    def test_file(self) -> None:
        """An error of the file as a whole is told without a place."""
        self.assertEqual(
            "'k.json': no such file",
            explain("k.json", ConfigError(ROOT, "no such file")),
        )

    def test_no_file(self) -> None:
        """An error of no file is told without a name."""
        error = ConfigError(None, "loading flexible-config settings: none")
        self.assertEqual(error.message, explain("k.json", error))

    def test_place(self) -> None:
        """Any other has its place behind it."""
        error = ConfigError(ROOT / "endpoints" / 0, "it is invalid")
        self.assertEqual(
            "'k.json': it is invalid (at $.endpoints[0])", explain("k.json", error)
        )

    def test_several(self) -> None:
        """Several errors have a line each."""
        errors = ConfigErrors(
            [ConfigError(ROOT / "a", "one"), ConfigError(ROOT / "b", "two")]
        )
        self.assertEqual(
            "'k.json': one (at $.a)\ntwo (at $.b)", explain("k.json", errors)
        )

    def test_decoding(self) -> None:
        """Errors of types have a heading, and the key before them."""
        errors = DecodingErrors(
            [
                ConfigError(ROOT / "endpoints" / 0 / "timeout", "time: unknown unit"),
                ConfigError(None, "odd"),
            ]
        )
        self.assertEqual(
            "'k.json': decoding failed due to the following error(s):\n\n"
            "'endpoints[0].timeout' time: unknown unit\n'' odd",
            explain("k.json", errors),
        )
