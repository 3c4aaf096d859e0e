"""A log observer in front of another one: nothing secret gets to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.logger import ILogObserver, LogEvent, formatEvent
from twisted.python.failure import Failure
from zope.interface import implementer

Text = Callable[[str], str]


@implementer(ILogObserver)
class MaskingObserver:
    """Rewrites the text of events, tracebacks too, before they are written.

    :param mask: makes of a text one that may be seen.
    """

    def __init__(self, observer: Callable[[Any], object], mask: Text) -> None:
        self._observer = observer
        self._mask = mask

    def __call__(self, event: LogEvent) -> None:
        """See :class:`twisted.logger.ILogObserver`."""
        self._observer(self._masked(event))

    def _masked(self, event: LogEvent) -> dict[str, Any]:
        masked = dict(event)
        failure = event.get("log_failure")
        text = event.get("log_text")
        if not isinstance(text, str):
            text = formatEvent(event)
        if isinstance(failure, Failure):
            text = f"{text}\n{failure.getTraceback()}"
            del masked["log_failure"]
        safe = self._mask(text)
        if safe != text or failure is not None or "log_text" in event:
            masked["log_format"] = "{log_text}"
            masked["log_text"] = safe
        return masked
