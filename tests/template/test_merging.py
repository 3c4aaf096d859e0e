"""Tests of maps merged into maps."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class MergingTests(TemplateTestCase):
    """What a map takes from another one."""

    def test_filling(self) -> None:
        """What lacks or is empty is taken from the source."""
        self.assert_all(
            (
                (
                    (
                        '{{ toJson (merge (dict "a" 1 "b" "" "c" 0 "d" nil) '
                        '(dict "a" 2 "b" "x" "c" 3 "d" 4 "e" 5)) }}'
                    ),
                    '{"a":1,"b":"x","c":3,"d":4,"e":5}',
                ),
                (
                    (
                        '{{ toJson (merge (dict "a" (dict "x" 1)) (dict "a" '
                        '(dict "x" 2 "y" 3))) }}'
                    ),
                    '{"a":{"x":1,"y":3}}',
                ),
                (
                    '{{ toJson (merge (dict "a" 1) (dict "a" (dict "x" 2))) }}',
                    '{"a":1}',
                ),
                ('{{ toJson (merge (dict "a" (dict)) (dict "a" 5)) }}', '{"a":5}'),
                (
                    '{{ toJson (merge (dict "a" (list)) (dict "a" (list 1))) }}',
                    '{"a":[1]}',
                ),
                ('{{ toJson (merge (dict) (dict "a" nil)) }}', "{}"),
                (
                    (
                        '{{ toJson (merge (dict "a" false) (dict "a" true) '
                        '(dict "a" 3 "b" 4)) }}'
                    ),
                    '{"a":true,"b":4}',
                ),
            )
        )

    def test_overwriting(self) -> None:
        """All is taken that the source has."""
        self.assert_all(
            (
                (
                    (
                        '{{ toJson (mergeOverwrite (dict "a" 1 "b" 2) (dict '
                        '"a" 3 "c" 4)) }}'
                    ),
                    '{"a":3,"b":2,"c":4}',
                ),
                (
                    '{{ toJson (mergeOverwrite (dict "a" 1) (dict "a" nil)) }}',
                    '{"a":null}',
                ),
                (
                    (
                        '{{ toJson (mergeOverwrite (dict "a" (dict "x" 1)) '
                        '(dict "a" (dict "y" 2))) }}'
                    ),
                    '{"a":{"x":1,"y":2}}',
                ),
                (
                    (
                        '{{ toJson (mergeOverwrite (dict "a" (dict "x" 1)) '
                        '(dict "a" (dict))) }}'
                    ),
                    '{"a":{"x":1}}',
                ),
                (
                    '{{ toJson (mergeOverwrite (dict "a" 1) (dict "a" "")) }}',
                    '{"a":""}',
                ),
                (
                    (
                        '{{ toJson (mergeOverwrite (dict "a" (list 1)) (dict '
                        '"a" (list 2))) }}'
                    ),
                    '{"a":[2]}',
                ),
            )
        )

    def test_sharing(self) -> None:
        """The target is changed itself, and shares what it took."""
        self.assert_all(
            (
                (
                    (
                        '{{ $a := dict "x" 1 }}{{ $_ := merge $a (dict "y" 2) '
                        "}}{{ toJson $a }}"
                    ),
                    '{"x":1,"y":2}',
                ),
                (
                    (
                        '{{ $a := dict }}{{ $b := dict "m" (dict "x" 1) }}{{ '
                        '$_ := merge $a $b }}{{ $_ := set $a.m "x" 2 }}{{ '
                        "toJson $b }}"
                    ),
                    '{"m":{"x":2}}',
                ),
            )
        )

    def test_copies(self) -> None:
        """A deep copy shares nothing."""
        self.assert_all(
            (
                (
                    (
                        '{{ $a := dict "m" (dict "x" (list 1 (dict "y" 2))) '
                        '}}{{ $b := deepCopy $a }}{{ $_ := set $b.m "x" 2 }}{{ '
                        "toJson $a }}{{ toJson $b }}"
                    ),
                    '{"m":{"x":[1,{"y":2}]}}{"m":{"x":2}}',
                ),
                (
                    (
                        '{{ deepCopy "x" }}{{ deepCopy 1.5 }}{{ deepCopy '
                        '(until 2) | printf "%T%v" }}'
                    ),
                    "x1.5[]int%!v(MISSING)",
                ),
                (
                    "{{ deepCopy nil }}",
                    (
                        'ERROR 1:3: executing "t" at <deepCopy nil>: error '
                        "calling deepCopy: reflect: call of reflect.Value.Type "
                        "on zero Value"
                    ),
                ),
                (
                    (
                        '{{ deepCopy (splitList "," "a,b") | printf "%T" }} {{ '
                        'deepCopy (split "," "a") | printf "%T" }}'
                    ),
                    "[]string map[string]string",
                ),
            )
        )
