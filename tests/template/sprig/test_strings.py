"""Tests of the functions for texts."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class StringsTests(TemplateTestCase):
    """Texts, often by their bytes."""

    def test_case(self) -> None:
        """Letters change one by one, whatever the language does."""
        self.assert_all(
            (
                ('{{ upper "héßŉ" }}', "HÉßŉ"),
                ('{{ lower "HÉİ" }}', "héi"),
                ('{{ title "hello wörld-foo_bar 3x" }}', "Hello Wörld-Foo_bar 3x"),
                ('{{ untitle "Hello World" }}', "hello world"),
                ('{{ swapcase "This Is A.Test éÉ ǅ" }}', "tHIS iS a.tEST Éé ǆ"),
            )
        )

    def test_trimming(self) -> None:
        """What stands around a text is taken away."""
        self.assert_all(
            (
                (
                    (
                        '{{ trim "  a b \\n" }}|{{ trimAll "$" "$5$" }}|{{ trimall '
                        '"-_" "-_a_-" }}|{{ trimSuffix "-" "a-" }}|{{ trimPrefix "-" '
                        '"-a" }}|{{ trimAll "" " a " }}'
                    ),
                    "a b|5|a|a|a| a ",
                ),
                ('{{ nospace "a b c" }}', "abc"),
                ('{{ nospace "é b" }}', "Ã©b"),
                ('{{ nospace "é" }}', "é"),
            )
        )

    def test_parts(self) -> None:
        """Texts are cut by their bytes."""
        self.assert_all(
            (
                ('{{ substr 0 5 "hello world" }}', "hello"),
                ('{{ substr -1 3 "hello" }}', "hel"),
                ('{{ substr 2 -1 "hello" }}', "llo"),
                ('{{ substr 2 99 "hello" }}', "llo"),
                ('{{ substr 1 3 "é€" | quote }}', '"\\xa9\\xe2"'),
                ('{{ trunc 3 "hello" }}', "hel"),
                ('{{ trunc -3 "hello" }}', "llo"),
                ('{{ trunc 9 "hello" }}', "hello"),
                ('{{ trunc -9 "hello" }}', "hello"),
                ('{{ trunc 2 "é€" }}', "é"),
                ('{{ trunc 0 "x" }}', ""),
                (
                    '{{ substr 6 9 "hello" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr 6 9 "hello">: error '
                        "calling substr: runtime error: slice bounds out of range "
                        "[6:5]"
                    ),
                ),
                (
                    '{{ substr 3 2 "hello" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr 3 2 "hello">: error '
                        "calling substr: runtime error: slice bounds out of range "
                        "[3:2]"
                    ),
                ),
                (
                    '{{ substr -1 9 "hello" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr -1 9 "hello">: error '
                        "calling substr: runtime error: slice bounds out of range "
                        "[:9] with length 5"
                    ),
                ),
                (
                    '{{ substr -1 -1 "hello" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr -1 -1 "hello">: error '
                        "calling substr: runtime error: slice bounds out of range "
                        "[:-1]"
                    ),
                ),
            )
        )

    def test_abbreviation(self) -> None:
        """Dots stand for what is left out."""
        self.assert_all(
            (
                ('{{ abbrev 5 "hello world" }}', "he..."),
                ('{{ abbrev 3 "hello" }}', "hello"),
                ('{{ abbrev 20 "hello" }}', "hello"),
                ('{{ abbrevboth 5 10 "1234 5678 9123 4567" }}', "...5678..."),
                ('{{ abbrevboth 2 5 "abcdefgh" }}', "abcdefgh"),
                ('{{ abbrevboth 0 5 "abcdefgh" }}', "ab..."),
                ('{{ abbrevboth 100 8 "abcdefghijkl" }}', "...hijkl"),
                ('{{ abbrevboth 5 7 "abcdefghijkl" }}', "...f..."),
            )
        )

    def test_lines(self) -> None:
        """Lines are wrapped and indented."""
        self.assert_all(
            (
                ('{{ wrap 5 "hello world foo" }}', "hello\nworld\nfoo"),
                ('{{ wrap 3 "abcdefgh ij" }}', "abcdefgh\nij"),
                ('{{ wrap 0 "ab c" }}', "ab\nc"),
                ('{{ wrap 5 "" }}', ""),
                ('{{ wrap 4 "  lead x" }}', "lead\nx"),
                ('{{ wrapWith 3 "-" "abcdefgh ij" }}', "abc-def-gh-ij"),
                ('{{ wrapWith 5 "" "ab cd ef gh" }}', "ab cd\nef gh"),
                ('{{ indent 2 "a\\nb" }}', "  a\n  b"),
                ('{{ nindent 2 "a\\n\\nb" }}', "\n  a\n  \n  b"),
                (
                    '{{ indent -1 "a" }}',
                    (
                        'ERROR 1:3: executing "t" at <indent -1 "a">: error calling '
                        "indent: strings: negative Repeat count"
                    ),
                ),
            )
        )

    def test_repetition(self) -> None:
        """A text is repeated as often as a whole number says."""
        self.assert_all(
            (
                ('{{ repeat 3 "ab" }}', "ababab"),
                ('{{ repeat 0 "x" }}', ""),
                (
                    '{{ repeat -1 "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <repeat -1 "x">: error calling '
                        "repeat: strings: negative Repeat count"
                    ),
                ),
                (
                    '{{ repeat "x" 3 }}',
                    ('ERROR 1:10: executing "t" at <"x">: expected integer; found "x"'),
                ),
            )
        )

    def test_questions(self) -> None:
        """What a text has in it, and at its ends."""
        self.assert_all(
            (
                ('{{ contains "b" "abc" }}', "true"),
                ('{{ hasPrefix "a" "abc" }}', "true"),
                ('{{ hasSuffix "c" "abc" }}', "true"),
                ('{{ contains "" "" }}', "true"),
                (
                    '{{ contains 5 "abc" }}',
                    'ERROR 1:12: executing "t" at <5>: expected string; found 5',
                ),
                (
                    "{{ upper .n }}",
                    (
                        'ERROR 1:9: executing "t" at <.n>: wrong type for value; '
                        "expected string; got float64"
                    ),
                ),
                (
                    "{{ upper .nope }}",
                    (
                        'ERROR 1:9: executing "t" at <.nope>: invalid value; '
                        "expected string"
                    ),
                ),
                (
                    "{{ upper .nil }}",
                    (
                        'ERROR 1:9: executing "t" at <.nil>: wrong type for value; '
                        "expected string; got interface {}"
                    ),
                ),
            )
        )

    def test_quotes(self) -> None:
        """Values are put in quotes, and nil is left out."""
        self.assert_all(
            (
                (
                    '{{ quote "a\\"b" 1 nil .nil .n .l "é\\x00\\n" }}',
                    '"a\\"b" "1" "3.7" "[3 1 2 <nil> x true]" "é\\x00\\n"',
                ),
                ("{{ quote }}", ""),
                ("{{ quote .nope }}", ""),
                ('{{ squote "a" 1 nil .n }}', "'a' '1' '3.7'"),
                ("{{ squote .m }}", "'map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]'"),
                ('{{ cat "a" 1 nil .l "b " }}', "a 1 [3 1 2 <nil> x true] b "),
                ("{{ cat }}", ""),
            )
        )

    def test_words(self) -> None:
        """Words are replaced, counted and shortened."""
        self.assert_all(
            (
                ('{{ replace " " "-" "a b c" }}', "a-b-c"),
                ('{{ replace "" "-" "ab" }}', "-a-b-"),
                ('{{ plural "one" "many" 1 }}', "one"),
                ('{{ plural "one" "many" 2 }}', "many"),
                ('{{ initials "First Try" }}', "FT"),
                ('{{ initials "éa b" }}', "Ãb"),
                (
                    '{{ plural "o" "m" .n }}',
                    (
                        'ERROR 1:18: executing "t" at <.n>: wrong type for value; '
                        "expected int; got float64"
                    ),
                ),
            )
        )

    def test_names(self) -> None:
        """Names change from one style to another."""
        self.assert_all(
            (
                ('{{ snakecase "FirstName" }}', "first_name"),
                ('{{ snakecase "HTTPServer" }}', "http_server"),
                ('{{ kebabcase "HTTP_Server x" }}', "http-server-x"),
                ('{{ camelcase "http_server" }}', "HttpServer"),
            )
        )

    def test_splitting(self) -> None:
        """Texts are split into lists and into maps."""
        self.assert_all(
            (
                ('{{ split "," "a,b,c" }}', "map[_0:a _1:b _2:c]"),
                ('{{ (split "," "a,b,c")._1 }}', "b"),
                ('{{ (split "," "a,b")._5 }}', "<no value>"),
                ('{{ split "" "abé" }}', "map[_0:a _1:b _2:é]"),
                ('{{ split "," "a" | typeOf }}', "map[string]string"),
                ('{{ splitList "," "a,b" }}', "[a b]"),
                ('{{ len (splitList "" "") }}', "0"),
                ('{{ len (splitList "," "") }}', "1"),
                ('{{ splitn "," 2 "a,b,c" }}', "map[_0:a _1:b,c]"),
                ('{{ splitn "," 0 "a,b" }}', "map[]"),
                ('{{ splitn "," -1 "a,b" }}', "map[_0:a _1:b]"),
                ('{{ splitn "" 2 "abc" }}', "map[_0:a _1:bc]"),
                ('{{ splitn "" 2 "" }}', "map[]"),
                ('{{ splitn "," 1 "a,b" }}', "map[_0:a,b]"),
                (
                    '{{ (split "," "a,b")._0.x }}',
                    (
                        'ERROR 1:14: executing "t" at <"a,b">: can\'t evaluate field '
                        "x in type string"
                    ),
                ),
            )
        )

    def test_joining(self) -> None:
        """Members become texts with something between them."""
        self.assert_all(
            (
                ("{{ toString .n }}", "3.7"),
                ("{{ toString nil }}", "<nil>"),
                ("{{ toString .l }}", "[3 1 2 <nil> x true]"),
                ("{{ toStrings .l }}", "[3 1 2 x true]"),
                ("{{ toStrings nil }}", "[]"),
                ("{{ toStrings 5 }}", "[5]"),
                ('{{ join "," .l }}', "3,1,2,x,true"),
                ('{{ join "-" .sl }}', "b-a-c-a"),
                ('{{ join "," 5 }}', "5"),
                ('{{ join "," nil }}', ""),
                ('{{ join "+" (until 3) }}', "0+1+2"),
            )
        )

    def test_numbers(self) -> None:
        """Texts that are no numbers are zero."""
        self.assert_all(
            (
                ('{{ atoi "12" }}', "12"),
                ('{{ atoi "x" }}', "0"),
                ('{{ atoi "-7" }}', "-7"),
                ('{{ atoi "99999999999999999999" }}', "9223372036854775807"),
                ('{{ atoi "+3" }}', "3"),
                ('{{ atoi "1.5" }}', "0"),
                ('{{ atoi "0x10" }}', "0"),
            )
        )

    def test_shuffling(self) -> None:
        """Shuffled letters are the same letters."""
        self.assert_all(
            (
                ('{{ shuffle "aaa" }}', "aaa"),
                ('{{ shuffle "" }}', ""),
            )
        )

    def test_large_numbers(self) -> None:
        """A number that is too large is seen before what follows it."""
        self.assert_all(
            (
                ('{{ atoi "99999999999999999999x" }}', "9223372036854775807"),
                ('{{ atoi "9223372036854775808" }}', "9223372036854775807"),
                ('{{ atoi "-99999999999999999999" }}', "-9223372036854775808"),
                ('{{ atoi "12x" }}', "0"),
                ('{{ duration "99999999999999999999x" }}', "-1s"),
            )
        )

    def test_foreign_bytes(self) -> None:
        """Bytes that are no UTF-8 are parts of their own, and one character."""
        self.assert_all(
            (
                ('{{ splitList "" "a\\xff" | printf "%+q" }}', '["a" "\\xff"]'),
                ('{{ trimAll "\\xff" "�a\\xfe" | printf "%+q" }}', '"a"'),
                ('{{ trimAll "x" "\\xffx" | printf "%+q" }}', '"\\xff"'),
            )
        )

    def test_few_letters(self) -> None:
        """A text is divided into its letters as far as there are some."""
        self.assert_all(
            (
                ('{{ splitn "" 7 "1h" | toJson }}', '{"_0":"1","_1":"h"}'),
                ('{{ splitn "" 2 "1h" | toJson }}', '{"_0":"1","_1":"h"}'),
                ('{{ splitn "" 2 "abc" | toJson }}', '{"_0":"a","_1":"bc"}'),
                ('{{ splitn "" 1 "" | toJson }}', "{}"),
            )
        )
