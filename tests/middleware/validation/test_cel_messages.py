"""Tests of ``krakendtw.middleware.validation._cel_messages``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_messages import MESSAGES
from krakendtw.middleware.validation._cel_times import Duration, Timestamp


class MessageTests(SynchronousTestCase):
    """Values of protobuf's well-known types."""

    def make(self, name: str, **fields: object) -> object:
        """The value of a message with these fields."""
        return MESSAGES[f"google.protobuf.{name}"].make(fields)

    def test_times(self) -> None:
        """Seconds and nanoseconds are added up."""
        self.assertEqual(
            self.make("Timestamp", seconds=1, nanos=2), Timestamp(1_000_000_002)
        )
        self.assertEqual(self.make("Duration", seconds=-1), Duration(-1_000_000_000))

    def test_timestamp_in_range(self) -> None:
        """A timestamp is one of the years 1 to 9999."""
        self.assertRaises(CelError, self.make, "Timestamp", seconds=1 << 40)

    def test_wrappers(self) -> None:
        """A wrapper is its value, or the type's zero."""
        self.assertEqual(self.make("Int64Value", value=5), 5)
        self.assertEqual(self.make("StringValue"), "")

    def test_value(self) -> None:
        """A Value is its one field, null without."""
        self.assertEqual(self.make("Value", string_value="x"), "x")
        self.assertIsNone(self.make("Value"))
        self.assertRaises(
            CelError, self.make, "Value", string_value="x", bool_value=True
        )

    def test_containers(self) -> None:
        """Struct and ListValue are what they hold."""
        self.assertEqual(self.make("Struct", fields={"a": 1}), {"a": 1})
        self.assertEqual(self.make("ListValue", values=(1,)), (1,))
