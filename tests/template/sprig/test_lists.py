"""Tests of the functions for lists."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ListsTests(TemplateTestCase):
    """Lists, of whatever type."""

    def test_making(self) -> None:
        """Lists are made, and get members at both ends."""
        self.assert_all(
            (
                ("{{ list 1 2 }}", "[1 2]"),
                ('{{ tuple "a" }}', "[a]"),
                ("{{ list }}", "[]"),
                ('{{ append .sl "z" }}', "[b a c a z]"),
                ("{{ push (list) 1 }}", "[1]"),
                ('{{ prepend .sl "z" }}', "[z b a c a]"),
                ("{{ .sl }}", "[b a c a]"),
                ("{{ mustAppend .sl 1 }}", "[b a c a 1]"),
                ("{{ mustPush .sl 1 }}", "[b a c a 1]"),
                ("{{ mustPrepend .sl 1 }}", "[1 b a c a]"),
                (
                    "{{ append nil 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <append nil 1>: error calling '
                        "append: runtime error: invalid memory address or nil "
                        "pointer dereference"
                    ),
                ),
                (
                    "{{ append .m 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <append .m 1>: error calling '
                        "append: Cannot push on type map"
                    ),
                ),
                (
                    '{{ prepend "x" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <prepend "x" 1>: error calling '
                        "prepend: Cannot prepend on type string"
                    ),
                ),
            )
        )

    def test_ends(self) -> None:
        """The first and the last, and all but them."""
        self.assert_all(
            (
                ("{{ first .sl }}", "b"),
                ("{{ last .sl }}", "a"),
                ("{{ rest .sl }}", "[a c a]"),
                ("{{ initial .sl }}", "[b a c]"),
                ("{{ reverse .sl }}", "[a c a b]"),
                ("{{ first .el }}", "<no value>"),
                ("{{ last .el }}", "<no value>"),
                ("{{ rest .el }}", "[]"),
                ("{{ initial .el }}", "[]"),
                ("{{ reverse (until 3) }}", "[2 1 0]"),
                ("{{ toJson (rest .el) }}", "null"),
                ("{{ toJson (list) }}", "[]"),
                ("{{ toJson (concat) }}", "null"),
                ("{{ rest (list 1) | toJson }}", "[]"),
                (
                    '{{ first "abc" }}',
                    (
                        'ERROR 1:3: executing "t" at <first "abc">: error calling '
                        "first: Cannot find first on type string"
                    ),
                ),
                (
                    "{{ first nil }}",
                    (
                        'ERROR 1:3: executing "t" at <first nil>: error calling '
                        "first: runtime error: invalid memory address or nil pointer "
                        "dereference"
                    ),
                ),
                (
                    "{{ last 5 }}",
                    (
                        'ERROR 1:3: executing "t" at <last 5>: error calling last: '
                        "Cannot find last on type int"
                    ),
                ),
                (
                    "{{ rest 5 }}",
                    (
                        'ERROR 1:3: executing "t" at <rest 5>: error calling rest: '
                        "Cannot find rest on type int"
                    ),
                ),
                (
                    "{{ initial .m }}",
                    (
                        'ERROR 1:3: executing "t" at <initial .m>: error calling '
                        "initial: Cannot find initial on type map"
                    ),
                ),
                (
                    '{{ reverse "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <reverse "x">: error calling '
                        "reverse: Cannot find reverse on type string"
                    ),
                ),
                (
                    "{{ mustFirst .m }}",
                    (
                        'ERROR 1:3: executing "t" at <mustFirst .m>: error calling '
                        "mustFirst: Cannot find first on type map"
                    ),
                ),
            )
        )

    def test_choosing(self) -> None:
        """Members are left out that are empty, there already or unwanted."""
        self.assert_all(
            (
                (
                    (
                        '{{ compact (list 0 1 "" "a" nil false .em .el) }} {{ uniq '
                        '.sl }} {{ uniq (list 1 1.0 1 "1" .m .m) }} {{ without .sl '
                        '"a" }}'
                    ),
                    (
                        "[1 a] [b a c] [1 1 1 map[a:1 b:map[c:[1 2] d:<nil>] e: "
                        "z:0]] [b c]"
                    ),
                ),
                ('{{ has "a" .sl }}', "true"),
                ("{{ has 1 (list 1.0) }}", "false"),
                ("{{ has 3.0 .l }}", "true"),
                ("{{ has 1 nil }}", "false"),
                ("{{ has .m (list .m) }}", "true"),
                (
                    "{{ compact 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <compact 1>: error calling '
                        "compact: Cannot compact on type int"
                    ),
                ),
                (
                    '{{ uniq "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <uniq "x">: error calling uniq: '
                        "Cannot find uniq on type string"
                    ),
                ),
                (
                    '{{ without "x" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <without "x" 1>: error calling '
                        "without: Cannot find without on type string"
                    ),
                ),
                (
                    '{{ has 1 "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <has 1 "x">: error calling has: '
                        "Cannot find has on type string"
                    ),
                ),
            )
        )

    def test_parts(self) -> None:
        """Lists are cut and put together."""
        self.assert_all(
            (
                ("{{ slice .sl 1 }}", "[a c a]"),
                ("{{ slice .sl 1 3 }}", "[a c]"),
                ("{{ slice .sl }}", "[b a c a]"),
                ("{{ slice .el }}", "<no value>"),
                ("{{ slice (until 5) 2 4 }}", "[2 3]"),
                ('{{ slice .sl "1" 2.9 }}', "[a]"),
                (
                    "{{ slice .sl 3 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <slice .sl 3 1>: error calling '
                        "slice: reflect.Value.Slice: slice index out of bounds"
                    ),
                ),
                (
                    "{{ slice .sl 0 9 }}",
                    (
                        'ERROR 1:3: executing "t" at <slice .sl 0 9>: error calling '
                        "slice: reflect.Value.Slice: slice index out of bounds"
                    ),
                ),
                (
                    '{{ slice "abc" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <slice "abc" 1>: error calling '
                        "slice: list should be type of slice or array but string"
                    ),
                ),
                ("{{ concat .sl (list 1) (until 2) }}", "[b a c a 1 0 1]"),
                (
                    "{{ concat nil }}",
                    (
                        'ERROR 1:3: executing "t" at <concat nil>: error calling '
                        "concat: runtime error: invalid memory address or nil "
                        "pointer dereference"
                    ),
                ),
                (
                    "{{ concat .m }}",
                    (
                        'ERROR 1:3: executing "t" at <concat .m>: error calling '
                        "concat: Cannot concat type map as list"
                    ),
                ),
            )
        )

    def test_chunks(self) -> None:
        """Chunks have a size, and odd sizes Go's odd answers."""
        self.assert_all(
            (
                ("{{ chunk 2 .sl }}", "[[b a] [c a]]"),
                ("{{ chunk 3 .sl }}", "[[b a c] [a]]"),
                ("{{ chunk 9 .sl }}", "[[b a c a]]"),
                ("{{ chunk 1 .sl | typeOf }}", "[][]interface {}"),
                ("{{ chunk 2 .el }}", "[]"),
                (
                    "{{ chunk -2 .sl }}",
                    (
                        'ERROR 1:3: executing "t" at <chunk -2 .sl>: error calling '
                        "chunk: runtime error: makeslice: len out of range"
                    ),
                ),
                ("{{ chunk -2 (list 1) }}", "[[1]]"),
                ("{{ mustChunk -5 (list 1 2 3) }}", "[]"),
                (
                    "{{ chunk 0 .sl }}",
                    (
                        'ERROR 1:3: executing "t" at <chunk 0 .sl>: error calling '
                        "chunk: runtime error: makeslice: len out of range"
                    ),
                ),
                (
                    "{{ chunk -1 .sl }}",
                    (
                        'ERROR 1:3: executing "t" at <chunk -1 .sl>: error calling '
                        "chunk: runtime error: makeslice: len out of range"
                    ),
                ),
                (
                    '{{ chunk 2 "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <chunk 2 "x">: error calling '
                        "chunk: Cannot chunk type string"
                    ),
                ),
            )
        )

    def test_sorting(self) -> None:
        """Members are sorted as texts."""
        self.assert_all(
            (
                ("{{ sortAlpha .sl }}", "[a a b c]"),
                ("{{ sortAlpha .l }}", "[1 2 3 true x]"),
                ('{{ sortAlpha "x" }}', "[x]"),
                ("{{ sortAlpha (list 10 9 1) }}", "[1 10 9]"),
                ("{{ sortAlpha .el }}", "[]"),
            )
        )

    def test_sorting_in_place(self) -> None:
        """Only a list of texts is sorted where it is."""
        self.assert_all(
            (
                (
                    ('{{ $a := splitList "," "c,b,a" }}{{ sortAlpha $a }}{{ $a }}'),
                    "[a b c][a b c]",
                ),
                ('{{ $a := list "b" "a" }}{{ sortAlpha $a }}{{ $a }}', "[a b][b a]"),
            )
        )
