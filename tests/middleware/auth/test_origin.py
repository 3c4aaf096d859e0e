"""Tests of where tokens are looked for."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._origin import compile_finder, find_cookie
from krakendtw.testing import gateway_request


class FinderTests(SynchronousTestCase):
    """Tests of :func:`compile_finder`."""

    def found(self, *fields: tuple[str, str], header: str = "") -> bytes | None:
        """What is found in a request with these header fields."""
        request = gateway_request()
        request.headers += [(name.encode(), value.encode()) for name, value in fields]
        return compile_finder(header, "c")(request)

    def test_scheme_word(self) -> None:
        """The scheme word may be missing, and in any case."""
        for value in ("Bearer x", "bearer x", "BEARER x", "x"):
            self.assertEqual(self.found(("Authorization", value)), b"x")

    def test_other_words_stay(self) -> None:
        """Other schemes, and the word alone, are taken for a bad token."""
        for value in ("Basic x", "Bearer", "Bearerx"):
            self.assertEqual(self.found(("Authorization", value)), value.encode())

    def test_first_header_counts(self) -> None:
        """Of several fields the first one counts."""
        fields = (("authorization", "Bearer a"), ("Authorization", "Bearer b"))
        self.assertEqual(self.found(*fields), b"a")

    def test_cookie_without_header(self) -> None:
        """The cookie is asked where the header is missing or empty."""
        for fields in ((), (("Authorization", ""),), (("Authorization", "Bearer "),)):
            self.assertEqual(self.found(*fields, ("Cookie", "a=1; c=x")), b"x")

    def test_bad_header_before_cookie(self) -> None:
        """A header that is there keeps the cookie out."""
        fields = (("Authorization", "nonsense"), ("Cookie", "c=x"))
        self.assertEqual(self.found(*fields), b"nonsense")

    def test_named_header(self) -> None:
        """Another header can be named, in any case."""
        fields = (("X-API-Token", "Bearer x"), ("Authorization", "Bearer y"))
        self.assertEqual(self.found(*fields, header="x-api-token"), b"x")
        self.assertIsNone(self.found(fields[1], header="x-api-token"))

    def test_nowhere(self) -> None:
        """Without either there is no token."""
        self.assertIsNone(self.found(("Cookie", "d=x")))


class CookieTests(SynchronousTestCase):
    """Tests of :func:`find_cookie`."""

    def test_values(self) -> None:
        """Quotes are dropped, spaces around name and part too, the first wins."""
        for line in (b"c=x", b'c="x"', b" a=1 ;c =x", b"c=x; c=y", b"=; c=x"):
            self.assertEqual(find_cookie([line], b"c"), b"x")

    def test_second_line(self) -> None:
        """All lines are looked at."""
        self.assertEqual(find_cookie([b"a=1", b"c=x"], b"c"), b"x")

    def test_bad_value_is_passed_over(self) -> None:
        """A cookie with a character that it must not have is none."""
        self.assertEqual(find_cookie([b"c=\x01; c=x"], b"c"), b"x")
        self.assertIsNone(find_cookie([b'c=a"b'], b"c"))

    def test_name_that_is_none(self) -> None:
        """A name that no cookie can have finds none."""
        self.assertIsNone(find_cookie([b"a b=x"], b"a b"))
