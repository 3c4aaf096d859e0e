"""Tests of ``backend/conditional``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IConditionalBackend
from krakendtw.middleware.backend.conditional import configure
from krakendtw.testing import backend_scope, request

NAMESPACE = "backend/conditional"
ENDPOINT = ConfigPath() / "endpoints" / 0
WHERE = ENDPOINT / "backend" / 0 / "extra_config" / NAMESPACE


class ConditionalTests(SynchronousTestCase):
    """Conditions, and mistakes in them."""

    def holds(self, asked: Any, **raw: str) -> bool:
        """Whether a backend is asked."""
        condition = configure(raw, WHERE).condition(backend_scope())
        return condition(asked)

    def test_interface(self) -> None:
        """The settings are the condition."""
        verifyObject(IConditionalBackend, configure({"strategy": "fallback"}, WHERE))

    def test_header(self) -> None:
        """The first value counts, exactly; the name in any case."""
        for values, wanted in (
            (["a"], True),
            (["a", "b"], True),
            (["b", "a"], False),
            (["A"], False),
        ):
            asked = request(headers={"X-Plan": values})
            self.assertEqual(
                self.holds(asked, strategy="header", name="x-plan", value="a"), wanted
            )
        self.assertFalse(self.holds(request(), strategy="header", name="a", value=""))

    def test_policy(self) -> None:
        """The expression is true; one that fails is not."""
        asked = request(params={"Resp0_x": "5"})
        for text, wanted in (
            ("req_params.Resp0_x == '5'", True),
            ("req_params.Resp0_y == '5'", False),
            ("hasHeader('x')", False),
        ):
            self.assertEqual(self.holds(asked, strategy="policy", value=text), wanted)

    def test_kinds(self) -> None:
        """Who is a fallback, and who looks at the body."""
        for raw, wanted in (
            ({"strategy": "fallback"}, (True, False)),
            ({"strategy": "policy", "value": "req_body == ''"}, (False, True)),
            ({"strategy": "header", "name": "a", "value": "b"}, (False, False)),
        ):
            made = configure(raw, WHERE)
            self.assertEqual((made.is_fallback, made.needs_body), wanted)

    def test_log(self) -> None:
        """A backend that is not asked is no event, but DEBUG tells."""
        scope = backend_scope()
        made = configure({"strategy": "policy", "value": "false"}, WHERE)
        made.condition(scope)(request())
        lines: list[str] = scope.service.log.lines  # type: ignore[attr-defined]
        self.assertEqual(
            lines, ["DEBUG [BACKEND: /][Conditional] skipped, result: false"]
        )

    def test_mistakes(self) -> None:
        """What cannot be meant ends the start, with its place."""
        for raw, wanted in (
            ({}, ".strategy: is missing"),
            ({"strategy": "x"}, ".strategy: 'x' found, one of header, policy"),
            ({"strategy": "header", "value": "a"}, ".name: is missing"),
            ({"strategy": "policy"}, ".value: is missing"),
            ({"strategy": "policy", "value": "nope"}, ".value: ERROR: <input>"),
            ({"strategy": "policy", "value": "req_path"}, ".value: gives string"),
            ({"strategy": "fallback", "x": 1}, ".x: no such key"),
        ):
            error = self.assertRaises(ConfigError, configure, raw, WHERE)
            self.assertIn(f'"{NAMESPACE}"{wanted}', str(error))
        where = ENDPOINT / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"strategy": "fallback"}, where)
