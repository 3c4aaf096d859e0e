"""Tests of values by printf's verbs."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class FormatsTests(TemplateTestCase):
    """What a verb makes of a value."""

    def test_structs(self) -> None:
        """A struct prints its fields by the verb where it does not print itself."""
        self.assert_all(
            (
                (
                    '{{ printf "%d" (semver "1.2.3-a+b") }}',
                    "&{1 2 3 %!d(string=a) %!d(string=b) %!d(string=1.2.3-a+b)}",
                ),
                (
                    '{{ printf "%+d" (semver "v1.2.3") }}',
                    "&{+1 +2 +3 %!d(string=) %!d(string=) %!d(string=v1.2.3)}",
                ),
                (
                    '{{ printf "%#v" (semver "v1.2.3-a") }}',
                    (
                        "&semver.Version{major:0x1, minor:0x2, patch:0x3, "
                        'pre:"a", metadata:"", original:"v1.2.3-a"}'
                    ),
                ),
                (
                    (
                        '{{ printf "%v|%+v|%s|%x" (semver "v1.2.3") (semver '
                        '"1.2.3") (semver "1.2.3") (semver "1.2.3") }}'
                    ),
                    "1.2.3|1.2.3|1.2.3|312e322e33",
                ),
                (
                    '{{ printf "%#v" ((semver "v1.2.3-a").IncPatch) }}',
                    (
                        "semver.Version{major:0x1, minor:0x2, patch:0x3, "
                        'pre:"", metadata:"", original:"v1.2.3"}'
                    ),
                ),
                (
                    '{{ printf "%d" ((semver "v1.2.3").IncMajor) }}',
                    "{2 0 0 %!d(string=) %!d(string=) %!d(string=v2.0.0)}",
                ),
                (
                    '{{ printf "%5d|" ((toDate "2006 MST" "2020 UTC").UTC) }}',
                    "{    0 63713433600     0}|",
                ),
                (
                    '{{ printf "%d" (list (semver "1.2.3").IncPatch) }}',
                    "[{1 2 4 %!d(string=) %!d(string=) %!d(string=1.2.4)}]",
                ),
            )
        )

    def test_failing(self) -> None:
        """Values do not say themselves how they print where a verb is wrong."""
        self.assert_all(
            (
                ('{{ printf "%f" (toDate "2006" "2020").Month }}', "%!f(time.Month=1)"),
                (
                    (
                        '{{ printf "%t" ((toDate "2006" "2020").Sub (toDate '
                        '"2006" "2019")) }}'
                    ),
                    "%!t(time.Duration=31536000000000000)",
                ),
                (
                    '{{ printf "%p" (toDate "2006" "2020").Weekday }}',
                    "%!p(time.Weekday=3)",
                ),
                (
                    '{{ printf "%-12e|" (toDate "2006" "2020").Weekday }}',
                    "%!e(time.Weekday=3           )|",
                ),
                (
                    '{{ printf "%e" (list (semver "1.2.3")) }}',
                    "[%!e(*semver.Version=&{1 2 3   1.2.3})]",
                ),
                (
                    '{{ printf "%z" (list (toDate "2006" "2020").Month) }}',
                    "[%!z(time.Month=1)]",
                ),
                (
                    '{{ printf "%.1e" (semver "1.2.3") }}',
                    (
                        "&{%!e(uint64=1) %!e(uint64=2) %!e(uint64=3) "
                        "%!e(string=) %!e(string=) %!e(string=1)}"
                    ),
                ),
            )
        )

    def test_wrapping(self) -> None:
        """Nothing can be wrapped, and lists are refused as a whole."""
        self.assert_all(
            (
                ('{{ printf "%w" "x" }}', "%!w(string=x)"),
                ('{{ printf "%w" (list 1 "a") }}', "%!w([]interface {}=[1 a])"),
                (
                    '{{ printf "%#w" (dict "a" 1) }}',
                    ('%!w(map[string]interface {}=map[string]interface {}{"a":1})'),
                ),
                (
                    '{{ printf "%w" (semver "1.0.0") }}',
                    "%!w(*semver.Version=&{1 0 0   1.0.0})",
                ),
                ('{{ printf "%w" (toDate "2006" "2020").Month }}', "%!w(time.Month=1)"),
                ('{{ printf "%w" nil }}', "%!w(<nil>)"),
                ('{{ printf "%w" .el }}', "%!w([]interface {}=[])"),
            )
        )

    def test_addresses(self) -> None:
        """What has no address is refused, and nil's is zero."""
        self.assert_all(
            (
                ('{{ printf "%p" "x" }}', "%!p(string=x)"),
                ('{{ printf "%p" (rest .el) }}', "0x0"),
                (
                    (
                        '{{ printf "%#p|%8p|%+p|%-8p|" (rest .el) (rest .el) '
                        "(rest .el) (rest .el) }}"
                    ),
                    "0|     0x0|+0x0|0x0     |",
                ),
                ('{{ printf "%p" 1.5 }}', "%!p(float64=1.5)"),
                ('{{ printf "%p" nil }}', "%!p(<nil>)"),
            )
        )

    def test_syntax(self) -> None:
        """Go's syntax tells types; numbers with names are numbers."""
        self.assert_all(
            (
                ('{{ printf "%#v" (toDate "2006" "2020").Month }}', "1"),
                (
                    (
                        '{{ printf "%#v" ((toDate "2006" "2020").Sub (toDate '
                        '"2006" "2019")) }}'
                    ),
                    "31536000000000000",
                ),
                ('{{ printf "%#5v|" (toDate "2006" "2020").Weekday }}', "    3|"),
                (
                    (
                        '{{ printf "%#v" (list (toDate "2006" "2020") (semver '
                        '"1.0.0").Major) }}'
                    ),
                    (
                        "[]interface {}{time.Date(2020, time.January, 1, 0, 0, "
                        "0, 0, time.Local), 0x1}"
                    ),
                ),
                ('{{ printf "%#v %#v %#v" true 1i "a`b" }}', 'true (0+1i) "a`b"'),
                (
                    '{{ printf "%#v" (chunk 1 (list 1)) }}',
                    "[][]interface {}{[]interface {}{1}}",
                ),
                ('{{ printf "%#v" (until 2) }}', "[]int{0, 1}"),
                ('{{ printf "%#v" (toStrings nil) }}', "[]string{}"),
                (
                    '{{ printf "%#v" (list nil (dict "a" nil)) }}',
                    (
                        "[]interface {}{interface {}(nil), "
                        'map[string]interface {}{"a":interface {}(nil)}}'
                    ),
                ),
            )
        )

    def test_complex(self) -> None:
        """Both parts of a complex number follow the verb."""
        self.assert_all(
            (
                (
                    '{{ printf "%v %+v %.2f %e %d" 1.5-2i 1i 1.25+3i 1i 1i }}',
                    (
                        "(1.5-2i) (0+1i) (1.25+3.00i) "
                        "(0.000000e+00+1.000000e+00i) %!d(complex128=(0+1i))"
                    ),
                ),
                (
                    '{{ printf "%8.1f|%-8.1f|%08.1f|" 1i 1i 1i }}',
                    ("(     0.0    +1.0i)|(0.0     +1.0    i)|(000000.0+00001.0i)|"),
                ),
            )
        )

    def test_nothing(self) -> None:
        """Nil prints as nil."""
        self.assert_all(
            (
                (
                    '{{ printf "%s %v %d %T" nil nil nil nil }}',
                    "%!s(<nil>) <nil> %!d(<nil>) <nil>",
                ),
                ('{{ printf "%s" .nope }}', "%!s(<nil>)"),
                ('{{ printf "%#v" nil }}', "<nil>"),
            )
        )

    def test_containers(self) -> None:
        """Lists and maps print their members by the verb."""
        self.assert_all(
            (
                ('{{ printf "%d" (until 3) }}', "[0 1 2]"),
                ('{{ printf "%s" .sl }}', "[b a c a]"),
                ('{{ printf "%q" .sl }}', '["b" "a" "c" "a"]'),
                ('{{ printf "%5d|" (until 2) }}', "[    0     1]|"),
                (
                    '{{ printf "%v %+v %#v" .l .l .l }}',
                    (
                        "[3 1 2 <nil> x true] [3 1 2 <nil> x true] []interface {}{3, "
                        '1, 2, interface {}(nil), "x", true}'
                    ),
                ),
                (
                    '{{ printf "%v %#v" .m .m }}',
                    (
                        "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0] map[string]interface "
                        '{}{"a":1, "b":map[string]interface {}{"c":[]interface {}{1, '
                        '2}, "d":interface {}(nil)}, "e":"", "z":0}'
                    ),
                ),
                ('{{ printf "%x" .sl }}', "[62 61 63 61]"),
                ('{{ printf "%#v" (split "," "a") }}', 'map[string]string{"_0":"a"}'),
                ('{{ printf "%#v" (rest .el) }}', "[]interface {}(nil)"),
                (
                    '{{ printf "%d" .l }}',
                    (
                        "[%!d(float64=3) %!d(float64=1) %!d(float64=2) <nil> "
                        "%!d(string=x) %!d(bool=true)]"
                    ),
                ),
            )
        )

    def test_types(self) -> None:
        """The wrong verb tells the type."""
        self.assert_all(
            (
                ('{{ printf "%d" "x" }}', "%!d(string=x)"),
                ('{{ printf "%s" 5 }}', "%!s(int=5)"),
                ('{{ printf "%t" 1 }}', "%!t(int=1)"),
                ('{{ printf "%p" 1 }}', "%!p(int=1)"),
                ('{{ printf "%w" 1 }}', "%!w(int=1)"),
                (
                    '{{ printf "%T %T %T" .m 1 (add 1 2) }}',
                    "map[string]interface {} int int64",
                ),
                ('{{ printf "%d" (toDate "2006" "2020").Month }}', "1"),
                ('{{ printf "%s" (toDate "2006" "2020").Month }}', "January"),
                ('{{ printf "%q" (semver "1.0.0") }}', '"1.0.0"'),
            )
        )
