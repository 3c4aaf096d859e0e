"""Tests of where a request has its key."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._key_value import compile_value_of, query_value
from krakendtw.testing import gateway_request


class HeaderTests(SynchronousTestCase):
    """Keys in headers."""

    def value(self, *values: str, name: str = "Authorization") -> bytes:
        """The key of a request with these values of the header."""
        headers = {name: list(values)} if values else {}
        return compile_value_of(False, "authorization")(
            gateway_request(headers=headers)
        )

    def test_bare(self) -> None:
        """A key may stand alone."""
        self.assertEqual(b"abc", self.value("abc"))

    def test_bearer(self) -> None:
        """Or behind the scheme, in any case."""
        for text in ("Bearer abc", "bearer abc", "BEARER  abc"):
            self.assertEqual(b"abc", self.value(text))

    def test_first(self) -> None:
        """Of several fields the first counts."""
        self.assertEqual(b"a", self.value("a", "b"))

    def test_none(self) -> None:
        """Without the field there is no key."""
        self.assertEqual(b"", self.value())


class QueryTests(SynchronousTestCase):
    """Keys in query strings."""

    def test_first(self) -> None:
        """The first value counts, escapes undone."""
        self.assertEqual(b"a b+c", query_value(b"x=1&key=a+b%2Bc&key=z", b"key"))

    def test_name_escaped(self) -> None:
        """The name may be escaped too."""
        self.assertEqual(b"1", query_value(b"k%65y=1", b"key"))

    def test_broken_pairs(self) -> None:
        """Broken pairs do not count."""
        self.assertEqual(b"c", query_value(b"key=a;b&key=%zz&key=%4&key=c", b"key"))

    def test_none(self) -> None:
        """Without the name there is no key."""
        for query in (b"", b"a=1", b"key", b"KEY=1"):
            self.assertEqual(b"", query_value(query, b"key"))

    def test_of_a_request(self) -> None:
        """It is read from the request's own query string."""
        value_of = compile_value_of(True, "key")
        self.assertEqual(b"abc", value_of(gateway_request("GET", "/a?key=abc")))
