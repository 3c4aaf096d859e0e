"""Tests of values as text in the manner of Go."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number
from krakendtw.proxy.go_text import format_exponent, format_value


class FormatValueTests(SynchronousTestCase):
    """Go's ``%v``."""

    def test_scalars(self) -> None:
        """Text and decoded numbers are themselves."""
        for value, text in (
            (None, "<nil>"),
            (True, "true"),
            (False, "false"),
            ("a b", "a b"),
            (42, "42"),
            (Number("1.500"), "1.500"),
        ):
            self.assertEqual(text, format_value(value))

    def test_containers(self) -> None:
        """Objects are sorted, lists have blanks between."""
        value = {"n": 1, "k": ["x", None, {}], "B": []}
        self.assertEqual("map[B:[] k:[x <nil> map[]] n:1]", format_value(value))

    def test_floats(self) -> None:
        """From a million on, and below a ten thousandth, there is an exponent."""
        for value, text in (
            (0.0, "0"),
            (-0.0, "-0"),
            (2.5, "2.5"),
            (100000.0, "100000"),
            (999999.5, "999999.5"),
            (1e6, "1e+06"),
            (123456789.0, "1.23456789e+08"),
            (1e300, "1e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (float("inf"), "+Inf"),
            (float("-inf"), "-Inf"),
            (float("nan"), "NaN"),
        ):
            self.assertEqual(text, format_value(Float(value)))

    @given(st.floats(allow_nan=False))
    def test_floats_come_back(self, value: float) -> None:
        """No digit that counts is lost."""
        self.assertEqual(value, float(format_value(value)))


class FormatExponentTests(SynchronousTestCase):
    """Go's ``'E'`` with the fewest digits for 32 bits."""

    def test_known(self) -> None:
        """Numbers as Go writes them."""
        for value, text in (
            (42.0, "4.2E+01"),
            (0.0, "0E+00"),
            (-0.0, "-0E+00"),
            (0.1, "1E-01"),
            (123456789.0, "1.2345679E+08"),
            (16777217.0, "1.6777216E+07"),
            (1e300, "+Inf"),
            (-1e300, "-Inf"),
            (float("nan"), "NaN"),
            (2.0**-96, "1.2621775E-29"),
            (2.0**-12, "2.4414063E-04"),
            (2441.40625, "2.4414062E+03"),
            (1e-45, "1E-45"),
        ):
            self.assertEqual(text, format_exponent(value))

    @given(st.floats(width=32, allow_nan=False, allow_infinity=False))
    def test_comes_back(self, value: float) -> None:
        """The text is read as the same 32 bit number."""
        text = format_exponent(value)
        self.assertEqual(struct.pack("f", value), struct.pack("f", float(text)))
