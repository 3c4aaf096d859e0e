"""Tests of ``proxy.static``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import MergeError, PipeError, StatusError
from krakendtw.gojson.number import Float, Number
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.static import compile_static

if TYPE_CHECKING:
    from krakendtw.proxy.pipe import Hooks

STRATEGIES = ("always", "success", "errored", "complete", "incomplete")


def hooks(strategy: Any, data: Any = None) -> Hooks:
    """The step of one strategy."""
    static = compile_static({"strategy": strategy, "data": data or {"s": "static"}})
    assert static is not None
    return static.hooks()


def answer(strategy: Any, response: Response) -> Response:
    """``response`` after the step."""
    hook = hooks(strategy).response
    if hook is not None:
        hook(Request(), response)
    return response


def fail(strategy: Any, error: Exception) -> Any:
    """The response that a failure carries after the step."""
    failure = Failure(error)
    hook = hooks(strategy).failure
    if hook is not None:
        assert hook(Request(), failure) is failure
    return getattr(error, "response", None)


class CompileStaticTests(SynchronousTestCase):
    """What is static data at all."""

    def test_none(self) -> None:
        """Without an object for data there is none."""
        raw: Any
        for raw in (None, [], {}, {"data": []}, {"data": None, "strategy": "always"}):
            self.assertIsNone(compile_static(raw))

    def test_strategy(self) -> None:
        """A strategy that is no text is none."""
        raw: Any
        for raw in ({"data": {}}, {"data": {}, "strategy": 1}):
            static = compile_static(raw)
            assert static is not None
            self.assertEqual("always", static.strategy)

    def test_numbers(self) -> None:
        """All numbers are floats, however deep; booleans are none."""
        raw = {"a": 1, "b": [Number("2.50"), {"c": 3.0}], "d": True, "e": "4"}
        static = compile_static({"data": raw})
        assert static is not None
        data = static.data
        self.assertEqual({"a": 1.0, "b": [2.5, {"c": 3.0}], "d": True, "e": "4"}, data)
        for number in (data["a"], data["b"][0], data["b"][1]["c"]):
            self.assertIs(Float, type(number))
        self.assertIs(True, data["d"])


class ResponseTests(SynchronousTestCase):
    """Static data over answers."""

    def test_complete(self) -> None:
        """Over a complete answer all count but those for trouble."""
        for strategy in (*STRATEGIES, "sometimes"):
            response = answer(strategy, Response({"s": "ok", "x": 1}, True))
            lies_over = strategy not in ("errored", "incomplete")
            expected = "static" if lies_over else "ok"
            self.assertEqual({"s": expected, "x": 1}, response.data, strategy)
            self.assertTrue(response.is_complete)

    def test_incomplete(self) -> None:
        """Over an incomplete one ``incomplete`` counts and ``complete`` does not."""
        for strategy in STRATEGIES:
            response = answer(strategy, Response({"s": "ok"}, False))
            lies_over = strategy not in ("errored", "complete")
            expected = "static" if lies_over else "ok"
            self.assertEqual({"s": expected}, response.data, strategy)
            self.assertFalse(response.is_complete)

    def test_null(self) -> None:
        """A null answer becomes an object."""
        self.assertEqual({"s": "static"}, answer("always", Response(None, True)).data)

    def test_nested_data_is_copied(self) -> None:
        """Who changes an answer changes no later one."""
        hook = hooks("always", {"n": {"l": [{"deep": 1}]}}).response
        assert hook is not None
        for _ in range(2):
            response = Response({})
            hook(Request(), response)
            self.assertEqual({"n": {"l": [{"deep": 1}]}}, response.data)
            assert response.data is not None
            response.data["n"]["l"][0]["deep"] = 2


class FailureTests(SynchronousTestCase):
    """Static data over failures."""

    def test_nothing_came(self) -> None:
        """A failure without a response gets one, incomplete, and stays a failure."""
        for strategy in STRATEGIES:
            response = fail(strategy, StatusError(404, "", ""))
            if strategy in ("success", "complete"):
                self.assertIsNone(response)
            else:
                self.assertEqual({"s": "static"}, response.data, strategy)
                self.assertFalse(response.is_complete)

    def test_partial(self) -> None:
        """A partial response keeps what it has."""
        for strategy in STRATEGIES:
            partial = Response({"s": "ok", "x": 1})
            fail(strategy, MergeError([PipeError("e")], partial))
            lies_over = strategy not in ("success", "complete")
            expected = "static" if lies_over else "ok"
            self.assertEqual({"s": expected, "x": 1}, partial.data, strategy)

    def test_complete_response_of_failure(self) -> None:
        """A failure with a complete response is no case for ``incomplete``."""
        response = Response({}, True)
        fail("incomplete", MergeError([], response))
        self.assertEqual({}, response.data)

    def test_other_errors(self) -> None:
        """What the pipe did not raise on purpose goes by."""
        for strategy in STRATEGIES:
            self.assertIsNone(fail(strategy, ValueError()))
