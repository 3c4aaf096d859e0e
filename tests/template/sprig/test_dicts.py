"""Tests of the functions for maps."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DictsTests(TemplateTestCase):
    """Maps, which some functions change."""

    def test_making(self) -> None:
        """Maps are made of keys and values by turns."""
        self.assert_all(
            (
                ('{{ dict "a" 1 "b" }}', "map[a:1 b:]"),
                ("{{ dict }}", "map[]"),
                ("{{ dict 1 2 .n 3 }}", "map[1:2 3.7:3]"),
            )
        )

    def test_looking(self) -> None:
        """What a map has, and what it lacks."""
        self.assert_all(
            (
                ('{{ get .m "a" }}', "1"),
                ('{{ get .m "q" | quote }}', '""'),
                ('{{ hasKey .m "a" }}', "true"),
                ('{{ hasKey .m "q" }}', "false"),
                ('{{ pluck "a" .m .m2 .em }}', "[1 2]"),
                ("{{ keys .m | sortAlpha }}", "[a b e z]"),
                ("{{ keys .m .m2 | len }}", "8"),
                ('{{ values (dict "a" 1) }}', "[1]"),
                ('{{ pick .m "a" "q" "z" }}', "map[a:1 z:0]"),
                ('{{ omit .m "a" "b" }}', "map[e: z:0]"),
                (
                    '{{ get .s "a" }}',
                    (
                        'ERROR 1:7: executing "t" at <.s>: wrong type for value; '
                        "expected map[string]interface {}; got string"
                    ),
                ),
                ('{{ get .nope "a" }}', ""),
                (
                    '{{ get .nil "a" }}',
                    (
                        'ERROR 1:7: executing "t" at <.nil>: wrong type for value; '
                        "expected map[string]interface {}; got interface {}"
                    ),
                ),
                (
                    "{{ keys .l }}",
                    (
                        'ERROR 1:8: executing "t" at <.l>: wrong type for value; '
                        "expected map[string]interface {}; got []interface {}"
                    ),
                ),
            )
        )

    def test_changing(self) -> None:
        """Set and unset change the map itself, unless it is nil."""
        self.assert_all(
            (
                (
                    (
                        '{{ $d := dict "x" 1 }}{{ set $d "y" 2 }} {{ $_ := set $d '
                        '"z" .m }}{{ $d.z.a }} {{ unset $d "x" }} {{ $d }}'
                    ),
                    (
                        "map[x:1 y:2] 1 map[y:2 z:map[a:1 b:map[c:[1 2] d:<nil>] e: "
                        "z:0]] map[y:2 z:map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]]"
                    ),
                ),
                (
                    '{{ set .nope "a" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <set .nope "a" 1>: error '
                        "calling set: assignment to entry in nil map"
                    ),
                ),
            )
        )

    def test_merging(self) -> None:
        """What is missing or empty is taken from the others."""
        self.assert_all(
            (
                (
                    "{{ merge .m .m2 }}",
                    "map[a:1 b:map[c:[1 2] d:<nil> x:y] e: new:map[k:1] z:0]",
                ),
                ("{{ .m }}", "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]"),
                (
                    "{{ merge (dict) .m .m2 }}",
                    "map[a:1 b:map[c:[1 2] d:<nil> x:y] e: new:map[k:1] z:0]",
                ),
                ('{{ merge (dict "a" "x") (dict "a" (dict "y" 1)) }}', "map[a:x]"),
                ('{{ merge (dict "a" (list 1)) (dict "a" (list 2)) }}', "map[a:[1]]"),
                ('{{ merge (dict "a" nil) (dict "a" 1) }}', "map[a:1]"),
                ("{{ merge .nope .m }}", "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]"),
                (
                    '{{ mustMerge (dict "a" (dict)) (dict "a" (dict "b" 1)) }}',
                    "map[a:map[b:1]]",
                ),
            )
        )

    def test_overwriting(self) -> None:
        """All is taken from the others, but empty maps."""
        self.assert_all(
            (
                (
                    "{{ mergeOverwrite .m .m2 }}",
                    "map[a:2 b:map[c:[9] d:<nil> x:y] e: n:<nil> new:map[k:1] z:0]",
                ),
                ("{{ .m }}", "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]"),
                (
                    '{{ mergeOverwrite (dict "a" (list 1)) (dict "a" (list)) }}',
                    "map[a:[]]",
                ),
                (
                    '{{ mergeOverwrite (dict "a" "x") (dict "a" (dict "y" 1)) }}',
                    "map[a:map[y:1]]",
                ),
                (
                    '{{ mergeOverwrite (dict "a" (dict "y" 1)) (dict "a" "x") }}',
                    "map[a:x]",
                ),
                (
                    '{{ mergeOverwrite (dict "a" 1 "b" "x") (dict "a" 0 "b" "") }}',
                    "map[a:0 b:]",
                ),
                (
                    '{{ mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict)) }}',
                    "map[a:map[x:1]]",
                ),
                (
                    '{{ mustMergeOverwrite (dict "a" 1) (dict "a" nil) }}',
                    "map[a:<nil>]",
                ),
            )
        )

    def test_digging(self) -> None:
        """What lies deep is found, or something stands for it."""
        self.assert_all(
            (
                ('{{ dig "b" "c" "def" .m }}', "[1 2]"),
                ('{{ dig "b" "q" "def" .m }}', "def"),
                ('{{ dig "a" "def" .m }}', "1"),
                ('{{ dig "q" "r" 5 .m }}', "5"),
                ('{{ dig "b" "d" "x" .m }}', "<no value>"),
                (
                    '{{ dig "a" "x" "def" .m }}',
                    (
                        'ERROR 1:3: executing "t" at <dig "a" "x" "def" .m>: error '
                        "calling dig: interface conversion: interface {} is float64, "
                        "not map[string]interface {}"
                    ),
                ),
                (
                    '{{ dig "a" .m }}',
                    (
                        'ERROR 1:3: executing "t" at <dig "a" .m>: error calling '
                        "dig: dig needs at least three arguments"
                    ),
                ),
                (
                    '{{ dig 1 "x" .m }}',
                    (
                        'ERROR 1:3: executing "t" at <dig 1 "x" .m>: error calling '
                        "dig: interface conversion: interface {} is int, not string"
                    ),
                ),
                (
                    '{{ dig "a" "x" .l }}',
                    (
                        'ERROR 1:3: executing "t" at <dig "a" "x" .l>: error calling '
                        "dig: interface conversion: interface {} is []interface {}, "
                        "not map[string]interface {}"
                    ),
                ),
                (
                    '{{ dig "b" "d" "x" "y" .m }}',
                    (
                        'ERROR 1:3: executing "t" at <dig "b" "d" "x" "y" .m>: error '
                        "calling dig: interface conversion: interface {} is nil, not "
                        "map[string]interface {}"
                    ),
                ),
            )
        )

    def test_copying(self) -> None:
        """A deep copy has nothing in common with what it is of."""
        self.assert_all(
            (
                (
                    (
                        '{{ $c := deepCopy .m }}{{ $_ := set $c.b "c" 99 }}{{ .m.b.c '
                        "}} {{ $c.b.c }} {{ deepCopy 5 }} {{ mustDeepCopy .l }} {{ "
                        'deepCopy (split "," "a") | typeOf }}'
                    ),
                    "[1 2] 99 5 [3 1 2 <nil> x true] map[string]string",
                ),
                (
                    "{{ deepCopy nil }}",
                    (
                        'ERROR 1:3: executing "t" at <deepCopy nil>: error calling '
                        "deepCopy: reflect: call of reflect.Value.Type on zero Value"
                    ),
                ),
            )
        )

    def test_merging_into_nil(self) -> None:
        """A nil map becomes a map as soon as there is one to merge."""
        self.assert_all(
            (
                ('{{ toJson (merge (fromJson "null") (dict)) }}', "{}"),
                ('{{ toJson (merge (fromJson "null") (fromJson "null")) }}', "null"),
                (
                    ('{{ toJson (mergeOverwrite (fromJson "null") (dict "a" 1)) }}'),
                    '{"a":1}',
                ),
            )
        )

    def test_merging_inside_out(self) -> None:
        """A map is merged into one that it holds."""
        self.assert_all(
            (
                (
                    (
                        '{{ $a := dict "x" (dict "y" 1) "z" 2 }}{{ $_ := merge '
                        "$a.x $a }}{{ $a.x.z }} {{ $a.x.y }}"
                    ),
                    "2 1",
                ),
            )
        )

    def test_hidden_fields(self) -> None:
        """A deep copy misses what is hidden."""
        self.assert_all(
            (
                ('{{ deepCopy (semver "1.2.3") }}', "0.0.0"),
                ('{{ deepCopy (list (semver "1.2.3")) }}', "[0.0.0]"),
            )
        )
