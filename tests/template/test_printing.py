"""Tests of how values print."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class PrintingTests(TemplateTestCase):
    """What an action writes of a value."""

    def test_numbers(self) -> None:
        """Floats change to exponents from a million on."""
        self.assert_all(
            (
                ("{{ .big }}", "1e+06"),
                ("{{ 1e21 }}", "1e+21"),
                ("{{ 1e-7 }}", "1e-07"),
                ("{{ .neg }}", "-2.5"),
                ("{{ .n }}", "3.7"),
                ("{{ 100000.0 }}", "100000"),
                ("{{ 123456789.0 }}", "1.23456789e+08"),
                ("{{ 0.0001 }}", "0.0001"),
                ("{{ 0.00001 }}", "1e-05"),
                ("{{ 1.0 }}", "1"),
                ("{{ -0.0 }}", "-0"),
            )
        )

    def test_containers(self) -> None:
        """Lists and maps print in brackets, maps by their keys in order."""
        self.assert_all(
            (
                ("{{ .l }}", "[3 1 2 <nil> x true]"),
                ("{{ .m }}", "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]"),
                ("{{ .em }}", "map[]"),
                ("{{ .el }}", "[]"),
                ('{{ list (list 1) (dict "a" nil) }}', "[[1] map[a:<nil>]]"),
                ('{{ split "," "b,a" }}', "map[_0:b _1:a]"),
                ("{{ until 2 }}", "[0 1]"),
                ("{{ chunk 1 .sl }}", "[[b] [a] [c] [a]]"),
            )
        )

    def test_nothing(self) -> None:
        """A missing value is no value, and nil within others nil."""
        self.assert_all(
            (
                ("{{ .nope }}", "<no value>"),
                ("{{ .nil }}", "<no value>"),
                ("{{ list nil }}", "[<nil>]"),
                ("{{ first .el }}", "<no value>"),
            )
        )

    def test_objects(self) -> None:
        """Times and versions print as they say."""
        self.assert_all(
            (
                ('{{ semver "v1.2" }}', "1.2.0"),
                ('{{ list (semver "1.2.3") }}', "[1.2.3]"),
                ('{{ (toDate "2006" "2020").Month }}', "January"),
                (
                    '{{ (toDate "2006" "2020").Sub (toDate "2006" "2019") }}',
                    "8760h0m0s",
                ),
                ("{{ 1i }}", "(0+1i)"),
                ("{{ 1-2i }}", "(1-2i)"),
            )
        )
