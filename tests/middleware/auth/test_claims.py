"""Tests of claims: judged, and as text."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._claims import (
    Expectations,
    Unacceptable,
    claim_text,
    claim_texts,
    compile_holder,
    is_dotted_path,
    read_claims,
)

NOW = 1000.5
INF = float("inf")


def check(claims: dict[str, Any], **wanted: Any) -> tuple[float, float]:
    """The lifetime of claims, with a leeway of a second unless told."""
    wanted = {"issuer": "", "audience": (), "leeway": 1.0, **wanted}
    lifetime = Expectations(**wanted).check(claims, NOW)
    return lifetime.start, lifetime.end


class ExpectationsTests(SynchronousTestCase):
    """Tests of :class:`Expectations`."""

    def refused(self, claims: dict[str, Any], **wanted: Any) -> None:
        """The claims are not taken."""
        self.assertRaises(Unacceptable, check, claims, **wanted)

    def test_nothing_wanted(self) -> None:
        """A token without any registered claim is good for ever."""
        self.assertEqual(check({}), (-INF, INF))

    def test_expiry(self) -> None:
        """``exp`` counts to the whole second, stretched by the leeway."""
        self.assertEqual(check({"exp": 999.9}, leeway=2.0), (-INF, 1001.0))
        self.assertEqual(check({"exp": 1000.0}), (-INF, 1001.0))
        self.refused({"exp": 999.0})

    def test_not_before(self) -> None:
        """``nbf`` and ``iat`` in the future are refused, the leeway apart."""
        for name in ("nbf", "iat"):
            self.assertEqual(check({name: 1001.0}), (1000.0, INF))
            self.refused({name: 1002.0})

    def test_start_is_the_later_one(self) -> None:
        """A token begins when both ``nbf`` and ``iat`` are over."""
        self.assertEqual(check({"nbf": 500.0, "iat": 600.0})[0], 599.0)

    def test_dates_beyond_int64(self) -> None:
        """What no int64 holds is the lowest one."""
        self.refused({"exp": 1e30})
        self.assertEqual(check({"nbf": 1e30})[1], INF)

    def test_dates_of_other_types(self) -> None:
        """A date is a number, or null."""
        for value in ("1000", True, [], {}):
            self.refused({"exp": value})
        self.assertEqual(check({"exp": None}), (-INF, INF))

    def test_issuer(self) -> None:
        """The issuer fits exactly, if one is wanted."""
        check({"iss": "a"}, issuer="a")
        for claims in ({}, {"iss": "a/"}, {"iss": "A"}, {"iss": None}):
            self.refused(claims, issuer="a")

    def test_audience(self) -> None:
        """Every audience that is wanted stands in the claim."""
        for claim in ("a", ["a"], ["b", "a"]):
            check({"aud": claim}, audience=("a",))
        check({"aud": ["c", "b", "a"]}, audience=("a", "b"))
        for claim in ("b", [], ["A"], "a b"):
            self.refused({"aud": claim}, audience=("a",))
        self.refused({}, audience=("a",))
        self.refused({"aud": ["a"]}, audience=("a", "b"))

    def test_wrong_types(self) -> None:
        """Registered claims of wrong types are refused, wanted or not."""
        for name in ("iss", "sub", "jti"):
            self.refused({name: 5.0})
            check({name: None})
        for claim in (None, 5.0, {}, ["a", 5.0]):
            self.refused({"aud": claim})

    def test_payload(self) -> None:
        """A payload is a JSON object."""
        self.assertEqual(read_claims(b'{"a":1}'), {"a": 1.0})
        self.assertRaises(Unacceptable, read_claims, b"[]")


class TextTests(SynchronousTestCase):
    """Tests of :func:`claim_text` and :func:`claim_texts`."""

    def test_numbers(self) -> None:
        """Nearly whole numbers are whole, others have six decimals."""
        for value, text in (
            (12.0, "12"),
            (-4.0, "-4"),
            (-0.0, "0"),
            (12.5, "12.500000"),
            (0.123456789, "0.123457"),
            (1e-9, "0"),
            (12345678901.0, "12345678901"),
            (1e20, "-9223372036854775808"),
        ):
            self.assertEqual(claim_text(value), text)

    def test_others(self) -> None:
        """Texts are themselves, other values are Go's JSON."""
        for value, text in (
            ("a b", "a b"),
            (True, "true"),
            (None, "null"),
            ({"z": 1.0, "a": "<b>"}, '{"a":"\\u003cb\\u003e","z":1}'),
        ):
            self.assertEqual(claim_text(value), text)
            self.assertEqual(claim_texts(value), [text])

    def test_lists(self) -> None:
        """A list is joined by commas, or kept; its elements are Go's ``%v``."""
        value = ["a", 3.0, 1e6, True, None, {"k": 1.0}]
        self.assertEqual(claim_text(value), "a,3,1e+06,true,<nil>,map[k:1]")
        self.assertEqual(claim_texts(value)[:3], ["a", "3", "1e+06"])
        self.assertEqual((claim_text([]), claim_texts([])), ("", []))


class HolderTests(SynchronousTestCase):
    """Tests of :func:`compile_holder`."""

    def test_path(self) -> None:
        """Dots lead through objects; anything else on the way holds nothing."""
        holder, last = compile_holder("a.b.c", is_nested=True)
        self.assertEqual(last, "c")
        self.assertEqual(holder({"a": {"b": {"c": 1}}}), {"c": 1})
        for claims in ({}, {"a": "x"}, {"a": {"b": []}}, {"a.b.c": 1}):
            self.assertEqual(holder(claims), {})

    def test_flat(self) -> None:
        """Where they do not, the name is the name."""
        holder, last = compile_holder("a.b", is_nested=False)
        self.assertEqual((holder({"a.b": 1}), last), ({"a.b": 1}, "a.b"))

    def test_urls_are_flat(self) -> None:
        """A claim named like a URL has no path."""
        self.assertTrue(is_dotted_path("a.b"))
        self.assertFalse(is_dotted_path("http://a.example/b"))
        self.assertFalse(is_dotted_path("ab"))
