"""Tests of TOML documents."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.moment import Moment
from krakendtw.config.toml_source import parse_toml
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError

WHERE = ConfigPath(file="k.toml")


def read(text: str) -> Any:
    """The data of a document."""
    return parse_toml(text.encode(), WHERE)


class DocumentTests(SynchronousTestCase):
    """What a document's data is."""

    def test_plain(self) -> None:
        """Tables are objects, arrays of tables are lists."""
        self.assertEqual(
            {"version": 3, "a": {"b": 1.5}, "list": [{"x": True}, {"y": ["z"]}]},
            read(
                "version = 3\na.b = 1.5\n[[list]]\nx = true\n[[list]]\ny = ['z']\n",
            ),
        )

    def test_dates(self) -> None:
        """Dates are texts that remember what they are in Go."""
        for text, wanted, kind in (
            ("2001-01-01T01:02:03Z", "2001-01-01T01:02:03Z", "time.Time"),
            ("2001-01-01T01:02:03+02:00", "2001-01-01T01:02:03+02:00", "time.Time"),
            ("2001-01-01T01:02:03", "2001-01-01T01:02:03Z", "toml.LocalDateTime"),
            ("2001-01-01", "2001-01-01T00:00:00Z", "toml.LocalDate"),
            ("01:02:03", "01:02:03", "toml.LocalTime"),
        ):
            moment = read(f"a = {text}")["a"]
            assert isinstance(moment, Moment)
            self.assertEqual((wanted, kind), (moment, moment.go_type))

    def test_mark(self) -> None:
        """A byte order mark is no part of the document."""
        self.assertEqual({"a": 1}, read("\ufeffa = 1"))


class ErrorTests(SynchronousTestCase):
    """What is no TOML."""

    def message(self, content: bytes) -> str:
        """What is said of ``content``."""
        error: ConfigError = self.assertRaises(ConfigError, parse_toml, content, WHERE)
        return error.message

    def test_places(self) -> None:
        """A fault is told with its line and column."""
        for content, message in {
            b"a = 1\na = 2\n": "toml: Cannot overwrite a value (at line 2, column 6)",
            b"a =\n": "toml: Invalid value (at line 1, column 4)",
            b"a = 1\nb = '\xff'": "toml: no UTF-8 (at line 2, column 6)",
        }.items():
            self.assertEqual(message, self.message(content))

    def test_range(self) -> None:
        """A whole number has 64 bits."""
        self.assertEqual(
            "toml: 9223372036854775808: value out of range",
            self.message(b"a = 9223372036854775808"),
        )

    def test_depth(self) -> None:
        """What is nested without end is refused."""
        content = b"a = " + b"[" * 5000 + b"]" * 5000
        self.assertEqual("toml: nested too deeply", self.message(content))
