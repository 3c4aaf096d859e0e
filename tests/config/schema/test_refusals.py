"""Tests of hints for what the gateway refuses."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.schema.refusals import advise
from krakendtw.config.schema.shape import shape_of
from krakendtw.config.schema.whole import whole_schema
from krakendtw.plugin import Registry

SHAPE = shape_of(whole_schema(Registry.discover()))
PATTERN = ("endpoints", 0, "backend", 0, "url_pattern")


def document(path: str, **endpoint: Any) -> dict[str, Any]:
    """A document with an endpoint of this path."""
    return {"version": 3, "endpoints": [{"endpoint": path, **endpoint}]}


class RefusalTests(SynchronousTestCase):
    """Each refusal has its hint."""

    def parameter(self, path: str, name: str = "idd") -> str:
        """The hint for a parameter that the endpoint lacks."""
        return advise(
            SHAPE, document(path), PATTERN, f"undefined output param '{name}'! x"
        )

    def test_parameter(self) -> None:
        """A parameter may be a slip, another one, or none of the endpoint's."""
        self.assertEqual('did you mean "{id}"?', self.parameter("/a/{id}"))
        self.assertEqual("/a/{x} has {x}", self.parameter("/a/{x}"))
        self.assertEqual("put {idd} into the path of /a", self.parameter("/a"))

    def test_number_of_parameters(self) -> None:
        """There may be too many of them."""
        hint = advise(
            SHAPE,
            document("/{a}"),
            PATTERN,
            "input and output params do not match. … output param",
        )
        self.assertEqual("/{a} has 1 of the parameters in url_pattern", hint)

    def test_backends(self) -> None:
        """The key of the backends may be mistyped, or missing."""
        steps, message = ("endpoints", 0), "since it has 0 backends defined!"
        self.assertEqual(
            'is "backends" meant for "backend"?',
            advise(SHAPE, document("/", backends=[]), steps, message),
        )
        self.assertIn("give it", advise(SHAPE, document("/"), steps, message))

    def test_known(self) -> None:
        """Other refusals are known by their words."""
        hint = advise(SHAPE, {}, ("version",), "unsupported version: 2 (want: 3)")
        self.assertEqual('write "version": 3', hint)

    def test_value(self) -> None:
        """All else is about the value."""
        hint = advise(SHAPE, {"timeout": "3000"}, ("timeout",), "time: missing unit")
        self.assertIn('"3000ms"', hint)
        self.assertEqual("", advise(SHAPE, [], ("x", 1), "what?"))
