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

    def test_marshalling(self) -> None:
        """A version is bytes, JSON and what a database keeps."""
        self.assert_all(
            (
                ('{{ (semver "v1.2").MarshalText }}', "[49 46 50 46 48]"),
                ('{{ printf "%s" (semver "v1.2").MarshalJSON }}', '"1.2.0"'),
                ('{{ (semver "v1.2-a").Value }}', "1.2.0-a"),
                ('{{ ((semver "1.2.3").IncMajor).MarshalText | len }}', "5"),
                ('{{ toJson (semver "1.2.3").MarshalText }}', '"MS4yLjM="'),
            )
        )

    def test_equality(self) -> None:
        """Versions are equal by content where they are no pointers."""
        self.assert_all(
            (
                (
                    (
                        '{{ deepEqual (semver "1.2.3") (semver "1.2.3") }} {{ '
                        'deepEqual (semver "1.2.3") (semver "v1.2.3") }}'
                    ),
                    "true false",
                ),
                (
                    ('{{ eq (semver "1.2.3").IncMajor (semver "1.2.3").IncMajor }}'),
                    "true",
                ),
                ('{{ eq (semver "1.2.3") (semver "1.2.3") }}', "false"),
                ('{{ has (semver "1.0.0") (list (semver "1.0.0")) }}', "true"),
            )
        )

    def test_hidden_fields(self) -> None:
        """Fields that begin with a small letter are hidden."""
        self.assert_all(
            (
                (
                    '{{ (semver "1.2.3").major }}',
                    (
                        'ERROR 1:11: executing "t" at <"1.2.3">: major is an '
                        "unexported field of struct type *semver.Version"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").IncMajor.pre }}',
                    (
                        'ERROR 1:11: executing "t" at <"1.2.3">: pre is an '
                        "unexported field of struct type semver.Version"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").foo }}',
                    (
                        'ERROR 1:11: executing "t" at <"1.2.3">: can\'t '
                        "evaluate field foo in type *semver.Version"
                    ),
                ),
            )
        )

    def test_nil(self) -> None:
        """There is nothing to compare nil with."""
        self.assert_all(
            (
                (
                    '{{ (semver "1.2.3").Compare nil }}',
                    (
                        'ERROR 1:19: executing "t" at <(semver '
                        '"1.2.3").Compare>: error calling Compare: runtime '
                        "error: invalid memory address or nil pointer "
                        "dereference"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").Equal .nope }}',
                    (
                        'ERROR 1:19: executing "t" at <(semver '
                        '"1.2.3").Equal>: error calling Equal: runtime error: '
                        "invalid memory address or nil pointer dereference"
                    ),
                ),
                (
                    '{{ (semver "1.2.3").LessThan .nil }}',
                    (
                        'ERROR 1:29: executing "t" at <.nil>: wrong type for '
                        "value; expected *semver.Version; got interface {}"
                    ),
                ),
            )
        )

    def test_overflow(self) -> None:
        """The highest number there is comes before zero."""
        self.assert_all(
            (
                ('{{ (semver "18446744073709551615.0.0").IncMajor }}', "0.0.0"),
                ('{{ (semver "1.18446744073709551615.0").IncMinor }}', "1.0.0"),
                ('{{ (semver "1.0.18446744073709551615").IncPatch }}', "1.0.0"),
            )
        )
