"""Tests of the gateway's log."""

from __future__ import annotations

from twisted.logger import LogEvent, Logger, LogLevel
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.log import CRITICAL, DEBUG, ERROR, INFO, WARNING, Log, LogThreshold


class LogTests(SynchronousTestCase):
    """What a log emits."""

    def setUp(self) -> None:
        self.events: list[LogEvent] = []
        self.threshold = LogThreshold()
        logger = Logger(namespace="test", observer=self.events.append)  # type: ignore[arg-type]
        self.log = Log("[A]", self.threshold, logger)

    def _write_all(self) -> list[tuple[str, str]]:
        for write in (
            self.log.debug,
            self.log.info,
            self.log.warning,
            self.log.error,
            self.log.critical,
        ):
            write("text")
        return [(event["krakend_level"], event["log_text"]) for event in self.events]

    def test_levels(self) -> None:
        """Every level is written under KrakenD's name for it."""
        names = [name for name, _ in self._write_all()]
        self.assertEqual(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], names)

    def test_twisted_levels(self) -> None:
        """Twisted's observers see levels of their own."""
        self._write_all()
        self.assertEqual(
            [
                LogLevel.debug,
                LogLevel.info,
                LogLevel.warn,
                LogLevel.error,
                LogLevel.critical,
            ],
            [event["log_level"] for event in self.events],
        )

    def test_prefix(self) -> None:
        """The prefix stands before the message, with a blank."""
        self.log.info("hello")
        self.assertEqual("[A] hello", self.events[0]["log_text"])

    def test_no_prefix(self) -> None:
        """Without a prefix there is no blank either."""
        self.log.child("").info("hello")
        self.assertEqual("hello", self.events[0]["log_text"])

    def test_braces(self) -> None:
        """Braces in a message are no fields of a format."""
        self.log.info("{nothing} {{")
        self.assertEqual("[A] {nothing} {{", self.events[0]["log_text"])

    def test_threshold(self) -> None:
        """Below the threshold nothing is emitted at all."""
        self.threshold.level = WARNING
        names = [name for name, _ in self._write_all()]
        self.assertEqual(["WARNING", "ERROR", "CRITICAL"], names)

    def test_off(self) -> None:
        """Above CRITICAL the log is silent."""
        self.threshold.level = CRITICAL + 1
        self.assertEqual([], self._write_all())

    def test_guards(self) -> None:
        """The guards say what would be written."""
        for level, expected in (
            (DEBUG, (True, True)),
            (INFO, (False, True)),
            (ERROR, (False, True)),
            (CRITICAL, (False, False)),
        ):
            self.threshold.level = level
            self.assertEqual(expected, (self.log.debug_on, self.log.error_on))

    def test_child(self) -> None:
        """A child has its own prefix and its parent's threshold, then and later."""
        child = self.log.child("[B]")
        child.info("hello")
        self.threshold.level = ERROR
        child.info("unheard")
        self.assertEqual(["[B] hello"], [event["log_text"] for event in self.events])

    def test_mask(self) -> None:
        """What must not be seen is not, whoever's child writes it."""
        child = self.log.child("[secret]")
        self.threshold.mask = lambda text: text.replace("secret", "***")
        child.info("a secret")
        self.assertEqual("[***] a ***", self.events[0]["log_text"])
