"""Tests of :mod:`krakendtw.transport.chain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import (
    AlreadyCalledError,
    Deferred,
    DeferredList,
    fail,
    succeed,
)
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.chain import Chain

if TYPE_CHECKING:
    from twisted.python.failure import Failure


class Trouble(Exception):
    """Raised on purpose."""


def _double(value: Any) -> Any:
    return value * 2


def _break(value: Any) -> Any:
    raise Trouble(value)


def _wait(value: Any) -> Any:
    return succeed(value + 1)


def _fail(value: Any) -> Any:
    return fail(Trouble(value))


def _rescue(failure: Failure) -> int:
    return 7


_STEPS = {
    "double": (_double, None),
    "break": (_break, None),
    "wait": (_wait, None),
    "fail": (_fail, None),
    "rescue": (None, _rescue),
    "both": (_double, _rescue),
}


def _run(kind: type[Deferred[Any]], steps: list[str], early: int) -> Any:
    """The end of a chain, some of whose steps were added before it was fired."""
    deferred = kind()
    for name in steps[:early]:
        _add(deferred, name)
    deferred.callback(1)
    for name in steps[early:]:
        _add(deferred, name)
    end: list[Any] = []
    deferred.addCallbacks(end.append, lambda why: end.append(type(why.value)))
    return end


def _add(deferred: Deferred[Any], name: str) -> None:
    callback, errback = _STEPS[name]
    deferred.addCallbacks(callback or (lambda value: value), errback)


class ChainTests(SynchronousTestCase):
    """Tests of :class:`Chain`."""

    @settings(deadline=None, derandomize=True, max_examples=200)
    @given(st.lists(st.sampled_from(sorted(_STEPS)), max_size=6), st.integers(0, 6))
    def test_same_as_deferred(self, steps: list[str], early: int) -> None:
        """Whatever hangs on it, it ends as Twisted's own does."""
        self.assertEqual(_run(Chain, steps, early), _run(Deferred, steps, early))

    def test_twice(self) -> None:
        """It fires once."""
        chain: Chain[int] = Chain()
        chain.callback(1)
        self.assertRaises(AlreadyCalledError, chain.callback, 2)

    def test_waiting_inside(self) -> None:
        """A callback may return a Deferred that fires later."""
        inner: Deferred[int] = Deferred()
        chain: Chain[int] = Chain()
        chain.addCallback(lambda _: inner)
        chain.addCallback(_double)
        chain.callback(1)
        self.assertNoResult(chain)
        inner.callback(4)
        self.assertEqual(self.successResultOf(chain), 8)

    def test_own_kinds(self) -> None:
        """It waits for a Deferred of any kind, whatever stands behind that."""
        for kind in (Deferred, Chain, type("Own", (Deferred,), {})):
            for behind in (True, False):
                inner: Any = kind()
                chain: Chain[Any] = Chain()
                chain.addCallback(lambda _, inner=inner: DeferredList([inner]))
                if behind:
                    chain.addCallback(lambda result: result[0])
                chain.callback(1)
                self.assertNoResult(chain)
                inner.callback(2)
                if not behind:
                    chain.addCallback(lambda result: result[0])
                self.assertEqual(self.successResultOf(chain), (True, 2))

    def test_paused(self) -> None:
        """While it is paused nothing is called; nor is anything missed in debug."""
        for debug in (True, False):
            chain: Chain[int] = Chain()
            chain.debug = debug
            seen: list[int] = []
            chain.addCallback(seen.append)
            chain.pause()
            chain.callback(1)
            self.assertEqual(seen, [])
            chain.unpause()
            self.assertEqual(seen, [1])

    def test_inner(self) -> None:
        """It may itself be what a Deferred waits for."""
        chain: Chain[int] = Chain()
        outer = succeed(0)
        outer.addCallback(lambda _: chain)
        outer.addCallback(_double)
        chain.callback(4)
        self.assertEqual(self.successResultOf(outer), 8)

    def test_added_while_running(self) -> None:
        """A callback that adds another one has it run behind itself."""
        chain: Chain[int] = Chain()
        seen: list[int] = []

        def add(value: int) -> int:
            chain.addCallback(seen.append)
            return value

        chain.addCallback(add)
        chain.callback(3)
        self.assertEqual(seen, [3])

    def test_cancel(self) -> None:
        """Its canceller is asked before it has fired, and not afterwards."""
        asked: list[object] = []
        chain: Chain[int] = Chain(asked.append)
        chain.addErrback(lambda _: None)
        chain.cancel()
        self.assertEqual(asked, [chain])
        done: Chain[int] = Chain(asked.append)
        done.callback(1)
        done.cancel()
        self.assertEqual(asked, [chain])


class AwaitTests(SynchronousTestCase):
    """Coroutines that wait for a chain."""

    def test_coroutine(self) -> None:
        """A coroutine gets what the callbacks before it have made."""
        chain: Chain[int] = Chain()
        chain.addCallback(_double)

        async def wait() -> int:
            return await chain

        waiting = Deferred.fromCoroutine(wait())
        self.assertNoResult(waiting)
        chain.callback(2)
        self.assertEqual(self.successResultOf(waiting), 4)
