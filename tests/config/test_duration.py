"""Tests of durations; the wanted values and words are those of Go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.duration import parse_duration, parse_nanoseconds, seconds


class ParseTests(SynchronousTestCase):
    """What a duration's text means."""

    def test_units(self) -> None:
        """Every unit of Go has its length, in both spellings of micro."""
        for text, wanted in {
            "1ns": 1,
            "1us": 1_000,
            "1\u00b5s": 1_000,
            "1\u03bcs": 1_000,
            "1ms": 1_000_000,
            "1s": 1_000_000_000,
            "1m": 60_000_000_000,
            "1h": 3_600_000_000_000,
        }.items():
            self.assertEqual(wanted, parse_nanoseconds(text))

    def test_parts_add_up(self) -> None:
        """Several parts, fractions and signs go together."""
        for text, wanted in {
            "1m30s": 90.0,
            "1.5s": 1.5,
            ".5s": 0.5,
            "1.s": 1.0,
            "-1s": -1.0,
            "+2ms": 0.002,
            "1h2m3s4ms": 3723.004,
            "0": 0.0,
            "-0": 0.0,
        }.items():
            self.assertEqual(wanted, parse_duration(text))

    def test_fraction_in_float_arithmetic(self) -> None:
        """Long fractions round as in Go, below a nanosecond they vanish."""
        self.assertEqual(1_200_000_000_000, parse_nanoseconds("0.33333333333333333h"))
        self.assertEqual(0, parse_nanoseconds("0.9ns"))
        self.assertEqual(
            26_400_007_199_999,
            parse_nanoseconds("0.333333333333333h7.00000199999999999999999999h"),
        )

    def test_range(self) -> None:
        """A duration has 63 bits and a sign."""
        self.assertEqual((1 << 63) - 1, parse_nanoseconds("9223372036854775807ns"))
        self.assertEqual(-(1 << 63), parse_nanoseconds("-9223372036854775808ns"))
        for text in ("9223372036854775808ns", "2562048h", "99999999999999999999s"):
            with self.assertRaisesRegex(ValueError, "time: invalid duration"):
                parse_nanoseconds(text)

    @given(st.integers(-(1 << 63), (1 << 63) - 1))
    def test_nanoseconds_give_themselves(self, number: int) -> None:
        """Any whole number of nanoseconds is read exactly."""
        self.assertEqual(number, parse_nanoseconds(f"{number}ns"))


class ErrorTests(SynchronousTestCase):
    """The words for what is no duration."""

    def message(self, text: str) -> str:
        """What the parser says of ``text``."""
        return str(self.assertRaises(ValueError, parse_nanoseconds, text))

    def test_missing_unit(self) -> None:
        """A number needs its unit."""
        self.assertEqual('time: missing unit in duration "3000"', self.message("3000"))
        self.assertEqual(
            'time: missing unit in duration "1.5.5s"', self.message("1.5.5s")
        )

    def test_unknown_unit(self) -> None:
        """There are no days, and no capitals."""
        self.assertEqual('time: unknown unit "d" in duration "1d"', self.message("1d"))
        self.assertEqual('time: unknown unit "S" in duration "1S"', self.message("1S"))

    def test_no_number(self) -> None:
        """Anything else is invalid, and quoted as Go quotes it."""
        for text, quoted in {
            "": '""',
            "soon": '"soon"',
            "-": '"-"',
            ".s": '".s"',
            'a"b': r'"a\"b"',
            "\u00e9": r'"\xc3\xa9"',
        }.items():
            self.assertEqual(f"time: invalid duration {quoted}", self.message(text))


class SecondsTests(SynchronousTestCase):
    """Durations that are numbers."""

    def test_nanoseconds(self) -> None:
        """A number counts whole nanoseconds."""
        self.assertEqual(1.5, seconds(1_500_000_000))
        self.assertEqual(1e-9, seconds(1.9))
