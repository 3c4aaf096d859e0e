"""The gateway's log: twisted.logger with KrakenD's levels and prefixes.

A :class:`Log` is made while building and carries its prefix.  On the hot path
ask its ``debug_on`` … first: where a level is off, nothing is formatted.
Events go to :class:`twisted.logger.Logger`, so any observer can take them;
KrakenD's lines are written by ``krakendtw.middleware.telemetry.logging``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger, LogLevel

if TYPE_CHECKING:
    from constantly import NamedConstant

DEBUG, INFO, NOTICE, WARNING, ERROR, CRITICAL = range(6)
"""Levels in the order of their weight."""

LEVEL_NAMES = ("DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL")

_TWISTED = (
    LogLevel.debug,
    LogLevel.info,
    LogLevel.info,
    LogLevel.warn,
    LogLevel.error,
    LogLevel.critical,
)


@define
class LogThreshold:
    """What may be written; shared by all logs of one gateway.

    :ivar level: the least level.
    :ivar mask: hides in a line what must not be seen, if there is something.
    """

    level: int = DEBUG
    mask: Callable[[str], str] | None = None


@define
class Log:
    """Writes lines of one part of the gateway.

    :ivar prefix: what each line begins with: ``[ENDPOINT: /users/:id]``.
    """

    prefix: str = ""
    threshold: LogThreshold = field(factory=LogThreshold)
    _logger: Logger = field(factory=lambda: Logger(namespace="krakendtw"), repr=False)

    def child(self, prefix: str) -> Log:
        """A log with its own prefix and this one's threshold."""
        return Log(prefix, self.threshold, self._logger)

    @property
    def debug_on(self) -> bool:
        """Whether DEBUG is written."""
        return self.threshold.level <= DEBUG

    @property
    def error_on(self) -> bool:
        """Whether ERROR is written."""
        return self.threshold.level <= ERROR

    def debug(self, message: str) -> None:
        """What helps to understand the gateway."""
        self._emit(DEBUG, message)

    def info(self, message: str) -> None:
        """What happens in the ordinary course."""
        self._emit(INFO, message)

    def warning(self, message: str) -> None:
        """What the user should look at."""
        self._emit(WARNING, message)

    def error(self, message: str) -> None:
        """What failed."""
        self._emit(ERROR, message)

    def critical(self, message: str) -> None:
        """What stops the gateway, or should."""
        self._emit(CRITICAL, message)

    def _emit(self, level: int, message: str) -> None:
        if self.threshold.level > level:
            return
        constant: NamedConstant = _TWISTED[level]
        text = f"{self.prefix} {message}" if self.prefix else message
        if self.threshold.mask is not None:
            text = self.threshold.mask(text)
        # The text is a field, not the format, since messages may hold braces.
        self._logger.emit(
            constant, "{log_text}", log_text=text, krakend_level=LEVEL_NAMES[level]
        )
