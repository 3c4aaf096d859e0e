"""Tests of header names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.canonical import canonical_header


class CanonicalHeaderTests(SynchronousTestCase):
    """What ``canonical_header`` makes of a name."""

    def test_capitals_at_starts(self) -> None:
        """The first letter and each behind a dash is a capital, the rest are small."""
        for given_name, wanted in {
            "x-foo": "X-Foo",
            "X-FORWARDED-for": "X-Forwarded-For",
            "etag": "Etag",
            "www-authenticate": "Www-Authenticate",
            "a--b": "A--B",
            "x_foo-1b": "X_foo-1b",
            "*": "*",
        }.items():
            self.assertEqual(wanted, canonical_header(given_name))

    def test_no_token_stays(self) -> None:
        """What cannot be a header name is left alone."""
        for name in ("", "x foo", "x-f\u00fc", "a:b", "x-foo\n"):
            self.assertEqual(name, canonical_header(name))

    @given(st.text())
    def test_twice_is_once(self, name: str) -> None:
        """A canonical name is its own canonical name."""
        once = canonical_header(name)
        self.assertEqual(once, canonical_header(once))
