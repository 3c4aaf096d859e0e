"""Tests of regular expressions."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class RegexpTests(TemplateTestCase):
    """Patterns by Go's rules."""

    def test_refusals(self) -> None:
        """What is no pattern is told in Go's words."""
        self.assert_all(
            (
                (
                    '{{ mustRegexMatch "(" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(" "x">: error '
                        "calling mustRegexMatch: error parsing regexp: missing "
                        "closing ): `(`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a**" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a**" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "nested repetition operator: `**`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "*" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "*" "x">: error '
                        "calling mustRegexMatch: error parsing regexp: missing "
                        "argument to repetition operator: `*`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "[a" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "[a" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: missing "
                        "closing ]: `[a`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "[z-a]" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "[z-a]" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "character class range: `z-a`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "(?=a)" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(?=a)" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "or unsupported Perl syntax: `(?=`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "(?<=a)" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(?<=a)" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "named capture: `(?<=a)`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "\\\\" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "\\\\" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: "
                        "trailing backslash at end of expression: ``"
                    ),
                ),
                (
                    '{{ mustRegexMatch "\\\\y" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "\\\\y" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "escape sequence: `\\y`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "\\\\C" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "\\\\C" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "escape sequence: `\\C`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a)" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a)" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: "
                        "unexpected ): `a)`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a{1001}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a{1001}" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "repeat count: `{1001}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a{2,1}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a{2,1}" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "repeat count: `{2,1}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "(?P<n" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(?P<n" "x">: '
                        "error calling mustRegexMatch: error parsing regexp: invalid "
                        "named capture: `(?P<n`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "\\\\p{Foo}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "\\\\p{Foo}" '
                        '"x">: error calling mustRegexMatch: error parsing regexp: '
                        "invalid character class range: `\\p{Foo}`"
                    ),
                ),
            )
        )

    def test_empty(self) -> None:
        """Empty matches stand between others, not beside them."""
        self.assert_all(
            (
                ('{{ regexFindAll "a*" "baac" -1 | toJson }}', '["","aa",""]'),
                ('{{ regexFindAll "" "abé" -1 | toJson }}', '["","","",""]'),
                ('{{ regexReplaceAll "" "abé" "-" }}', "-a-b-é-"),
                ('{{ regexReplaceAll "^" "abc" ">" }}', ">abc"),
                ('{{ regexSplit "a*" "baac" -1 | toJson }}', '["b","c"]'),
                ('{{ regexSplit "" "" -1 | toJson }}', "[]"),
                ('{{ regexSplit "x" "" -1 | toJson }}', '[""]'),
                ('{{ regexFindAll "\\\\b" "ab cd" -1 | len }}', "4"),
            )
        )

    def test_groups(self) -> None:
        """Groups are named, numbered, or nothing."""
        self.assert_all(
            (
                (
                    (
                        '{{ regexReplaceAll "(a)" "a" "$01 $1_ ${1} ${" }} {{ '
                        'regexReplaceAll "(?P<n>a)|b" "ab" "<$n>" }} {{ '
                        'regexReplaceAll "a" "a" "$$ $ $x" }}'
                    ),
                    "  a ${ <a><> $ $ ",
                ),
            )
        )

    def test_order_of_faults(self) -> None:
        """The first fault is told; counts are looked at before what they repeat."""
        self.assert_all(
            (
                (
                    '{{ mustRegexMatch "(?<y>a" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(?<y>a" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: missing closing ): `(?<y>a`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "\\\\E\\\\C" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch '
                        '"\\\\E\\\\C" "x">: error calling mustRegexMatch: '
                        "error parsing regexp: invalid escape sequence: `\\E`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "(a\\\\C" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(a\\\\C" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: invalid escape sequence: `\\C`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "{1001}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "{1001}" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: invalid repeat count: `{1001}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a+{1001}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch '
                        '"a+{1001}" "x">: error calling mustRegexMatch: error '
                        "parsing regexp: invalid repeat count: `{1001}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a{1001}?" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch '
                        '"a{1001}?" "x">: error calling mustRegexMatch: error '
                        "parsing regexp: invalid repeat count: `{1001}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "{2}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "{2}" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: missing argument to repetition operator: `{2}`"
                    ),
                ),
                (
                    '{{ mustRegexMatch "a+{2}" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a+{2}" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: invalid nested repetition operator: `+{2}`"
                    ),
                ),
                ('{{ mustRegexMatch "\\\\Q\\\\C\\\\E" "\\\\C" }}', "true"),
                (
                    '{{ mustRegexMatch "a\\x80b" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "a\\x80b" '
                        '"x">: error calling mustRegexMatch: error parsing '
                        "regexp: invalid UTF-8: `\\x80b`"
                    ),
                ),
            )
        )

    def test_bytes(self) -> None:
        """A byte that is no UTF-8 is a character; what is one is not divided."""
        self.assert_all(
            (
                (
                    '{{ mustRegexFindAll "." "a\\xffé" -1 | printf "%q" }}',
                    '["a" "\\xff" "é"]',
                ),
                ('{{ mustRegexReplaceAll "[^a]" "a\\xe2b\\x80" "-" }}', "a---"),
                (
                    '{{ mustRegexSplit "\\\\B" ".]abAéb" -1 | printf "%q" }}',
                    '["." "]a" "b" "Aéb"]',
                ),
                (
                    ('{{ mustRegexReplaceAll "b" "\\xffb\\x80" "" | printf "%q" }}'),
                    '"\\xff\\x80"',
                ),
                (
                    (
                        '{{ mustRegexReplaceAll "-" "\\xe2-\\x80-\\x80" "" | '
                        'printf "%+q" }}'
                    ),
                    '"\\u2000"',
                ),
                (
                    ('{{ regexFind "[[:^digit:]]+" "1\\xff\\xfe2" | printf "%q" }}'),
                    '"\\xff\\xfe"',
                ),
                (
                    '{{ mustRegexReplaceAll "x*" "é\\xff" "-" | printf "%q" }}',
                    '"-é-\\xff-"',
                ),
            )
        )
