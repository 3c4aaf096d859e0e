"""Tests of printing as Go's fmt does it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.format import format_g, format_v
from krakendtw.gojson.number import Float, Number

# What fmt.Println prints.
FLOATS = {
    1e6: "1e+06",
    123456.0: "123456",
    123456789.0: "1.23456789e+08",
    1234567.5: "1.2345675e+06",
    1e20: "1e+20",
    1e21: "1e+21",
    0.0001: "0.0001",
    0.00001: "1e-05",
    999999.5: "999999.5",
    100000.0: "100000",
    12.5: "12.5",
    -0.0: "-0",
    5e-324: "5e-324",
    1.7e308: "1.7e+308",
    float("inf"): "+Inf",
    float("-inf"): "-Inf",
}


class FormatGTests(SynchronousTestCase):
    """Numbers."""

    def test_floats(self) -> None:
        """Each is printed with Go's digits and exponent."""
        self.assertEqual(FLOATS, {value: format_g(value) for value in FLOATS})

    def test_zero(self) -> None:
        """Zero has no exponent."""
        self.assertEqual("0", format_g(0.0))

    def test_not_a_number(self) -> None:
        """What is no number says so."""
        self.assertEqual("NaN", format_g(float("nan")))


class FormatVTests(SynchronousTestCase):
    """Data."""

    def test_scalars(self) -> None:
        """Texts and decoded numbers are bare, constants have Go's names."""
        values = ("a b", Number("1.50"), 7, True, False, None, Float(1e6))
        self.assertEqual("[a b 1.50 7 true false <nil> 1e+06]", format_v(values))

    def test_maps(self) -> None:
        """Maps are sorted."""
        self.assertEqual("map[a:[] b:map[c:1]]", format_v({"b": {"c": 1}, "a": []}))

    def test_foreign(self) -> None:
        """Anything else is shown as Python shows it."""
        self.assertEqual("1j", format_v(1j))
