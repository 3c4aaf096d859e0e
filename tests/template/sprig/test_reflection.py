"""Tests of questions about types."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ReflectionTests(TemplateTestCase):
    """Types and kinds by their names."""

    def test_types(self) -> None:
        """Every value has Go's type."""
        self.assert_all(
            (
                ("{{ typeOf .m }}", "map[string]interface {}"),
                ("{{ typeOf .l }}", "[]interface {}"),
                ("{{ typeOf 1 }}", "int"),
                ("{{ typeOf 1.5 }}", "float64"),
                ("{{ typeOf nil }}", "<nil>"),
                ('{{ typeOf "x" }}', "string"),
                ("{{ typeOf true }}", "bool"),
                ('{{ typeOf (splitList "," "a") }}', "[]string"),
                ("{{ typeOf now }}", "time.Time"),
                ('{{ typeOf (semver "1.0.0") }}', "*semver.Version"),
                ("{{ typeOf 'a' }}", "int"),
                ('{{ typeOf (index "a" 0) }}', "uint8"),
                ("{{ typeOf 1i }}", "complex128"),
                ("{{ typeOf now.Month }}", "time.Month"),
                ("{{ typeOf now.Location }}", "*time.Location"),
                ('{{ typeIs "string" "x" }}', "true"),
                ('{{ typeIsLike "semver.Version" (semver "1.0.0") }}', "true"),
                ('{{ typeIs "semver.Version" (semver "1.0.0") }}', "false"),
            )
        )

    def test_kinds(self) -> None:
        """Every value has Go's kind."""
        self.assert_all(
            (
                ("{{ kindOf .m }}", "map"),
                ("{{ kindOf nil }}", "invalid"),
                ("{{ kindOf .l }}", "slice"),
                ("{{ kindOf now }}", "struct"),
                ('{{ kindOf (semver "1.0.0") }}', "ptr"),
                ('{{ kindIs "map" .m }}', "true"),
                ('{{ kindIs "int" 1.0 }}', "false"),
            )
        )

    def test_equality(self) -> None:
        """Values are equal if type and content are."""
        self.assert_all(
            (
                ("{{ deepEqual .m .m }}", "true"),
                ("{{ deepEqual 1 1.0 }}", "false"),
                ("{{ deepEqual (list 1) (list 1) }}", "true"),
                ('{{ deepEqual (list "a") (splitList "," "a") }}', "false"),
                ("{{ deepEqual nil nil }}", "true"),
                ("{{ deepEqual nil 1 }}", "false"),
                ("{{ deepEqual (list) (rest .el) }}", "false"),
            )
        )
