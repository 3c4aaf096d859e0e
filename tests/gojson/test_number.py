"""Tests of the kinds of numbers in a response's data."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number, format_float, is_number

# What json.Marshal prints of a float64.
FLOATS = {
    1.0: "1",
    -0.0: "-0",
    12.5: "12.5",
    1e-6: "0.000001",
    1e-5: "0.00001",
    1.5e-6: "0.0000015",
    9.99e-7: "9.99e-7",
    1e15: "1000000000000000",
    1e16: "10000000000000000",
    1.5e16: "15000000000000000",
    1e20: "100000000000000000000",
    1e21: "1e+21",
    -1.25e22: "-1.25e+22",
    5e-324: "5e-324",
    1.7976931348623157e308: "1.7976931348623157e+308",
}


class FormatFloatTests(SynchronousTestCase):
    """Floats in JSON."""

    def test_digits(self) -> None:
        """Each is printed with Go's digits and exponent."""
        self.assertEqual(FLOATS, {value: format_float(value) for value in FLOATS})

    def test_not_finite(self) -> None:
        """What JSON has no word for is refused in Go's words."""
        for text, name in (("nan", "NaN"), ("inf", "+Inf"), ("-inf", "-Inf")):
            error = self.assertRaises(ValueError, format_float, float(text))
            self.assertEqual(f"json: unsupported value: {name}", str(error))


class IsNumberTests(SynchronousTestCase):
    """Decoded numbers among other values."""

    def test_kinds(self) -> None:
        """Integers and numbers in words are decoded ones, nothing else is."""
        self.assertTrue(is_number(1) and is_number(Number("1.0")))
        for other in (True, None, "1", Float(1), 1.0):
            self.assertFalse(is_number(other))
