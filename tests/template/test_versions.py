"""Tests of versions."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class VersionsTests(TemplateTestCase):
    """Semantic versions."""

    def test_reading(self) -> None:
        """Versions may lack numbers, and must not have odd parts."""
        self.assert_all(
            (
                ('{{ semver "v1" }}', "1.0.0"),
                ('{{ semver "1.2-x" }}', "1.2.0-x"),
                ("{{ semver .ver }}", "1.2.3-beta.1+b5"),
                ('{{ (semver "1.2.3-x").IncPatch }}', "1.2.3"),
                ('{{ (semver "v1.2.3").IncMajor }}', "2.0.0"),
                ('{{ (semver "1.2.3").SetPrerelease "rc1" }}', "1.2.3-rc1"),
                ('{{ (semver "1.2.3").SetMetadata "b" }}', "1.2.3+b"),
                ("{{ (semver .ver).Metadata }}", "b5"),
                ("{{ (semver .ver).Minor }}", "2"),
                ("{{ (semver .ver).Patch }}", "3"),
                ("{{ (semver .ver).String }}", "1.2.3-beta.1+b5"),
                (
                    '{{ semver "" }}',
                    (
                        'ERROR 1:3: executing "t" at <semver "">: error calling '
                        "semver: Invalid Semantic Version"
                    ),
                ),
                (
                    '{{ semver "1.2.3-01" }}',
                    (
                        'ERROR 1:3: executing "t" at <semver "1.2.3-01">: error '
                        "calling semver: Version segment starts with 0"
                    ),
                ),
                (
                    '{{ semver "99999999999999999999.1.1" }}',
                    (
                        'ERROR 1:3: executing "t" at <semver '
                        '"99999999999999999999.1.1">: error calling semver: Error '
                        "parsing version segment: strconv.ParseUint: parsing "
                        '"99999999999999999999": value out of range'
                    ),
                ),
                (
                    '{{ (semver "1.2.3").SetPrerelease "01" }}',
                    (
                        'ERROR 1:19: executing "t" at <(semver '
                        '"1.2.3").SetPrerelease>: error calling SetPrerelease: '
                        "Version segment starts with 0"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").SetPrerelease "é" }}',
                    (
                        'ERROR 1:19: executing "t" at <(semver '
                        '"1.2.3").SetPrerelease>: error calling SetPrerelease: '
                        "Invalid Prerelease string"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").SetMetadata "é" }}',
                    (
                        'ERROR 1:19: executing "t" at <(semver '
                        '"1.2.3").SetMetadata>: error calling SetMetadata: Invalid '
                        "Metadata string"
                    ),
                ),
                (
                    '{{ ((semver "1.2.3").IncMajor).Original }}',
                    (
                        'ERROR 1:12: executing "t" at <"1.2.3">: can\'t evaluate '
                        "field Original in type semver.Version"
                    ),
                ),
            )
        )

    def test_order(self) -> None:
        """Prereleases come first, numbers before words."""
        self.assert_all(
            (
                ('{{ (semver "1.2.3").Compare (semver "1.2.4") }}', "-1"),
                ('{{ (semver "1.2.3-a.1").LessThan (semver "1.2.3-a.b") }}', "true"),
                ('{{ (semver "1.2.3-a.2").LessThan (semver "1.2.3-a.10") }}', "true"),
                ('{{ (semver "1.2.3").GreaterThan (semver "1.2.3-a") }}', "true"),
                ('{{ (semver "1.2.3+a").Equal (semver "1.2.3+b") }}', "true"),
                ('{{ (semver "1.2.3-a").Compare (semver "1.2.3-a.b") }}', "-1"),
                (
                    '{{ (semver "1.0.0").Compare "1.0.0" }}',
                    (
                        'ERROR 1:28: executing "t" at <"1.0.0">: can\'t handle '
                        '"1.0.0" for arg of type *semver.Version'
                    ),
                ),
            )
        )
