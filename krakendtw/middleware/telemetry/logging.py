"""``telemetry/logging``: the gateway's log in KrakenD's line formats.

Lines go to standard output, to the local syslog daemon, or nowhere.  Settings
that KrakenD's logger refuses bring its default logger back, with a line about
the reason; only what makes KrakenD panic ends the start.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from attrs import field, frozen
from twisted.logger import ILogObserver, LogPublisher
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import ILogSettings
from krakendtw.log import LEVEL_NAMES
from krakendtw.log_format import OFF, LineObserver, line_writer
from krakendtw.log_pattern import compile_pattern
from krakendtw.middleware.telemetry._syslog import SyslogError, SyslogWriter

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

DEFAULT = (
    " %{time:2006/01/02 - 15:04:05.000} %{color}▶ %{level}%{color:reset} %{message}"
)
LOGSTASH = (
    '{"@timestamp":"%{time:2006-01-02T15:04:05.000+00:00}", "@version": 1,'
    ' "level": "%{level}", "message": "%{message}", "module": "%{module}"}'
)
SYSLOG = "%{level} > %{message}"

_LEVELS = {name: level for level, name in enumerate(LEVEL_NAMES)}
_FACILITIES = {f"local{number}": (16 + number) << 3 for number in range(8)}
_SEVERITIES = {"FATAL": 0, "CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6}
_SEVERITIES["DEBUG"] = 7
_NO_SEVERITY = 2


class _Syslog:
    """The daemon's connection, made when first asked for and kept."""

    def __init__(self, open_syslog: Callable[[int, str], Callable[[str], object]]):
        self._open = open_syslog
        self._writer: Callable[[str], object] | None = None

    def writer(self, priority: int, tag: str) -> Callable[[str], object]:
        """Sends a line; raises :exc:`SyslogError` where nobody listens."""
        if self._writer is None:
            self._writer = self._open(priority, tag)
        return self._writer


@implementer(ILogSettings)
@frozen
class LogSettings:
    """Where the log goes and what its lines look like.

    :ivar level: as written; any case.
    :ivar prefix: what each line begins with, and the tag in syslog.
    :ivar facility: of syslog, as its number.
    :ivar pattern: of the lines on standard output.
    :ivar line_prefix: ``prefix`` where the format has one.
    """

    where: ConfigPath = field(eq=False)
    level: str = ""
    prefix: str = ""
    line_prefix: str = ""
    pattern: str = DEFAULT
    to_stdout: bool = False
    to_syslog: bool = False
    facility: int = _FACILITIES["local3"]
    _syslog: _Syslog = field(factory=lambda: _Syslog(SyslogWriter), eq=False)

    @property
    def _priority(self) -> int:
        # All lines have the severity of the configured level, as in KrakenD.
        return self.facility | _SEVERITIES.get(self.level.upper(), _NO_SEVERITY)

    def fallback_error(self) -> str | None:
        """See :class:`~krakendtw.interfaces.ILogSettings`."""
        if self.to_syslog:
            try:
                self._open_syslog()
            except SyslogError as error:
                return str(error)
        is_silent = not self.to_stdout and not self.to_syslog
        if is_silent or self.level.upper() in _LEVELS:
            return None
        return "logger: invalid log level"

    def _open_syslog(self) -> Callable[[str], object]:
        tag = self.prefix or (sys.argv[0] if sys.argv else "krakendtw")
        return self._syslog.writer(self._priority, tag)

    def threshold(self) -> int:
        """See :class:`~krakendtw.interfaces.ILogSettings`."""
        if not self.to_stdout and not self.to_syslog:
            return OFF
        return _LEVELS[self.level.upper()]

    def observer(self, stdout: TextIO) -> ILogObserver:
        """See :class:`~krakendtw.interfaces.ILogSettings`."""
        level = self.threshold()
        observers = []
        if self.to_stdout:
            render = self.compile_line()
            observers.append(LineObserver(render, line_writer(stdout), level))
        if self.to_syslog:
            render = compile_pattern(SYSLOG)
            observers.append(LineObserver(render, self._open_syslog(), level))
        return observers[0] if len(observers) == 1 else LogPublisher(*observers)

    def compile_line(self) -> Callable[[float, int, str], str]:
        """The function that makes the lines of standard output.

        :raises ConfigError: ``custom_format`` is none.
        """
        try:
            render = compile_pattern(self.pattern)
        except ValueError as error:
            raise ConfigError(self.where / "custom_format", str(error)) from error
        prefix = self.line_prefix
        if not prefix:
            return render
        return lambda seconds, level, text: prefix + render(seconds, level, text)


def configure(raw: Any, where: ConfigPath) -> LogSettings:
    """The settings of ``telemetry/logging``.

    :raises ConfigError: ``stdout`` or ``syslog`` is no boolean, or
        ``custom_format`` cannot be used.
    :raises NotConfigured: the value is no object.
    """
    if not isinstance(raw, Mapping):
        raise NotConfigured("telemetry/logging is not an object")
    prefix = _text(raw, "prefix")
    form = _text(raw, "format")
    patterns = {"logstash": LOGSTASH, "custom": _text(raw, "custom_format")}
    facility = _text(raw, "syslog_facility").lower()
    settings = LogSettings(
        where,
        level=_text(raw, "level"),
        prefix=prefix,
        line_prefix="" if form in patterns else prefix,
        pattern=patterns.get(form, DEFAULT),
        to_stdout=_flag(raw, "stdout", where),
        to_syslog=_flag(raw, "syslog", where),
        facility=_FACILITIES.get(facility, _FACILITIES["local3"]),
    )
    if settings.to_stdout and not settings.to_syslog:
        # With syslog a missing daemon comes first, and it is no reason to stop.
        settings.compile_line()
    return settings


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _flag(raw: Mapping[str, Any], key: str, where: ConfigPath) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise ConfigError(where / key, "must be true or false")
    return value
