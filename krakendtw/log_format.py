"""KrakenD's log lines out of Twisted's log events.

The gateway's own events (:mod:`krakendtw.log`) carry their text and level;
what comes from elsewhere in Twisted is written at its own level.  Without
``telemetry/logging`` lines look as Go's standard logger writes them:
``2026/11/22 13:03:36 KRAKEND INFO: …``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO, TypeAlias

from attrs import frozen
from twisted.logger import ILogObserver, LogLevel, formatEvent
from zope.interface import implementer

from krakendtw.go_time import compile_layout
from krakendtw.log import (
    CRITICAL,
    DEBUG,
    ERROR,
    INFO,
    LEVEL_NAMES,
    WARNING,
    LogThreshold,
)

if TYPE_CHECKING:
    from twisted.logger import LogEvent

    from krakendtw.interfaces import ILogSettings
    from krakendtw.log import Log
    from krakendtw.log_pattern import Render

Write: TypeAlias = Callable[[str], object]
"""Takes a whole line with its newline."""

OFF = CRITICAL + 1
"""The threshold of a log without any output."""

_LEVELS = {name: level for level, name in enumerate(LEVEL_NAMES)}
_FOREIGN = {
    LogLevel.debug: DEBUG,
    LogLevel.info: INFO,
    LogLevel.warn: WARNING,
    LogLevel.error: ERROR,
    LogLevel.critical: CRITICAL,
}


def line_writer(stdout: TextIO) -> Write:
    """Writes lines to ``stdout`` at once, and as UTF-8 whatever the locale says."""
    raw = getattr(stdout, "buffer", None)
    if raw is None:

        def write_text(line: str) -> None:
            stdout.write(line)
            stdout.flush()

        return write_text

    def write(line: str) -> None:
        raw.write(line.encode("utf-8", "backslashreplace"))
        raw.flush()

    return write


@implementer(ILogObserver)
@frozen
class LineObserver:
    """Writes one line for each event from a level on.

    :param render: makes the line, without its newline.
    :param write: takes it.
    :param level: the least level written.
    """

    render: Render
    write: Write
    level: int = DEBUG

    def __call__(self, event: LogEvent) -> None:
        """See :class:`twisted.logger.ILogObserver`."""
        name = event.get("krakend_level")
        if name is None:
            for level, text in foreign_lines(event):
                self._line(event, level, text)
        else:
            self._line(event, _LEVELS[name], event["log_text"])

    def _line(self, event: LogEvent, level: int, text: str) -> None:
        if level >= self.level:
            line = self.render(event["log_time"], level, text)
            self.write(line if line.endswith("\n") else line + "\n")


def foreign_lines(event: LogEvent) -> Iterator[tuple[int, str]]:
    """Level and text of an event that the gateway did not write.

    A failure is one line at ERROR, what it is; where it happened is a second
    one at DEBUG.
    """
    text = formatEvent(event)
    failure = event.get("log_failure")
    if failure is None:
        if text:
            yield _FOREIGN.get(event.get("log_level"), INFO), text
        return
    text = text.rstrip(":. \n")
    what = f"{failure.type.__name__}: {failure.getErrorMessage()}"
    yield ERROR, f"{text}: {what}" if text else what
    yield DEBUG, failure.getTraceback().rstrip("\n")


def compile_default() -> Render:
    """Lines of the logger that KrakenD uses without ``telemetry/logging``."""
    date = compile_layout("2006/01/02 15:04:05")
    heads = [f" KRAKEND {name}: " for name in LEVEL_NAMES]
    return lambda seconds, level, text: date(seconds) + heads[level] + text


def default_observer(stdout: TextIO) -> ILogObserver:
    """The log without ``telemetry/logging``: everything, on ``stdout``."""
    return LineObserver(compile_default(), line_writer(stdout))


@frozen
class OpenLog:
    """Where the lines of one gateway go.

    :ivar observer: for :mod:`twisted.logger`.
    :ivar level: the least level written, for :class:`~krakendtw.log.LogThreshold`.
    :ivar error: why the configured logger was left for the default one.
    :ivar is_improved: whether the lines go where ``telemetry/logging`` says.
    """

    observer: ILogObserver
    level: int = DEBUG
    error: str | None = None
    is_improved: bool = False

    @property
    def threshold(self) -> LogThreshold:
        """A new threshold at :attr:`level`."""
        return LogThreshold(self.level)

    def announce(self, log: Log) -> None:
        """Write what KrakenD says first of its log."""
        if self.error is not None:
            log.error(f"[SERVICE: Logging] Unable to create the logger: {self.error}")
        if self.is_improved:
            log.debug("[SERVICE: telemetry/logging] Improved logging started.")


def open_log(settings: ILogSettings | None, stdout: TextIO) -> OpenLog:
    """The log that ``settings`` ask for, or the default one.

    :param settings: what provides :class:`~krakendtw.interfaces.ILogSettings`.
    :raises krakendtw.errors.ConfigError: their line format cannot be used.
    """
    if settings is None:
        return OpenLog(default_observer(stdout))
    error = settings.fallback_error()
    if error is not None:
        return OpenLog(default_observer(stdout), error=error)
    observer = settings.observer(stdout)
    return OpenLog(observer, settings.threshold(), is_improved=True)
