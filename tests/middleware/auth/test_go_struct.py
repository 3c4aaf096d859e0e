"""Tests of settings read as Go reads them into a struct."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._go_struct import Field, Mismatch, decode_struct

FIELDS: dict[str, Field] = {
    "alg": ("string", "none"),
    "cache": ("bool", False),
    "age": ("uint32", 7),
    "port": ("int", 0),
    "rate": ("float64", 0.0),
    "roles": ("[]string", ()),
    "pairs": ("[][]string", ()),
    "suites": ("[]uint16", ()),
    "key": ("[]byte", b""),
}


def decode(raw: Any) -> dict[str, Any]:
    """The values of ``raw``."""
    return decode_struct(raw, "Config", FIELDS, package="jose")


class DecodeStructTests(SynchronousTestCase):
    """Tests of :func:`decode_struct`."""

    def test_defaults(self) -> None:
        """What is absent, or null, keeps its default; unknown keys are nothing."""
        found = decode({"alg": None, "more": 1})
        self.assertEqual((found["alg"], found["age"]), ("none", 7))
        self.assertEqual(decode(None), decode({}))

    def test_values(self) -> None:
        """Each kind of value is taken over."""
        found = decode(
            {
                "alg": "a",
                "cache": True,
                "age": 5.0,
                "port": -1,
                "rate": 1,
                "roles": ["x", None],
                "pairs": [["a", "b"], None],
                "suites": [4865],
                "key": "YQ==",
            }
        )
        self.assertEqual(
            tuple(found.values()),
            ("a", True, 5, -1, 1.0, ("x", ""), (("a", "b"), ()), (4865,), b"a"),
        )

    def test_keys_in_any_case(self) -> None:
        """A key matches whatever its case; the exact one, which sorts last, wins."""
        self.assertEqual(decode({"ALG": "a"})["alg"], "a")
        self.assertEqual(decode({"ALG": "a", "alg": "b"})["alg"], "b")

    def test_wrong_kinds(self) -> None:
        """A value of another kind is an error in Go's words."""
        for raw, kind in (
            ({"alg": 5}, "number into Go struct field Config.alg of type string"),
            ({"cache": "x"}, "string into Go struct field Config.cache of type bool"),
            ({"roles": "x"}, "string into Go struct field Config.roles of type []str"),
            ({"rate": {}}, "object into Go struct field Config.rate of type float64"),
            ({"age": True}, "bool into Go struct field Config.age of type uint32"),
            ({"key": []}, "array into Go struct field Config.key of type []uint8"),
            (["x"], "array into Go value of type jose.Config"),
        ):
            error = self.assertRaises(Mismatch, decode, raw)
            self.assertIn(f"json: cannot unmarshal {kind}", str(error))

    def test_numbers_that_do_not_fit(self) -> None:
        """Fractions and what is out of range are errors that show the number."""
        for raw, number in (
            ({"age": 1.5}, "number 1.5 "),
            ({"age": -1}, "number -1 "),
            ({"suites": [70000]}, "number 70000 "),
        ):
            error = self.assertRaises(Mismatch, decode, raw)
            self.assertIn(number, str(error))

    def test_bad_base64(self) -> None:
        """Bytes are plain base64."""
        self.assertRaises(Mismatch, decode, {"key": "!!"})
