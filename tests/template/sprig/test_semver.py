"""Tests of the functions for versions."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class SemverTests(TemplateTestCase):
    """Versions and what is wanted of them."""

    def test_versions(self) -> None:
        """A version prints whole, and has methods."""
        self.assert_all(
            (
                ("{{ semver .ver }}", "1.2.3-beta.1+b5"),
                ("{{ (semver .ver).Major }}", "1"),
                ("{{ (semver .ver).Prerelease }}", "beta.1"),
                ('{{ (semver "v1").Original }}', "v1"),
                ('{{ semver "1.2" }}', "1.2.0"),
                ('{{ (semver "1.2.3").IncMinor }}', "1.3.0"),
                ('{{ typeOf (semver "1.2.3").Major }}', "uint64"),
                (
                    '{{ semver "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <semver "x">: error calling '
                        "semver: Invalid Semantic Version"
                    ),
                ),
                (
                    '{{ (semver "1.0.0").Foo }}',
                    (
                        'ERROR 1:11: executing "t" at <"1.0.0">: can\'t evaluate '
                        "field Foo in type *semver.Version"
                    ),
                ),
                (
                    '{{ (semver "1.0.0").Major 1 }}',
                    (
                        'ERROR 1:11: executing "t" at <"1.0.0">: wrong number of '
                        "args for Major: want 0 got 1"
                    ),
                ),
            )
        )

    def test_comparison(self) -> None:
        """A version is compared with what is wanted."""
        self.assert_all(
            (
                ('{{ semverCompare "^1.2.0" "1.3.0" }}', "true"),
                ('{{ semverCompare "~1.2.0" "1.3.0" }}', "false"),
                ('{{ semverCompare ">=1.0, <2.0 || 3.x" "3.4.5" }}', "true"),
                (
                    '{{ semverCompare "foo" "1.0.0" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare "foo" "1.0.0">: '
                        "error calling semverCompare: improper constraint: foo"
                    ),
                ),
                (
                    '{{ semverCompare "^1" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <semverCompare "^1" "x">: error '
                        "calling semverCompare: Invalid Semantic Version"
                    ),
                ),
            )
        )
