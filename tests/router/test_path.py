"""Tests of :mod:`krakendtw.router.path`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.path import clean_path, prefixed, registered, shortest

PATHS = st.text("/.ab").map(str.encode)


class CleanPathTests(SynchronousTestCase):
    """``clean_path``: what clients ask for."""

    def test_examples(self) -> None:
        """Empty and dot segments go, a last slash stays."""
        for path, clean in (
            (b"", b"/"),
            (b"a", b"/a"),
            (b"//", b"/"),
            (b"/a//b", b"/a/b"),
            (b"/a/b//", b"/a/b/"),
            (b"/a/./b/.", b"/a/b/"),
            (b"/a/../b", b"/b"),
            (b"/a/b/..", b"/a"),
            (b"/../../a", b"/a"),
            (b"/..", b"/"),
            (b"/a/...", b"/a/..."),
            (b"/.a/b.", b"/.a/b."),
        ):
            self.assertEqual(clean, clean_path(path), path)

    @given(PATHS)
    def test_settles(self, path: bytes) -> None:
        """A clean path is left as it is."""
        clean = clean_path(path)
        self.assertEqual(clean, clean_path(clean))
        self.assertTrue(clean.startswith(b"/"))


class ShortestTests(SynchronousTestCase):
    """``shortest``: Go's ``path.Clean``."""

    def test_examples(self) -> None:
        """Relative paths stay relative, and no slash is left at the end."""
        for path, clean in (
            (b"", b"."),
            (b"a/", b"a"),
            (b"../a", b"../a"),
            (b"//a//b", b"/a/b"),
            (b"/../a", b"/a"),
            (b"a/..", b"."),
        ):
            self.assertEqual(clean, shortest(path), path)


class RegisteredTests(SynchronousTestCase):
    """``registered``: the paths of routes."""

    def test_examples(self) -> None:
        """Routes are cleaned, but keep a last slash and their parameters."""
        for path, clean in (
            ("", b"/"),
            ("/", b"/"),
            ("/a//b/", b"/a/b/"),
            ("/a/../:id", b"/:id"),
            ("a", b"/a"),
            ("/é", "/é".encode()),
        ):
            self.assertEqual(clean, registered(path), path)


class PrefixedTests(SynchronousTestCase):
    """``prefixed``: ``X-Forwarded-Prefix``."""

    def test_examples(self) -> None:
        """Only letters, digits, dashes and single slashes of a prefix are used."""
        for prefix, path in (
            (b"", b"/x"),
            (b".", b"/x"),
            (b"/api", b"/api//x"),
            (b"//a//b/", b"/a/b//x"),
            (b"https://evil.example/x_y", b"https/evilexample/xy//x"),
            (b"___", b"//x"),
        ):
            self.assertEqual(path, prefixed(prefix, b"/x"), prefix)
