"""Tests of hints."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.schema.advice import (
    about_key,
    about_missing,
    about_value,
    nearest,
    quoted,
    stand_in,
)
from krakendtw.config.schema.shape import shape_of
from krakendtw.config.schema.whole import whole_schema
from krakendtw.plugin import Registry

ROOT = shape_of(whole_schema(Registry.discover()))
BACKEND = ("endpoints", 0, "backend", 0)


class KeyTests(SynchronousTestCase):
    """``about_key`` says what an unknown key may mean."""

    def hint(self, steps: tuple[str | int, ...], key: str, *siblings: str) -> str:
        """The hint for a key."""
        return about_key(ROOT, steps, key, siblings, {"old/name": "router"})

    def test_slip(self) -> None:
        """A slip is like a key that is known."""
        self.assertEqual('did you mean "timeout"?', self.hint((), "timeouts"))
        self.assertEqual('did you mean "url_pattern"?', self.hint(BACKEND, "urlPatern"))

    def test_level(self) -> None:
        """A key may belong to another level."""
        self.assertEqual("it belongs to the root", self.hint(BACKEND, "port"))
        self.assertEqual(
            "it belongs to a backend", self.hint(("endpoints", 0), "url_pattern")
        )
        self.assertEqual(
            "it belongs to a backend's `extra_config`",
            self.hint(("extra_config",), "qos/http-cache"),
        )
        self.assertEqual(
            "it belongs to an endpoint's `extra_config`",
            self.hint(("endpoints", 0), "auth/signer"),
        )

    def test_slip_of_another_level(self) -> None:
        """It may belong to another level, and be mistyped."""
        self.assertEqual(
            'did you mean "listen_ip", which belongs to the root?',
            self.hint(BACKEND, "listen-ips"),
        )

    def test_old_name(self) -> None:
        """A namespace may have got another name."""
        self.assertEqual(
            'its name is "router" now', self.hint(("extra_config",), "old/name")
        )

    def test_there_already(self) -> None:
        """What it is like may be there already."""
        self.assertEqual(
            '"backend" is there already',
            self.hint(("endpoints", 0), "backends", "backend", "endpoint"),
        )

    def test_strange(self) -> None:
        """A key like none is told which there are."""
        hint = self.hint(("extra_config", "telemetry/gelf"), "zzz")
        self.assertEqual("known here: address, enable_tcp", hint)
        self.assertEqual(
            "nothing is known to belong here", self.hint(("port", "x"), "zzz")
        )


class MissingTests(SynchronousTestCase):
    """What a missing key is, and what may stand in its place."""

    def test_slip(self) -> None:
        """An unknown key may be meant for it."""
        shape = ROOT.at(BACKEND)
        keys = ["host", "urlpattern", "@url_pattern"]
        self.assertEqual("urlpattern", stand_in(shape, "url_pattern", keys))
        self.assertEqual("", stand_in(shape, "url_pattern", ["host"]))

    def test_sentence(self) -> None:
        """It is told of in the schema's words."""
        shape = ROOT.at(("extra_config", "telemetry/gelf"))
        self.assertEqual("the server, `host:port`", about_missing(shape, "address"))
        self.assertEqual("it must be there", about_missing(shape, "no"))


class ValueTests(SynchronousTestCase):
    """``about_value`` says what a value should be."""

    def hint(self, steps: tuple[str | int, ...], value: Any) -> str:
        """The hint for a value."""
        return about_value(ROOT.at(steps), value)

    def test_quotes(self) -> None:
        """A number or a truth value in quotes is to lose them, or to get some."""
        self.assertEqual("write 80, without quotes", self.hint(("port",), " 80 "))
        self.assertEqual("write true, without quotes", self.hint(("use_h2c",), "True"))
        self.assertEqual('write "7", with quotes', self.hint(("name",), 7))

    def test_whole(self) -> None:
        """A whole number has no fraction."""
        self.assertEqual("write a whole number, such as 80", self.hint(("port",), 80.2))

    def test_list(self) -> None:
        """A value alone is to be a list."""
        self.assertEqual('write a list: ["h"]', self.hint(("host",), "h"))
        self.assertEqual("write a list: […]", self.hint(("host",), "h" * 50))

    def test_choice(self) -> None:
        """A word may be a slip of an allowed one."""
        steps = ("endpoints", 0, "method")
        self.assertEqual('did you mean "GET"?', self.hint(steps, "get"))
        self.assertEqual("the method; one endpoint has one", self.hint(steps, "BREW"))

    def test_duration(self) -> None:
        """A time has a unit, and one only."""
        steps = ("timeout",)
        unit = 'write a time with its unit: "30s" or "30ms"'
        self.assertEqual(unit, self.hint(steps, 30))
        self.assertEqual(unit, self.hint(steps, "30"))
        self.assertEqual(
            'write it as a whole number of one unit: "1500ms"',
            self.hint(steps, "1.5s"),
        )
        self.assertEqual(
            'write it as a whole number of one unit: "90m"', self.hint(steps, "1h30m")
        )
        self.assertIn("a time is a whole number", self.hint(steps, "soon"))

    def test_seconds(self) -> None:
        """A time may be wanted as a number of seconds."""
        steps = (*BACKEND, "extra_config", "qos/circuit-breaker", "interval")
        self.assertEqual("write a number of seconds: 90", self.hint(steps, "1m30s"))
        self.assertIn("how often", self.hint(steps, "soon"))

    def test_sentence(self) -> None:
        """Else the place is told of."""
        self.assertEqual("the port", self.hint(("port",), 70_000))
        self.assertEqual("", self.hint(("no",), 1))


class WordTests(SynchronousTestCase):
    """Words that are like others, and lists of them."""

    def test_nearest(self) -> None:
        """Case, dashes and a letter do not count."""
        self.assertEqual("max_rate", nearest("Max-Rates", ["name", "max_rate"]))
        self.assertEqual("", nearest("colour", ["name"]))

    def test_quoted(self) -> None:
        """Of many words some are shown."""
        self.assertEqual("a, b", quoted("ab"))
        self.assertEqual("a, b, c, d, e, f, g, h, …", quoted("abcdefghij"))
