"""Tests of KrakenD's log lines."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper
from typing import Any, TextIO

from twisted.internet.defer import fail
from twisted.logger import ILogObserver, LogEvent, Logger, LogLevel
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.interfaces import ILogSettings
from krakendtw.log import DEBUG, ERROR, INFO, WARNING, Log
from krakendtw.log_format import (
    OFF,
    LineObserver,
    default_observer,
    foreign_lines,
    line_writer,
    open_log,
)
from krakendtw.testing import MemoryLog


def plain(seconds: float, level: int, text: str) -> str:
    """A line that tests can compare."""
    return f"{level} {text}"


class LineObserverTests(SynchronousTestCase):
    """From events to lines."""

    def setUp(self) -> None:
        self.lines: list[str] = []

    def _logger(self, level: int = DEBUG) -> Logger:
        observer = LineObserver(plain, self.lines.append, level)
        return Logger(namespace="test", observer=observer)

    def test_interface(self) -> None:
        """It is an observer of twisted.logger's."""
        verifyObject(ILogObserver, LineObserver(plain, self.lines.append))

    def test_own_events(self) -> None:
        """The gateway's lines have their own level and text."""
        log = Log("[A]", logger=self._logger())
        log.info("one")
        log.error("two")
        self.assertEqual([f"{INFO} [A] one\n", f"{ERROR} [A] two\n"], self.lines)

    def test_newline(self) -> None:
        """A line that ends in a newline gets no second one."""
        Log(logger=self._logger()).info("one\n")
        self.assertEqual([f"{INFO} one\n"], self.lines)

    def test_level(self) -> None:
        """Events below the level leave no line, whoever wrote them."""
        logger = self._logger(WARNING)
        Log(logger=logger).info("own")
        logger.info("foreign")
        logger.emit(LogLevel.warn, "heard")
        self.assertEqual([f"{WARNING} heard\n"], self.lines)

    def test_foreign_events(self) -> None:
        """Others' events are formatted, at their own level."""
        logger = self._logger()
        logger.debug("{a}", a=1)
        logger.emit(LogLevel.warn, "two")
        self.assertEqual([f"{DEBUG} 1\n", f"{WARNING} two\n"], self.lines)

    def test_failure(self) -> None:
        """A failure is one line at ERROR, and all of it at DEBUG."""
        self._logger().failure("it broke", Failure(ValueError("boom")))
        self.assertEqual(f"{ERROR} it broke: ValueError: boom\n", self.lines[0])
        self.assertIn("Traceback", self.lines[1])
        self.assertEqual(2, len(self.lines))

    def test_failure_above_debug(self) -> None:
        """Without DEBUG there is no traceback."""
        self._logger(INFO).failure("it broke", Failure(ValueError("boom")))
        self.assertEqual([f"{ERROR} it broke: ValueError: boom\n"], self.lines)


class ForeignLinesTests(SynchronousTestCase):
    """Events that the gateway did not write."""

    def test_no_text(self) -> None:
        """An event without a text has no line."""
        event: LogEvent = {"log_level": LogLevel.info, "log_format": ""}
        self.assertEqual([], list(foreign_lines(event)))

    def test_no_level(self) -> None:
        """An event without a level counts as INFO."""
        self.assertEqual([(INFO, "x")], list(foreign_lines({"log_format": "x"})))

    def test_unhandled(self) -> None:
        """Twisted's own words for a lost failure need no colon of ours."""
        event: LogEvent = {
            "log_format": "Unhandled error in Deferred:",
            "log_level": LogLevel.critical,
            "log_failure": Failure(KeyError("k")),
        }
        level, text = next(foreign_lines(event))
        self.assertEqual(ERROR, level)
        self.assertEqual("Unhandled error in Deferred: KeyError: 'k'", text)

    def test_failure_without_words(self) -> None:
        """A failure that nobody comments is its own line."""
        failed = fail(ValueError("boom"))
        event: LogEvent = {"log_failure": self.failureResultOf(failed)}
        self.assertEqual((ERROR, "ValueError: boom"), next(foreign_lines(event)))


class DefaultObserverTests(SynchronousTestCase):
    """The log without any settings."""

    def test_line(self) -> None:
        """Lines look as Go's standard logger writes them."""
        stdout = StringIO()
        logger = Logger(namespace="test", observer=default_observer(stdout))
        Log("[SERVICE: Gin]", logger=logger).info("Listening on port: 8080")
        self.assertRegex(
            stdout.getvalue(),
            r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d KRAKEND INFO: "
            r"\[SERVICE: Gin\] Listening on port: 8080\n$",
        )

    def test_everything(self) -> None:
        """The level is DEBUG."""
        stdout = StringIO()
        logger = Logger(namespace="test", observer=default_observer(stdout))
        Log(logger=logger).debug("x")
        self.assertIn("KRAKEND DEBUG: x", stdout.getvalue())


class LineWriterTests(SynchronousTestCase):
    """How lines reach standard output."""

    def test_utf8(self) -> None:
        """Lines are UTF-8 even where the locale is not, and sent at once."""
        raw = BytesIO()
        stdout = TextIOWrapper(raw, "ascii")
        line_writer(stdout)("▶\n")
        self.assertEqual("▶\n".encode(), raw.getvalue())

    def test_half_characters(self) -> None:
        """What is no text is escaped and does no harm."""
        raw = BytesIO()
        stdout = TextIOWrapper(raw, "utf-8")
        line_writer(stdout)("\udcff\n")
        self.assertEqual(b"\\udcff\n", raw.getvalue())

    def test_text_only(self) -> None:
        """An output without bytes gets text."""
        stdout = StringIO()
        line_writer(stdout)("▶\n")
        self.assertEqual("▶\n", stdout.getvalue())


@implementer(ILogSettings)
class Settings:
    """Settings that either work or do not."""

    def __init__(self, error: str | None = None) -> None:
        self.error = error
        self.lines: list[str] = []

    def fallback_error(self) -> str | None:
        """What was given."""
        return self.error

    def threshold(self) -> int:
        """Always the same."""
        return WARNING

    def observer(self, stdout: TextIO) -> ILogObserver:
        """Lines into a list."""
        return LineObserver(plain, self.lines.append)


class OpenLogTests(SynchronousTestCase):
    """Which log a gateway gets."""

    def _announced(self, settings: Any) -> list[str]:
        log = MemoryLog()
        open_log(settings, StringIO()).announce(log)
        return log.lines

    def test_no_settings(self) -> None:
        """Without settings the default log is taken, without a word."""
        self.assertEqual(DEBUG, open_log(None, StringIO()).threshold.level)
        self.assertEqual([], self._announced(None))

    def test_settings(self) -> None:
        """Settings bring their observer and their level."""
        settings = Settings()
        found = open_log(settings, StringIO())
        found.observer({"krakend_level": "ERROR", "log_text": "x", "log_time": 0.0})
        self.assertEqual([f"{ERROR} x\n"], settings.lines)
        self.assertEqual(WARNING, found.level)

    def test_improved(self) -> None:
        """KrakenD says so when the settings are in force."""
        self.assertEqual(
            ["DEBUG [SERVICE: telemetry/logging] Improved logging started."],
            self._announced(Settings()),
        )

    def test_fallback(self) -> None:
        """Settings that do not work bring the default log, and the reason."""
        settings = Settings("logger: invalid log level")
        found = open_log(settings, StringIO())
        self.assertEqual(DEBUG, found.level)
        self.assertEqual(
            [
                "ERROR [SERVICE: Logging] Unable to create the logger:"
                " logger: invalid log level"
            ],
            self._announced(settings),
        )

    def test_off(self) -> None:
        """Nothing reaches the threshold of a log without output."""
        self.assertGreater(OFF, 5)
