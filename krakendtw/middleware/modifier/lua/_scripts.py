"""The scripts of one place, made ready at start and run for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lupa.luajit21 import LuaError

from krakendtw.middleware.modifier.lua._errors import (
    ScriptError,
    runtime_error,
    syntax_error,
)
from krakendtw.middleware.modifier.lua._fetch import Fetch, FetchError
from krakendtw.middleware.modifier.lua._state import open_state
from krakendtw.middleware.modifier.lua._texts import AFTER, BEFORE, SOURCES, Texts
from krakendtw.middleware.modifier.lua._turns import turns_of
from krakendtw.middleware.modifier.lua._values import (
    TOO_MUCH,
    from_lua,
    to_lua,
    written_size,
)
from krakendtw.middleware.modifier.lua._work import Desk, Work

if TYPE_CHECKING:
    from treq.client import HTTPClient
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure

    from krakendtw.middleware.modifier.lua._settings import LuaSettings

_WAITS = 1
"""What Lua says of a script that waits; everything else has failed."""

_ENDED = "limit exceeded"
"""Ends the message of a script that had to be ended, and left a lot behind."""

_FEW = 4
"""Places at which data may stand once more without much harm."""

_STEP = 1000
"""How much of a collection is done in one turn: a millisecond or two."""


class Scripts:
    """The scripts of one place.

    :param subject: ``request`` or ``ctx``: what the scripts work on.
    :param client: for their side calls.
    :param clock: for what is done between requests.
    """

    def __init__(
        self,
        settings: LuaSettings,
        subject: str,
        client: HTTPClient,
        clock: IReactorTime,
    ) -> None:
        self._client = client
        self._clock = clock
        self._turns = turns_of(clock)
        self._is_live = settings.files is None
        self._is_collecting = False
        self._most = 2 * settings.limits.memory
        self._desk = Desk()
        self._resting = self._desk.work
        self._texts = Texts(settings)
        self._doors = open_state(
            self._desk,
            settings.limits,
            subject=subject,
            open_libs=settings.open_libs,
            tracks_order=self._texts.asks_order,
        )
        for stage in (SOURCES, BEFORE, AFTER):
            self._doors.set_chunk(stage, *self._texts.code(stage))

    # --- running

    def start(self, work: Work, *, keeps: bool = False) -> Deferred[None] | None:
        """Run the sources and ``pre``.

        :param keeps: whether :meth:`finish` will follow.
        :returns: ``None`` if that is done, a Deferred if it waits.
        :raises ScriptError: it failed; also through the Deferred.
        """
        if self._is_live and self._texts.refresh():
            self._doors.set_chunk(SOURCES, *self._texts.code(SOURCES))
        if self._texts.missing is not None:
            raise ScriptError(self._texts.missing)
        result = self._enter(work, self._doors.start, keeps)
        return None if result is None else self._settle(work, result)

    def finish(self, work: Work) -> Deferred[None] | None:
        """Run ``post`` in the session that :meth:`start` has kept; else the same."""
        session, work.session = work.session, None
        result = self._enter(work, self._doors.finish, session)
        waits = None if result is None else self._settle(work, result)
        if waits is not None:
            return waits.addCallback(lambda _: self._weigh(work))
        self._weigh(work)
        return None

    def _weigh(self, work: Work) -> None:
        """Refuse data that are little in memory and endless when written out."""
        if work.shared > _FEW and written_size(work.response.data) > self._most:
            raise ScriptError(TOO_MUCH)

    def _enter(self, work: Work, door: Callable[..., Any], *arguments: Any) -> Any:
        """Let Lua run with ``work`` at hand, until it ends or waits."""
        self._desk.work = work
        try:
            return door(*arguments)
        except (LuaError, MemoryError) as error:  # outside of any script
            self._collect()
            raise ScriptError(TOO_MUCH) from error
        finally:
            self._desk.work = self._resting

    def _settle(self, work: Work, result: Any) -> Deferred[None] | None:
        """Act on what a turn of a script has ended with."""
        if type(result) is not tuple:
            work.session = result
            return None
        session, kind, *rest = result
        if kind == _WAITS:
            return self._wait(work, session, *rest)
        raise self._error(*rest)

    def _error(self, stage: int, message: Any, trace: str | None = None) -> ScriptError:
        text = from_lua(message)
        parts = self._texts.parts(stage)
        if trace is None:
            return syntax_error(text, parts)
        if text.endswith(_ENDED):
            self._collect()
        return runtime_error(text, from_lua(trace), parts)

    def _collect(self) -> None:
        """Free what a script has left behind, in turns that hold nobody up."""
        if not self._is_collecting:
            self._is_collecting = True
            self._clock.callLater(0, self._collect_some)

    def _collect_some(self) -> None:
        self._is_collecting = not self._doors.collect("step", _STEP)
        if self._is_collecting:
            self._clock.callLater(0, self._collect_some)

    # --- waiting

    def _wait(
        self, work: Work, session: Any, what: str, *details: Any
    ) -> Deferred[None]:
        """Have something brought from outside, then go on."""
        coming: Any
        if what == "turn":
            coming = self._turns.wait()
        elif what == "body":
            coming, work.late = work.late, None
        else:
            coming = self._fetch(work, *details)
        coming.addCallbacks(
            self._go_on, self._go_on_without, (work, session), {}, (work, session)
        )
        found: Deferred[None] = coming
        return found

    def _go_on(self, value: Any, work: Work, session: Any) -> Deferred[None] | None:
        return self._resume(work, session, value, None)

    def _go_on_without(
        self, failure: Failure, work: Work, session: Any
    ) -> Deferred[None] | Failure | None:
        """What was waited for does not come: the script may know what to do."""
        if failure.check(FetchError):
            return self._resume(work, session, None, to_lua(str(failure.value)))
        return failure

    def _resume(
        self, work: Work, session: Any, value: Any, problem: Any
    ) -> Deferred[None] | None:
        result = self._enter(work, self._doors.resume, session, value, problem)
        return None if result is None else self._settle(work, result)

    def _fetch(
        self, work: Work, url: str, method: str, body: str, fields: Any
    ) -> Deferred[Any]:
        """Make a side call."""
        source: Any = work.client
        if source is None:
            source = work.request.source
        call = Fetch(
            self._client,
            method or "GET",
            from_lua(url).replace(" ", "%20"),
            body.encode("latin-1"),
            list(fields.values()),
            lambda: bool(getattr(source, "expired", False)),
        )
        return call.start()
