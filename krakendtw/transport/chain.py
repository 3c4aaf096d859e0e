"""A Deferred whose callbacks run with less ceremony.

Nearly every exchange ends the same way: an answer comes, a few callbacks pass it
on, none waits and none fails.  For that case this loop does what Twisted's does
in half the time; at the first sign of anything else, a failure or another
Deferred, Twisted's own takes over where this one stands.
"""

from __future__ import annotations

from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


class ChainLinks:
    """What a :class:`Chain` does in its own way; compiled, its state is in C."""

    def __init__(self: Any, canceller: Any = None) -> None:
        self.called = False
        self.paused = 0
        self._runningCallbacks = False
        self._callbacks: list[Any] = []
        self._canceller = canceller
        if self.debug:
            Deferred.__init__(self, canceller)

    def addCallbacks(
        self: Any,
        callback: Any,
        errback: Any = None,
        callbackArgs: Any = None,
        callbackKeywords: Any = None,
        errbackArgs: Any = None,
        errbackKeywords: Any = None,
    ) -> Any:
        """See :meth:`twisted.internet.defer.Deferred.addCallbacks`."""
        self._callbacks.append(
            (
                (callback, callbackArgs or (), callbackKeywords or _NONE),
                (errback or _same, errbackArgs or (), errbackKeywords or _NONE),
            )
        )
        if self.called:
            self._runCallbacks()
        return self

    def callback(self: Any, result: Any) -> None:
        """See :meth:`twisted.internet.defer.Deferred.callback`."""
        if self.called or self.paused or self.debug:
            Deferred.callback(self, result)
            return
        self.called = True
        self._canceller = None
        callbacks = self._callbacks
        self._runningCallbacks = True
        is_special = _special.get
        try:
            while callbacks:
                callback, arguments, keywords = callbacks[0][0]
                if type(callback) in _MARKS:
                    break
                del callbacks[0]
                self.result = result  # where a coroutine that awaits us looks
                if keywords:
                    result = callback(result, *arguments, **keywords)
                elif len(arguments) == 1:
                    result = callback(result, arguments[0])
                else:
                    result = callback(result, *arguments)
                stop = is_special(type(result))
                if stop or (stop is None and _learn(type(result))):
                    break
        except BaseException:
            result = Failure()
        self._runningCallbacks = False
        self.result = result
        if is_special(type(result)):
            if not isinstance(result, Failure):
                # Twisted waits for a Deferred where a callback gives it one.
                callbacks.insert(0, _PASS_ON)
            self._runCallbacks()
        elif callbacks:
            self._runCallbacks()


class Chain(ChainLinks, Deferred[T]):  # type: ignore[misc]
    """A Deferred for the hot path; in every other way Twisted's."""


_special: dict[type, bool] = {Failure: True, Deferred: True}
"""Which kinds of results Twisted's own loop has to see to, as far as seen."""


def _learn(kind: type) -> bool:
    """Whether it has to see to a kind that was not seen before."""
    found = _special[kind] = issubclass(kind, Deferred | Failure)
    return found


_NONE: dict[str, Any] = {}


def _same(result: Any) -> Any:
    return result


_PASS_ON: Any = ((_same, (), {}), (_same, (), {}))

_waiting: Deferred[Any] = Deferred()
_MARKS = frozenset((type(_waiting._continuation()[0][0]),))
"""The type of what stands in a chain where another Deferred waits for it."""
