"""Tests of the functions for paths."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class PathsTests(TemplateTestCase):
    """Paths with slashes."""

    def test_parts(self) -> None:
        """A path's last part, the rest, and the ending."""
        self.assert_all(
            (
                ('{{ base "/a/b.txt" }}', "b.txt"),
                ('{{ base "/" }}', "/"),
                ('{{ base "a/" }}', "a"),
                ('{{ base "" }}', "."),
                ('{{ base "///" }}', "/"),
                ('{{ dir "/a/b.txt" }}', "/a"),
                ('{{ dir "" }}', "."),
                ('{{ dir "/" }}', "/"),
                ('{{ dir "a/b/" }}', "a/b"),
                ('{{ dir "//a//b" }}', "/a"),
                ('{{ ext "a.b/c" }}', ""),
                ('{{ ext "x.tar.gz" }}', ".gz"),
                ('{{ ext "a/.b" }}', ".b"),
                ('{{ osBase "" }}', "."),
                ('{{ osDir "a" }}', "."),
                ('{{ osExt ".x" }}', ".x"),
                ('{{ osIsAbs "a" }}', "false"),
                ('{{ osClean "" }}', "."),
            )
        )

    def test_cleaning(self) -> None:
        """A path is made as short as it can be."""
        self.assert_all(
            (
                ('{{ clean "/a/../b//c/." }}', "/b/c"),
                ('{{ clean "//a" }}', "/a"),
                ('{{ clean "../../a" }}', "../../a"),
                ('{{ clean "/.." }}', "/"),
                ('{{ clean "a/../.." }}', ".."),
                ('{{ clean "" }}', "."),
                ('{{ isAbs "/a" }}', "true"),
            )
        )
