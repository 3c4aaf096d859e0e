"""Tests of ``krakendtw.middleware.validation._cel_conversions``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_conversions import CONVERSIONS
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import Uint
from krakendtw.middleware.validation._cel_times import Duration


class ConversionTests(SynchronousTestCase):
    """The conversions of each type."""

    def test_every_type_converts_to_itself(self) -> None:
        """A conversion to the type that a value has gives the value."""
        for name, by_type in CONVERSIONS.items():
            kind = next(iter(by_type))
            value = object()
            self.assertIs(by_type[kind](value), value, name)

    def test_truths(self) -> None:
        """Go's words for true and false are known, others are none."""
        convert = CONVERSIONS["bool"][str]
        self.assertEqual(
            [convert(text) for text in ("t", "0", "TRUE")], [True, False, True]
        )
        self.assertRaises(CelError, convert, "yes")

    def test_limits(self) -> None:
        """Numbers that do not fit the other type are refused."""
        for name, value in (
            ("int", Uint(1 << 63)),
            ("uint", -1),
            ("int", 1e19),
            ("uint", -1.0),
            ("timestamp", 1 << 62),
        ):
            self.assertRaises(CelError, CONVERSIONS[name][type(value)], value)

    def test_texts(self) -> None:
        """Texts have the form that the other direction reads."""
        convert = CONVERSIONS["string"]
        self.assertEqual(convert[float](1e21), "1e+21")
        self.assertEqual(convert[Duration](Duration(1_500_000_000)), "1.5s")
