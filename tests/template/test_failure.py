"""Tests of what goes wrong with templates."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import GatewayError
from krakendtw.template.failure import Failure, TemplateError
from krakendtw.template.template import Templates


class FailureTests(SynchronousTestCase):
    """Where an error was."""

    def error(self, text: str) -> TemplateError:
        """What a template called ``name`` fails by."""
        templates = Templates({})
        with self.assertRaises(TemplateError) as raised:
            templates.add(text, "name")
            templates.execute("name", {})
        return raised.exception

    def test_execution(self) -> None:
        """While executing, name, line and column are told, and stand in the text."""
        error = self.error("one\ntwo {{ len 1 }}")
        self.assertEqual((error.name, error.line, error.column), ("name", 2, 7))
        self.assertTrue(str(error).startswith('template: name:2:7: executing "name"'))

    def test_parsing(self) -> None:
        """While reading, there is no column."""
        error = self.error("one\n{{ if }}")
        self.assertEqual((error.name, error.line, error.column), ("name", 2, None))
        self.assertEqual(str(error), "template: name:2: missing value for if")

    def test_kinds(self) -> None:
        """An error is the gateway's own; a function's failure becomes one."""
        self.assertIsInstance(self.error("{{"), GatewayError)
        self.assertFalse(issubclass(Failure, GatewayError))
        self.assertIn("error calling len", str(self.error("{{ len 1 }}")))
