"""Tests of arithmetic with decimals."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DecimalsTests(TemplateTestCase):
    """Floats that count as people do."""

    def test_exactness(self) -> None:
        """Sums, differences and products are exact."""
        self.assert_all(
            (
                ("{{ addf 0.1 0.2 }}", "0.3"),
                ("{{ addf }}", "0"),
                ('{{ addf "1.5" true }}', "2.5"),
                ("{{ add1f 1.1 }}", "2.1"),
                ("{{ subf 1 0.9 0.05 }}", "0.05"),
                ("{{ subf 0.3 0.1 }}", "0.2"),
                ("{{ mulf 1.1 1.1 3 }}", "3.63"),
            )
        )

    def test_quotients(self) -> None:
        """A quotient has sixteen digits behind the point."""
        self.assert_all(
            (
                ("{{ divf 10 3 }}", "3.3333333333333335"),
                ("{{ divf 1 3 7 }}", "0.0476190476190476"),
                ("{{ divf -1 6 }}", "-0.1666666666666667"),
                ("{{ divf 2 3 }}", "0.6666666666666667"),
                (
                    "{{ divf 1 0 }}",
                    (
                        'ERROR 1:3: executing "t" at <divf 1 0>: error calling divf: '
                        "decimal division by 0"
                    ),
                ),
            )
        )

    def test_extremes(self) -> None:
        """What a float does not hold is infinite, and infinity no decimal."""
        self.assert_all(
            (
                ("{{ mulf 1e200 1e200 }}", "+Inf"),
                (
                    '{{ addf (float64 "inf") 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <addf (float64 "inf") 1>: error '
                        "calling addf: Cannot create a Decimal from +Inf"
                    ),
                ),
                (
                    '{{ addf (float64 "nan") 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <addf (float64 "nan") 1>: error '
                        "calling addf: Cannot create a Decimal from NaN"
                    ),
                ),
            )
        )
