"""The scripts of one place at work."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Coroutine, Generator, Mapping
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from twisted.internet.defer import CancelledError, Deferred

from krakendtw.errors import ConfigError, PipeError
from krakendtw.middleware.modifier._python_source import (
    PARAMETERS,
    POST,
    PRE,
    Source,
    describe,
    read_source,
)
from krakendtw.scripting import Response

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.log import Log
    from krakendtw.middleware.modifier._python_settings import PythonSettings

Functions: TypeAlias = "tuple[Callable[..., Any], ...]"

_NO_KEYWORDS: dict[str, Any] = {}


class ScriptFailed(PipeError):
    """A script has failed; the message says in which file and line."""


class Scripts:
    """The scripts of one place, loaded.

    :raises ConfigError: one of them fails, or has not what is wanted.
    """

    def __init__(self, settings: PythonSettings, log: Log) -> None:
        self._log = log
        self._paths = tuple(source.path for source in settings.sources)
        self._live: list[_Live] | None = None
        if settings.is_live:
            self._live = [_Live(source) for source in settings.sources]
            found = [source.functions for source in self._live]
        else:
            found = [source.load() for source in settings.sources]
        self._functions = _by_use(found)

    def has(self, use: str) -> bool:
        """Whether there is, or may come, a function for this use."""
        return self._live is not None or bool(self._functions[use])

    def run(self, use: str, *arguments: Any) -> Any:
        """Call the functions for one use, one after another.

        :returns: ``None`` once all are done, a response that one of ``pre`` gives in
            place of what comes next, or a Deferred of either.
        :raises PipeError: one has failed or rejects; also through the Deferred.
        """
        if self._live is not None:
            self._refresh(self._live)
        return self._run(self._functions[use], 0, use, arguments)

    def _run(
        self, functions: Functions, start: int, use: str, arguments: tuple[Any, ...]
    ) -> Any:
        for index in range(start, len(functions)):
            try:
                result = functions[index](*arguments)
                if iscoroutine(result):
                    result = _begin(result)
            except (Exception, SystemExit) as error:
                self._fail(error)
            if result is None:
                continue
            if isinstance(result, Deferred):
                more = (functions, index + 1, use, arguments)
                return result.addCallbacks(
                    self._go_on, self._failed, more, _NO_KEYWORDS
                )
            return self._outcome(result, functions[index], use)
        return None

    def _go_on(
        self,
        result: Any,
        functions: Functions,
        start: int,
        use: str,
        arguments: tuple[Any, ...],
    ) -> Any:
        if result is not None:
            return self._outcome(result, functions[start - 1], use)
        return self._run(functions, start, use, arguments)

    def _outcome(self, result: Any, function: Callable[..., Any], use: str) -> Response:
        """What a function may give back."""
        if use == PRE and type(result) is Response:
            return result
        code = getattr(function, "__code__", None)
        at = f"{code.co_filename}:{code.co_firstlineno}: " if code else ""
        raise ScriptFailed(f"{at}{use} has returned {result!r}")

    def _failed(self, failure: Failure) -> NoReturn:
        self._fail(failure.value)  # type: ignore[arg-type]

    def _fail(self, error: BaseException) -> NoReturn:
        """Raise what the pipe understands."""
        if isinstance(error, PipeError | CancelledError):
            raise error
        if self._log.debug_on:
            self._log.debug("".join(traceback.format_exception(error)))
        raise ScriptFailed(describe(error, *self._paths)) from error

    def _refresh(self, live: list[_Live]) -> None:
        """Take in files that have changed.

        :raises ScriptFailed: one of them cannot be used as it is now.
        """
        try:
            changed = [source.refresh() for source in live]
        except ConfigError as error:
            raise ScriptFailed(error.message) from error
        if any(changed):
            self._functions = _by_use([source.functions for source in live])


def _begin(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine up to where it waits; a Deferred only if it does.

    :raises Exception: what it raises before it waits.
    """
    try:
        awaited = coroutine.send(None)
    except StopIteration as end:
        return end.value
    return Deferred.fromCoroutine(_go_on(coroutine, awaited))


async def _go_on(coroutine: Coroutine[Any, Any, Any], awaited: Any) -> Any:
    return await _Begun(coroutine, awaited)


class _Begun:
    """A coroutine that has begun to wait already.

    :param awaited: what it waits for.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], awaited: Any) -> None:
        self._coroutine = coroutine
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, Any]:
        coroutine, awaited = self._coroutine, self._awaited
        try:
            while True:
                try:
                    value = yield awaited
                except Exception as error:
                    awaited = coroutine.throw(error)
                else:
                    awaited = coroutine.send(value)
        except StopIteration as end:
            return end.value
        finally:
            coroutine.close()


class _Live:
    """A script that is read again when its file changes.

    :raises ConfigError: what is there at first cannot be used.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: Any = None
        self._flaw: ConfigError | None = None
        self.functions: Mapping[str, Callable[..., Any]] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Whether it has changed.

        :raises ConfigError: what it has become cannot be used.
        """
        path = self._source.path
        try:
            status = os.stat(path)
            seen: Any = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError as error:
            seen = error.errno
        if seen != self._seen:
            self._seen = seen
            try:
                fresh = read_source(path, self._source.where, self._source.names)
                self.functions = fresh.load()
            except ConfigError as flaw:
                self._flaw = flaw
                raise
            self._flaw = None
            return True
        if self._flaw is not None:
            raise self._flaw
        return False


def _by_use(found: list[Mapping[str, Callable[..., Any]]]) -> Mapping[str, Functions]:
    """The functions of all scripts; on the way back the last script is the first."""
    return {
        use: tuple(
            functions[use]
            for functions in (reversed(found) if use == POST else found)
            if use in functions
        )
        for use in PARAMETERS
    }
