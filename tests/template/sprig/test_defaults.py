"""Tests of choices between values."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DefaultsTests(TemplateTestCase):
    """What counts as empty, and what stands for it."""

    def test_default(self) -> None:
        """What is empty is replaced."""
        self.assert_all(
            (
                ('{{ default "d" "" }}', "d"),
                ('{{ default "d" 0 }}', "d"),
                ('{{ default "d" nil }}', "d"),
                ('{{ default "d" "x" }}', "x"),
                ('{{ default "d" .nope }}', "d"),
                ('{{ default "d" }}', "d"),
                ('{{ .nope | default "q" }}', "q"),
                ("{{ default 1 false }}", "1"),
                ("{{ default 1 .el }}", "1"),
                (
                    "{{ default }}",
                    (
                        'ERROR 1:3: executing "t" at <default>: wrong number of args '
                        "for default: want at least 1 got 0"
                    ),
                ),
            )
        )

    def test_empty(self) -> None:
        """Nil, zero, false and what holds nothing is empty."""
        self.assert_all(
            (
                ("{{ empty .em }}", "true"),
                ("{{ empty 0.0 }}", "true"),
                ('{{ empty "0" }}', "false"),
                ("{{ empty nil }}", "true"),
                ("{{ empty .nope }}", "true"),
                ("{{ empty false }}", "true"),
                ("{{ empty now }}", "false"),
                ('{{ coalesce 0 "" nil "x" 1 }}', "x"),
                ("{{ coalesce }}", "<no value>"),
                ('{{ all 1 "x" }}', "true"),
                ("{{ all }}", "true"),
                ("{{ all 1 0 }}", "false"),
                ("{{ any 0 1 }}", "true"),
                ("{{ any }}", "false"),
            )
        )

    def test_ternary(self) -> None:
        """A truth chooses, and nothing else does."""
        self.assert_all(
            (
                ("{{ ternary 1 2 true }}", "1"),
                ('{{ true | ternary "a" "b" }}', "a"),
                ('{{ ternary "a" "b" (eq 1 2) }}', "b"),
                (
                    '{{ ternary 1 2 "x" }}',
                    'ERROR 1:15: executing "t" at <"x">: expected bool; found "x"',
                ),
                (
                    "{{ ternary 1 2 nil }}",
                    'ERROR 1:15: executing "t" at <nil>: cannot assign nil to bool',
                ),
                (
                    "{{ ternary 1 2 .nope }}",
                    (
                        'ERROR 1:15: executing "t" at <.nope>: invalid value; '
                        "expected bool"
                    ),
                ),
            )
        )
