"""Tests of templates that are read once and executed often."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.failure import TemplateError
from krakendtw.template.signature import declare_all
from krakendtw.template.sprig.table import FUNCTIONS
from krakendtw.template.template import Templates, compile
from tests.template.grammar import RUBBLE, TEMPLATES
from tests.template.rendering import data


def _twice(text: str) -> str:
    """A text twice."""
    return text + text


class TemplatesTests(SynchronousTestCase):
    """Texts that define templates."""

    def test_calls(self) -> None:
        """Templates call those of other texts, whenever those were read."""
        templates = Templates({})
        templates.add('{{ template "b" . }}{{ template "c" }}', "a")
        templates.add('<{{ . }}>{{ define "c" }}!{{ end }}', "b")
        self.assertEqual(templates.execute("a", 5), "<5>!")
        self.assertEqual(templates.execute("b", 6), "<6>")

    def test_replacement(self) -> None:
        """A later text replaces an earlier one, unless there is nothing in it."""
        templates = Templates({})
        templates.add("one", "a")
        templates.add("two", "a")
        templates.add(" \n", "a")
        self.assertEqual(templates.execute("a", None), "two")
        templates.add('{{ define "a" }}three{{ end }}', "b")
        self.assertEqual(templates.execute("a", None), "three")

    def test_unknown(self) -> None:
        """A template that was never read cannot be executed."""
        error = self.assertRaises(TemplateError, Templates({}).execute, "a", None)
        self.assertEqual(
            str(error), 'template: no template "a" associated with template "a"'
        )

    def test_functions(self) -> None:
        """Functions join Go's own and may take their places."""
        templates = Templates(declare_all({"twice": _twice, "html": _twice}))
        templates.add('{{ twice "a" }}{{ html "<" }}{{ js "<" }}', "a")
        self.assertEqual(templates.execute("a", None), "aa<<\\u003C")

    def test_own_results(self) -> None:
        """An execution knows nothing of those before it."""
        template = compile("{{ $x := . }}{{ $x }}", "a")
        self.assertEqual([template.execute(1), template.execute(2)], ["1", "2"])

    def test_faults(self) -> None:
        """A text that cannot be read leaves the others alone."""
        templates = Templates({})
        templates.add("good", "a")
        self.assertRaises(TemplateError, templates.add, "{{ nope }}", "a")
        self.assertEqual(templates.execute("a", None), "good")

    def test_little_room(self) -> None:
        """What is too deep for the stack is an error like others."""
        templates = Templates({})
        error = self.assertRaises(
            TemplateError, templates.add, "{{ " + "(" * 9000 + "1" + ")" * 9000, "a"
        )
        self.assertEqual(str(error), "template: a:1: max expression depth exceeded")
        templates.add(
            '{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}', "a"
        )
        error = self.assertRaises(TemplateError, templates.execute, "a", None)
        self.assertIn("exceeded maximum template depth (100000)", str(error))


class RobustnessTests(SynchronousTestCase):
    """Templates that nobody would write."""

    def execute(self, text: str) -> None:
        """Read and execute a template, which may fail as templates do."""
        templates = Templates(FUNCTIONS)
        with contextlib.suppress(TemplateError):
            templates.add(text, "t")
            templates.execute("t", data())

    def test_cycles(self) -> None:
        """A map that holds itself cannot be printed, copied or compared."""
        for action in ("$m", 'printf "%#v" $m', "deepCopy $m", "deepEqual $m $n"):
            templates = Templates(FUNCTIONS)
            templates.add(
                '{{ $m := dict }}{{ $_ := set $m "m" $m }}{{ $n := dict }}'
                f'{{{{ $_ := set $n "m" $n }}}}{{{{ {action} }}}}',
                "t",
            )
            self.assertRaises(TemplateError, templates.execute, "t", {})

    @settings(
        derandomize=True,
        deadline=None,
        max_examples=150,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEMPLATES)
    def test_templates(self, text: str) -> None:
        """A template writes a text or fails by an error of its own."""
        self.execute(text)

    @settings(
        derandomize=True,
        deadline=None,
        max_examples=150,
        suppress_health_check=list(HealthCheck),
    )
    @given(RUBBLE)
    def test_rubble(self, text: str) -> None:
        """What is no template is refused by an error of its own."""
        self.execute(text)
