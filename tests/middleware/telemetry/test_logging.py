"""Tests of ``telemetry/logging``."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

from attrs import evolve
from twisted.logger import Logger
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import ILogSettings
from krakendtw.log import DEBUG, NOTICE, WARNING, Log
from krakendtw.log_format import OFF
from krakendtw.middleware.telemetry._syslog import SyslogError
from krakendtw.middleware.telemetry.logging import LogSettings, _Syslog, configure
from krakendtw.plugin import Registry

STAMP = r"\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d\.\d{3}"
WHERE = ConfigPath() / "extra_config" / "telemetry/logging"


def settings(**raw: Any) -> LogSettings:
    """The settings of a configuration."""
    return configure(raw, WHERE)


def written(found: LogSettings, level: str = "info", text: str = "hello") -> str:
    """What one line looks like on standard output."""
    stdout = StringIO()
    log = Log(logger=Logger(namespace="test", observer=found.observer(stdout)))
    getattr(log, level)(text)
    return stdout.getvalue()


class Daemon:
    """A syslog daemon in memory."""

    def __init__(self) -> None:
        self.opened: list[tuple[int, str]] = []
        self.lines: list[str] = []

    def open(self, priority: int, tag: str) -> Callable[[str], object]:
        """A connection."""
        self.opened.append((priority, tag))
        return self.lines.append


def refuse(priority: int, tag: str) -> Callable[[str], object]:
    """No daemon at all."""
    raise SyslogError("Unix syslog delivery error")


class StdoutTests(SynchronousTestCase):
    """Lines on standard output."""

    def test_interface(self) -> None:
        """The settings keep the promise that the core relies on."""
        verifyObject(ILogSettings, settings())

    def test_default_format(self) -> None:
        """The prefix comes first, and colours are there off a terminal too."""
        found = settings(level="DEBUG", prefix="[GW]", stdout=True)
        self.assertRegex(
            written(found, "error", "boom"),
            rf"^\[GW\] {STAMP} \x1b\[31m▶ ERROR\x1b\[0m boom\n$",
        )

    def test_no_prefix(self) -> None:
        """Without a prefix the line begins with a blank; INFO has no colour."""
        found = settings(level="INFO", stdout=True)
        self.assertRegex(written(found), rf"^ {STAMP} ▶ INFO\x1b\[0m hello\n$")

    def test_unknown_format(self) -> None:
        """A format that does not exist is the default one."""
        found = settings(level="INFO", stdout=True, format="nice", prefix="P")
        self.assertRegex(written(found), rf"^P {STAMP} ▶ INFO")

    def test_logstash(self) -> None:
        """Logstash lines are objects without the prefix."""
        found = settings(level="INFO", stdout=True, format="logstash", prefix="[GW]")
        line = json.loads(written(found))
        self.assertRegex(line.pop("@timestamp"), r"^[-\d]{10}T[:\d]{8}\.\d{3}\+00:00$")
        self.assertEqual(
            {"@version": 1, "level": "INFO", "message": "hello", "module": "KRAKEND"},
            line,
        )

    def test_logstash_does_not_escape(self) -> None:
        """Messages are put into the object as they are, as KrakenD does."""
        found = settings(level="INFO", stdout=True, format="logstash")
        self.assertIn('"message": "a"b"', written(found, text='a"b'))

    def test_custom(self) -> None:
        """A pattern of one's own has no prefix either."""
        found = settings(
            level="WARNING",
            prefix="[GW]",
            stdout=True,
            format="custom",
            custom_format="%{message} -- %{level}",
        )
        self.assertEqual("boom -- ERROR\n", written(found, "error", "boom"))

    def test_custom_format_alone(self) -> None:
        """A pattern without ``format: custom`` means nothing."""
        found = settings(level="INFO", stdout=True, custom_format="%{nothing}")
        self.assertRegex(written(found), rf"^ {STAMP} ▶ INFO")

    def test_level(self) -> None:
        """Lines below the level are not written."""
        found = settings(level="warning", stdout=True)
        self.assertEqual(WARNING, found.threshold())
        self.assertEqual("", written(found))

    def test_silence(self) -> None:
        """With neither output nothing is written, whatever the level."""
        for level in ("ERROR", "LOUD"):
            found = settings(level=level, stdout=False)
            self.assertIsNone(found.fallback_error())
            self.assertEqual(OFF, found.threshold())
            self.assertEqual("", written(found, "critical"))


class LevelTests(SynchronousTestCase):
    """The levels that KrakenD's logger knows."""

    def test_known(self) -> None:
        """Six levels, in any case."""
        for name in ("debug", "Info", "NOTICE", "warning", "ERROR", "critical"):
            self.assertIsNone(settings(level=name, stdout=True).fallback_error())
        self.assertEqual(NOTICE, settings(level="notice", stdout=True).threshold())

    def test_unknown(self) -> None:
        """Anything else, nothing too, brings the default logger back."""
        for raw in ({"level": "LOUD"}, {"level": "FATAL"}, {"level": 3}, {}):
            found = configure({**raw, "stdout": True}, WHERE)
            self.assertEqual("logger: invalid log level", found.fallback_error())


class SyslogTests(SynchronousTestCase):
    """Lines to the syslog daemon."""

    def _settings(self, opener: Any, **raw: Any) -> LogSettings:
        found = configure({"syslog": True, **raw}, WHERE)
        return evolve(found, syslog=_Syslog(opener))

    def test_line(self) -> None:
        """The daemon gets level and message; the prefix is its tag."""
        daemon = Daemon()
        found = self._settings(daemon.open, level="INFO", prefix="[GW]")
        self.assertIsNone(found.fallback_error())
        self.assertEqual("", written(found))
        self.assertEqual(["INFO > hello\n"], daemon.lines)
        self.assertEqual("[GW]", daemon.opened[0][1])

    def test_prefix_of_other_formats(self) -> None:
        """The tag stays where the lines of standard output lose the prefix."""
        daemon = Daemon()
        found = self._settings(
            daemon.open, level="INFO", prefix="[GW]", format="logstash", stdout=True
        )
        self.assertIn('"module": "KRAKEND"', written(found))
        self.assertEqual(["INFO > hello\n"], daemon.lines)
        self.assertEqual("[GW]", daemon.opened[0][1])

    def test_opened_once(self) -> None:
        """One connection serves the question and the answer."""
        daemon = Daemon()
        found = self._settings(daemon.open, level="DEBUG")
        found.fallback_error()
        found.observer(StringIO())
        self.assertEqual(1, len(daemon.opened))

    def test_priority(self) -> None:
        """All lines have the facility and the severity of the configured level."""
        for raw, expected in (
            ({"level": "ERROR"}, 19 << 3 | 3),
            ({"level": "debug", "syslog_facility": "LOCAL0"}, 16 << 3 | 7),
            ({"level": "CRITICAL", "syslog_facility": "local7"}, 23 << 3 | 2),
            ({"level": "NOTICE", "syslog_facility": "mail"}, 19 << 3 | 2),
        ):
            daemon = Daemon()
            self._settings(daemon.open, **raw).fallback_error()
            self.assertEqual(expected, daemon.opened[0][0])

    def test_no_daemon(self) -> None:
        """Without a daemon the default logger is used, even for standard output."""
        found = self._settings(refuse, level="DEBUG", stdout=True)
        self.assertEqual("Unix syslog delivery error", found.fallback_error())

    def test_no_daemon_comes_before_the_level(self) -> None:
        """Of two reasons the missing daemon is told."""
        found = self._settings(refuse, level="LOUD")
        self.assertEqual("Unix syslog delivery error", found.fallback_error())

    def test_no_daemon_comes_before_the_format(self) -> None:
        """A wrong pattern beside a missing daemon does not end the start."""
        raw = {"stdout": True, "format": "custom", "custom_format": "%{nothing}"}
        found = self._settings(refuse, level="DEBUG", **raw)
        self.assertIsNotNone(found.fallback_error())
        found = self._settings(Daemon().open, level="DEBUG", **raw)
        self.assertIsNone(found.fallback_error())
        self.assertRaises(ConfigError, found.observer, StringIO())


class ConfigureTests(SynchronousTestCase):
    """What must not start."""

    def test_no_object(self) -> None:
        """A value that is no object leaves the namespace out."""
        for raw in (None, "DEBUG", ["stdout"], True):
            self.assertRaises(NotConfigured, configure, raw, WHERE)

    def test_outputs_are_booleans(self) -> None:
        """An output that is neither true nor false ends the start."""
        for key in ("stdout", "syslog"):
            for value in ("true", 1, None):
                error = self.assertRaises(ConfigError, configure, {key: value}, WHERE)
                self.assertEqual(WHERE / key, error.where)

    def test_bad_pattern(self) -> None:
        """A pattern with an unknown variable ends the start, with its name."""
        raw = {
            "level": "DEBUG",
            "stdout": True,
            "format": "custom",
            "custom_format": "%{nothing} %{message}",
        }
        error = self.assertRaises(ConfigError, configure, raw, WHERE)
        self.assertEqual("logger: unknown variable: nothing", error.message)

    def test_missing_pattern(self) -> None:
        """``format: custom`` without a pattern ends the start."""
        raw = {"level": "DEBUG", "stdout": True, "format": "custom"}
        self.assertRaises(ConfigError, configure, raw, WHERE)

    def test_unused_pattern(self) -> None:
        """A wrong pattern of an output that is off does no harm."""
        found = settings(level="DEBUG", format="custom", custom_format="%{nothing}")
        self.assertEqual("", written(found))

    def test_texts_of_wrong_type(self) -> None:
        """Other values of a wrong type count as absent."""
        found = settings(level="DEBUG", prefix=1, format=2, stdout=True)
        self.assertRegex(written(found), rf"^ {STAMP} ")
        self.assertEqual(DEBUG, found.threshold())

    def test_dropin(self) -> None:
        """The namespace is found under its name and KrakenD's older one."""
        registry = Registry.discover()
        for name in ("telemetry/logging", "github_com/devopsfaith/krakend-gologging"):
            owner = registry.middleware(name)
            self.assertIsInstance(owner.configure({}, WHERE), LogSettings)  # type: ignore[union-attr]
