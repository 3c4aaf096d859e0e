"""The scripts of one place, made ready at start and run for each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lupa.luajit21 import LuaError
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from krakendtw.middleware.modifier.lua._errors import (
    Part,
    ScriptError,
    runtime_error,
    syntax_error,
)
from krakendtw.middleware.modifier.lua._fetch import Fetch, FetchError
from krakendtw.middleware.modifier.lua._settings import LuaSettings
from krakendtw.middleware.modifier.lua._state import open_state
from krakendtw.middleware.modifier.lua._turns import turns_of
from krakendtw.middleware.modifier.lua._translate import (
    LuaCompileError,
    LuaSyntaxError,
    translate,
)
from krakendtw.middleware.modifier.lua._values import TOO_MUCH, from_lua, to_lua
from krakendtw.middleware.modifier.lua._work import Desk, Work

if TYPE_CHECKING:
    from treq.client import HTTPClient
    from twisted.internet.interfaces import IReactorTime

SOURCES, BEFORE, AFTER = 1, 2, 3
"""The stages of a session; see ``session.lua``."""

_WAITS, _FAILED = 1, 2
_PRE, _POST = "pre-script", "post-script"
_ENDED = "limit exceeded"
"""Ends the message of a script that had to be ended, and left a lot behind."""

_STEP = 1000
"""How much of a collection is done in one turn: some milliseconds' worth."""


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
        self._settings = settings
        self._client = client
        self._clock = clock
        self._turns = turns_of(clock)
        self._is_collecting = False
        self._desk = Desk()
        self._resting = self._desk.work
        self._loaded: tuple[bytes, ...] | None = None
        self._parts: tuple[Part, ...] = ()
        self.asks_order = self._asks_order()
        self._doors = open_state(
            self._desk,
            settings.limits,
            subject=subject,
            open_libs=settings.open_libs,
            tracks_order=self.asks_order,
        )
        self._set_chunk(BEFORE, settings.before)
        self._set_chunk(AFTER, settings.after)
        self._missing = self._load_sources()

    # --- texts

    def flaws(self) -> list[str]:
        """What is wrong with the texts, as their requests will be told."""
        found = []
        if self._missing is not None:
            found.append(str(self._missing))
        for stage, source in self._sources().items():
            try:
                translate(source)
            except (LuaSyntaxError, LuaCompileError) as error:
                text = error.describe(b"<string>").decode("utf-8", "surrogateescape")
                found.append(str(syntax_error(text, self._parts_at(stage))))
        return found

    def _sources(self) -> dict[int, bytes]:
        """All texts by their stage."""
        return {
            SOURCES: b"\n".join(self._loaded or ()),
            BEFORE: self._settings.before,
            AFTER: self._settings.after,
        }

    def _asks_order(self) -> bool:
        """Whether any text can tell in which order a table has its keys."""
        settings = self._settings
        if settings.files is None:
            return True  # what is read later may
        texts = (*settings.files.values(), settings.before, settings.after)
        for source in texts:
            try:
                if translate(source).asks_order:
                    return True
            except (LuaSyntaxError, LuaCompileError):
                continue
        return False

    def _load_sources(self) -> ScriptError | None:
        """Take in the sources as they are now; the error if one is missing."""
        texts = []
        for path in self._settings.sources:
            source = self._settings.source(path)
            if source is None:
                return ScriptError(f"lua: unable to load required source {path}")
            texts.append(source)
        loaded = tuple(texts)
        if loaded != self._loaded:
            self._loaded = loaded
            self._set_chunk(SOURCES, b"\n".join(loaded))
            self._parts = tuple(map(Part.of, self._settings.sources, loaded))
        return None

    def _set_chunk(self, stage: int, source: bytes) -> None:
        """Have the state run ``source`` at ``stage``."""
        set_chunk = self._doors.set_chunk
        if not source.strip():
            set_chunk(stage, None, None)
            return
        try:
            made = translate(source, tracks_order=self.asks_order)
        except (LuaSyntaxError, LuaCompileError) as error:
            set_chunk(stage, None, error.describe(b"<string>"))
        except RecursionError:
            set_chunk(stage, None, b"<string> at EOF:   nested too deeply\n")
        else:
            set_chunk(stage, made.code, None)

    def _parts_at(self, stage: int) -> Sequence[Part]:
        """The texts that an error's line is counted through."""
        if stage == BEFORE:
            return (*self._parts, Part.of(_PRE, self._settings.before))
        if stage == AFTER:
            return (*self._parts, Part.of(_POST, self._settings.after))
        return self._parts

    # --- running

    def start(self, work: Work, *, keeps: bool = False) -> Deferred[None] | None:
        """Run the sources and ``pre``.

        :param keeps: whether :meth:`finish` will follow.
        :returns: ``None`` if that is done, a Deferred if it waits.
        :raises ScriptError: it failed; also through the Deferred.
        """
        if self._settings.files is None:
            self._missing = self._load_sources()
        if self._missing is not None:
            raise ScriptError(self._missing.message)
        result = self._enter(work, self._doors.start, keeps)
        return None if result is None else self._settle(work, result)

    def finish(self, work: Work) -> Deferred[None] | None:
        """Run ``post`` in the session that :meth:`start` has kept; else the same."""
        session, work.session = work.session, None
        result = self._enter(work, self._doors.finish, session)
        return None if result is None else self._settle(work, result)

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
        """Act on what a stretch of a script has ended with."""
        if type(result) is not tuple:
            work.session = result
            return None
        session, kind, *rest = result
        if kind == _WAITS:
            return self._wait(work, session, *rest)
        raise self._error(*rest)

    def _error(self, stage: int, message: Any, trace: str | None = None) -> ScriptError:
        text = from_lua(message)
        parts = self._parts_at(stage)
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
        source = work.client or getattr(work.request, "source", None)
        call = Fetch(
            self._client,
            method or "GET",
            from_lua(url).replace(" ", "%20"),
            body.encode("latin-1"),
            list(fields.values()),
            lambda: bool(getattr(source, "expired", False)),
        )
        return call.start()
