"""Tests of the functions for regular expressions."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class RegexpsTests(TemplateTestCase):
    """Patterns by RE2's rules."""

    def test_matching(self) -> None:
        """A pattern matches somewhere; what is none matches nothing."""
        self.assert_all(
            (
                (
                    (
                        '{{ regexMatch "^a+$" "aaa" }} {{ regexMatch "(" "x" }} {{ '
                        'regexMatch "\\\\bfoo\\\\b" "a foo b" }} {{ regexMatch '
                        '"(?i)ABC" "abc" }} {{ regexMatch "\\\\pL" "é" }} {{ '
                        'regexMatch "(?=a)" "a" }} {{ mustRegexMatch "a" "b" }}'
                    ),
                    "true false true true true false false",
                ),
                (
                    '{{ mustRegexMatch "(" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexMatch "(" "x">: error '
                        "calling mustRegexMatch: error parsing regexp: missing "
                        "closing ): `(`"
                    ),
                ),
            )
        )

    def test_finding(self) -> None:
        """Matches are found, the first or all."""
        self.assert_all(
            (
                ('{{ regexFind "[a-z]+" "12ab34" }}', "ab"),
                ('{{ regexFind "x" "y" }}', ""),
                ('{{ regexFind "a|ab" "ab" }}', "a"),
                ('{{ mustRegexFind "b+" "abb" }}', "bb"),
                ('{{ regexFindAll "[a-z]" "1a2b3c" 2 }}', "[a b]"),
                ('{{ regexFindAll "[a-z]" "1a2b3c" -1 }}', "[a b c]"),
                ('{{ len (regexFindAll "a*" "baac" -1) }}', "3"),
                ('{{ len (regexFindAll "" "abé" -1) }}', "4"),
                ('{{ regexFindAll "a" "aaa" 0 | toJson }}', "null"),
                ('{{ mustRegexFindAll "a" "aa" -1 }}', "[a a]"),
                (
                    '{{ regexFind "(" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <regexFind "(" "x">: error '
                        "calling regexFind: regexp: Compile(`(`): error parsing "
                        "regexp: missing closing ): `(`"
                    ),
                ),
                (
                    '{{ mustRegexFind "(" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustRegexFind "(" "x">: error '
                        "calling mustRegexFind: error parsing regexp: missing "
                        "closing ): `(`"
                    ),
                ),
                (
                    '{{ regexFindAll "`(" "x" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <regexFindAll "`(" "x" 1>: '
                        'error calling regexFindAll: regexp: Compile("`("): error '
                        "parsing regexp: missing closing ): ``(`"
                    ),
                ),
            )
        )

    def test_replacing(self) -> None:
        """Matches are replaced, groups put in or not."""
        self.assert_all(
            (
                (
                    (
                        '{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }} {{ '
                        'regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }} {{ '
                        'regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}" }} {{ '
                        'regexReplaceAll "(?P<n>a)" "bab" "[$n$$$9${n}]" }} {{ '
                        'regexReplaceAll "" "abé" "-" }} {{ regexReplaceAll "a*" '
                        '"baac" "X" }} {{ mustRegexReplaceAll "a" "a" "b" }} {{ '
                        'mustRegexReplaceAllLiteral "a" "a" "$0" }}'
                    ),
                    "-W-xxW- --- -${1}-${1}- b[a$a]b -a-b-é- XbXcX b $0",
                ),
            )
        )

    def test_splitting(self) -> None:
        """Texts are split at the matches."""
        self.assert_all(
            (
                ('{{ regexSplit "z+" "pizzaz" -1 }}', "[pi a ]"),
                ('{{ regexSplit "z" "pizza" 2 }}', "[pi za]"),
                ('{{ regexSplit "" "abc" -1 }}', "[a b c]"),
                ('{{ regexSplit "a" "banana" 0 | toJson }}', "null"),
                ('{{ regexSplit "," "a,b," -1 | toJson }}', '["a","b",""]'),
                ('{{ mustRegexSplit "a" "bab" -1 }}', "[b b]"),
            )
        )

    def test_quoting(self) -> None:
        """What means something in a pattern is escaped."""
        self.assert_all(
            (('{{ regexQuoteMeta "1.2[3]+\\\\" }}', "1\\.2\\[3\\]\\+\\\\"),)
        )
