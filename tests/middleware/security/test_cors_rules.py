"""Tests of the rules for origins and header names."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.security._cors_rules import (
    allows_all,
    compile_headers,
    compile_origins,
)


class OriginTests(SynchronousTestCase):
    """Which origins are allowed."""

    def test_exact_in_any_case(self) -> None:
        """An origin is compared as a whole, whatever its case."""
        allows = compile_origins(["HTTPS://A.example"])
        self.assertTrue(allows(b"https://a.EXAMPLE"))
        self.assertFalse(allows(b"https://a.example.evil"))

    def test_case_beyond_ascii(self) -> None:
        """Letters outside ASCII have their cases too."""
        allows = compile_origins(["https://\u00c0b"])
        self.assertTrue(allows("https://\u00e0b".encode()))

    def test_bytes_that_are_no_text(self) -> None:
        """Bytes that are no UTF-8 are nobody's origin, and no error."""
        self.assertFalse(compile_origins(["https://a"])(b"https://\xff"))

    def test_star_within(self) -> None:
        """The first star stands for any text, also for none; others for themselves."""
        allows = compile_origins(["https://*.a.*"])
        self.assertTrue(allows(b"https://x.a.*"))
        self.assertTrue(allows(b"https://.a.*"))
        self.assertFalse(allows(b"https://x.a.b"))

    def test_star_does_not_overlap(self) -> None:
        """What stands before and behind the star does not share letters."""
        allows = compile_origins(["ab*ba"])
        self.assertFalse(allows(b"aba"))
        self.assertTrue(allows(b"abba"))

    def test_star_alone(self) -> None:
        """A lone star is told apart from one within an origin."""
        self.assertTrue(allows_all(["https://a", "*"]))
        self.assertFalse(allows_all(["https://*"]))


class HeaderTests(SynchronousTestCase):
    """Which lists of header names are allowed."""

    def setUp(self) -> None:
        self.allows = compile_headers(["X-B", "x-a", "X-C"])

    def test_sorted_and_small(self) -> None:
        """Names are wanted as browsers send them."""
        self.assertTrue(self.allows([b"x-a,x-b"]))
        self.assertFalse(self.allows([b"x-b,x-a"]))
        self.assertFalse(self.allows([b"X-A"]))

    def test_unknown(self) -> None:
        """A name that is not in the list refuses all."""
        self.assertFalse(self.allows([b"x-a,x-z"]))

    def test_twice(self) -> None:
        """A name stands there only once."""
        self.assertFalse(self.allows([b"x-a,x-a"]))

    def test_several_fields(self) -> None:
        """Several fields are one list."""
        self.assertTrue(self.allows([b"x-a", b"x-b"]))
        self.assertFalse(self.allows([b"x-b", b"x-a"]))

    def test_one_blank(self) -> None:
        """One blank is put up with on either side of a name, two are not."""
        self.assertTrue(self.allows([b"x-a , x-b"]))
        self.assertTrue(self.allows([b"x-a\t,\tx-b"]))
        self.assertFalse(self.allows([b"x-a,  x-b"]))
        self.assertFalse(self.allows([b"x-a  ,x-b"]))

    def test_empty_elements(self) -> None:
        """Sixteen empty elements are put up with, of two blanks at most."""
        self.assertTrue(self.allows([b"x-a" + b"," * 17 + b"x-b"]))
        self.assertFalse(self.allows([b"x-a" + b"," * 18 + b"x-b"]))
        self.assertTrue(self.allows([b"x-a,  ,x-b"]))
        self.assertFalse(self.allows([b"x-a,   ,x-b"]))

    def test_nothing(self) -> None:
        """An empty list asks for nothing."""
        self.assertTrue(self.allows([b""]))
