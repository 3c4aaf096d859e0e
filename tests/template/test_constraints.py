"""Tests of what versions are wanted."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ConstraintsTests(TemplateTestCase):
    """Conditions for versions."""

    def test_signs(self) -> None:
        """Every sign has its meaning."""
        self.assert_all(
            (
                ('{{ semverCompare "=1.0.0" "v1.0.0+x" }}', "true"),
                ('{{ semverCompare "!=1.2.3" "1.2.3" }}', "false"),
                ('{{ semverCompare ">1.2.3" "1.2.4" }}', "true"),
                ('{{ semverCompare "<1.2.3" "1.2.2" }}', "true"),
                ('{{ semverCompare "=>1.0.0" "1.0.0" }}', "true"),
                ('{{ semverCompare "<=1.2.3" "1.2.4" }}', "false"),
                ('{{ semverCompare "=<1.2.3" "1.2.3" }}', "true"),
                ('{{ semverCompare "~>1.2.3" "1.2.9" }}', "true"),
            )
        )

    def test_wildcards(self) -> None:
        """Numbers that are left out may be any."""
        self.assert_all(
            (
                ('{{ semverCompare "*" "1.0.0" }}', "true"),
                ('{{ semverCompare "1.2.x" "1.2.9" }}', "true"),
                ('{{ semverCompare "!=1.2" "1.2.0" }}', "false"),
                ('{{ semverCompare ">1.2" "1.2.5" }}', "false"),
                ('{{ semverCompare ">1" "1.5" }}', "false"),
                ('{{ semverCompare "<=1.2" "1.2.9" }}', "true"),
                (
                    '{{ semverCompare "" "1.0.0" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare "" "1.0.0">: '
                        "error calling semverCompare: improper constraint: "
                    ),
                ),
                ('{{ semverCompare "x" "1.0" }}', "true"),
                ('{{ semverCompare "!=x" "0.0.0" }}', "false"),
                ('{{ semverCompare "!=1" "2.0" }}', "true"),
                ('{{ semverCompare ">2" "1.0" }}', "false"),
                ('{{ semverCompare "<=*" "1.0" }}', "false"),
                ('{{ semverCompare "<=1" "1.9" }}', "true"),
            )
        )

    def test_ranges(self) -> None:
        """Tildes, carets and spans."""
        self.assert_all(
            (
                ('{{ semverCompare "1.2 - 1.4" "1.3.3" }}', "true"),
                ('{{ semverCompare "^0.2.3" "0.2.9" }}', "true"),
                ('{{ semverCompare "^0.0.3" "0.0.4" }}', "false"),
                ('{{ semverCompare "^0" "0.9" }}', "true"),
                ('{{ semverCompare "^0.0" "0.0.5" }}', "true"),
                ('{{ semverCompare "^*" "1.0" }}', "false"),
                ('{{ semverCompare "~1" "1.9" }}', "true"),
                ('{{ semverCompare "~0.0.0" "5.0.0" }}', "true"),
                ('{{ semverCompare "~2" "1.9" }}', "false"),
                ('{{ semverCompare "^1" "2.0" }}', "false"),
                ('{{ semverCompare "^0.1" "1.0" }}', "false"),
                ('{{ semverCompare "^0.0.1" "0.1.0" }}', "false"),
            )
        )

    def test_prereleases(self) -> None:
        """Prereleases are wanted only where one is named."""
        self.assert_all(
            (
                ('{{ semverCompare "<1.2.3" "1.2.3-alpha" }}', "false"),
                ('{{ semverCompare "<1.2.3-0" "1.2.3-alpha" }}', "false"),
                ('{{ semverCompare ">=1.2.3-beta.2" "1.2.3-beta.11" }}', "true"),
                ('{{ semverCompare "!=1.2.x" "1.2.3-a" }}', "false"),
                ('{{ semverCompare "^1" "1.2.3-a" }}', "false"),
                ('{{ semverCompare "~1-0" "1.2.3-a" }}', "true"),
                ('{{ semverCompare "<=1.2.3" "1.2.3-a" }}', "false"),
                ('{{ semverCompare ">1" "2.0.0-a" }}', "false"),
                ('{{ semverCompare "1.2.3" "1.2.3-a" }}', "false"),
                ('{{ semverCompare ">=1" "2.0.0-a" }}', "false"),
                ('{{ semverCompare "!=1-a" "1.0.0-a" }}', "false"),
            )
        )

    def test_refusals(self) -> None:
        """What is no condition is told of."""
        self.assert_all(
            (
                (
                    '{{ semverCompare ">>1" "1.0.0" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare ">>1" "1.0.0">: '
                        "error calling semverCompare: improper constraint: >>1"
                    ),
                ),
                ('{{ semverCompare "1.2.3 1.2" "1.2.3" }}', "true"),
                (
                    '{{ semverCompare "1xx" "1.2.3" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare "1xx" "1.2.3">: '
                        "error calling semverCompare: constraint Parser Error"
                    ),
                ),
                (
                    '{{ semverCompare "a || 1" "1.2.3" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare "a || 1" '
                        '"1.2.3">: error calling semverCompare: improper constraint: '
                        "a "
                    ),
                ),
            )
        )
