"""Tests of backends under a condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.interfaces import IConditionalBackend
from krakendtw.proxy.choosing import (
    Choice,
    ChosenMerge,
    compile_choice,
    condition_of,
    nothing,
)
from krakendtw.testing import MemoryBackend, endpoint_scope, extra_config, request
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request
    from krakendtw.scope import BackendScope


@implementer(IConditionalBackend)
@frozen
class Wanted:
    """A backend that is asked if its name is in the path; a fallback without one."""

    name: str = ""
    needs_body: bool = False

    @property
    def is_fallback(self) -> bool:
        """Whether it has no name."""
        return not self.name

    def condition(self, scope: BackendScope) -> Callable[[Request], bool]:
        """The name is in the path."""
        return lambda request: self.name in request.path


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


def choice(*names: str | None, needs_body: bool = False) -> Choice:
    """A choice among backends by name, ``None`` for one without a condition."""
    backends = [
        BackendConfig(
            extra=extra_config({} if name is None else {"c": Wanted(name, needs_body)})
        )
        for name in names
    ]
    made = compile_choice(endpoint_scope(), backends)
    assert made is not None
    return made


class ChoiceTests(SynchronousTestCase):
    """Which backends are asked."""

    def test_table(self) -> None:
        """All whose conditions hold, those without one, and the fallback for none."""
        for names, path, wanted in (
            (("a", "b", ""), "/a", (0,)),
            (("a", "b", ""), "/ab", (0, 1)),
            (("a", "b", ""), "/", (2,)),
            (("", "a"), "/", (0,)),
            (("", "a"), "/a", (1,)),
            (("", None, "a"), "/", (0, 1)),
            ((None, "", "a"), "/a", (0, 2)),
            (("a", "b"), "/", ()),
            (("a",), "/a", (0,)),
            (("",), "/", (0,)),
        ):
            self.assertEqual(choice(*names).select(request(path=path)), wanted)

    def test_order(self) -> None:
        """In a sequence the fallback is last."""
        self.assertEqual(choice("a", "", None).order, (0, 2, 1))
        self.assertEqual(choice("a", None).order, (0, 1))

    def test_none(self) -> None:
        """Without conditions there is no choice."""
        self.assertIsNone(compile_choice(endpoint_scope(), [BackendConfig()]))
        self.assertIsNone(condition_of(BackendConfig()))

    def test_double(self) -> None:
        """The double keeps the interface's promises."""
        verifyObject(IConditionalBackend, Wanted())


class ChosenMergeTests(SynchronousTestCase):
    """The proxy that asks them."""

    def setUp(self) -> None:
        self.backends = [MemoryBackend({name: 1}) for name in "abf"]
        self.merged: list[tuple[int, ...]] = []

    def merge(self, chosen: tuple[int, ...]) -> Any:
        """A merge that tells which backends it is of."""
        self.merged.append(chosen)
        return MemoryBackend({"merged": list(chosen)})

    def ask(self, path: str, *, takes_first: bool = False) -> Any:
        """The data of an answer."""
        merge = ChosenMerge(
            choice("a", "b", ""), self.backends, self.merge, takes_first=takes_first
        )
        return self.successResultOf(merge(request(path=path))).data

    def test_one(self) -> None:
        """One chosen backend answers for itself."""
        self.assertEqual(self.ask("/b"), {"b": 1})
        self.assertEqual(self.ask("/"), {"f": 1})
        self.assertEqual(self.merged, [])

    def test_several(self) -> None:
        """Several are merged, by a merge that is made once."""
        merge = ChosenMerge(choice("a", "b", ""), self.backends, self.merge)
        for _ in range(2):
            answer = self.successResultOf(merge(request(path="/ab")))
            self.assertEqual(answer.data, {"merged": [0, 1]})
        self.assertEqual(self.merged, [(0, 1)])

    def test_first(self) -> None:
        """Where answers are relayed, the first one is."""
        self.assertEqual(self.ask("/ab", takes_first=True), {"a": 1})

    def test_nobody(self) -> None:
        """Nobody chosen is an empty answer that lacks nothing."""
        merge = ChosenMerge(choice("a"), self.backends[:1], self.merge)
        answer = self.successResultOf(merge(request()))
        self.assertEqual(
            (answer.data, answer.is_complete, answer.metadata.status, answer.io),
            ({}, True, 200, b""),
        )
        self.assertEqual(self.backends[0].requests, [])
        self.assertIsNot(nothing(), nothing())

    def test_body(self) -> None:
        """Where a condition looks at the body, that is waited for."""
        merge = ChosenMerge(choice("a", needs_body=True), self.backends[:1], self.merge)
        stream = BodyStream(Source())
        answer = merge(request(path="/a", body=stream))
        self.assertNoResult(answer)
        stream.data_received(b"x")
        stream.finish()
        self.successResultOf(answer)
        self.assertEqual(self.backends[0].requests[0].body, b"x")
