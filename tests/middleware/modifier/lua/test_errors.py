"""Tests of what becomes of a script's failure."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._errors import (
    Part,
    ScriptError,
    runtime_error,
    syntax_error,
)

PARTS = (Part("lib/a.lua", 3), Part("b.lua", 2), Part("pre-script", 4))


class ScriptErrorTests(SynchronousTestCase):
    """The error itself."""

    def test_plain(self) -> None:
        """Without a status it is a 500 that nobody chose."""
        error = ScriptError("no")
        self.assertEqual(
            (500, False, ""), (error.status, error.has_status, error.encoding)
        )

    def test_chosen(self) -> None:
        """With a status and a kind."""
        error = ScriptError("no", 418, "text/html")
        self.assertEqual((418, True), (error.status, error.has_status))
        self.assertEqual("text/html", error.encoding)

    def test_no_status(self) -> None:
        """What is no final status is a 200, as Go's server has it."""
        for status in (-5, 0, 100, 199, 1000):
            self.assertEqual(200, ScriptError("no", status).status)

    def test_no_second_line(self) -> None:
        """The kind is one line, whatever the script has made it of."""
        kind = ScriptError("no", 400, "a\r\nX-Evil: 1").encoding
        self.assertNotIn("\n", kind)
        self.assertNotIn("\r", kind)


class PartTests(SynchronousTestCase):
    """How lines are counted."""

    def test_lines(self) -> None:
        """Line breaks around a text do not count."""
        for source, lines in ((b"", 1), (b"a", 1), (b"\na\nb\n\n", 2), (b"a\n\nb", 3)):
            self.assertEqual(lines, Part.of("x", source).lines, source)


class RuntimeErrorTests(SynchronousTestCase):
    """Errors of a script that ran."""

    def text(self, message: str) -> str:
        """What the client may be told."""
        return str(runtime_error(message, "", PARTS))

    def test_place(self) -> None:
        """The line is that of the text it stands in, by its base name."""
        for line, place in (
            (1, "a.lua:L1"),
            (3, "a.lua:L3"),
            (4, "b.lua:L1"),
            (7, "pre-script:L2"),
        ):
            self.assertEqual(f"no ({place})", self.text(f"<string>:{line}: no"))

    def test_beyond(self) -> None:
        """A line that is in none of them is not told."""
        self.assertEqual("no", self.text("<string>:99: no"))

    def test_colons(self) -> None:
        """A message may hold colons."""
        self.assertEqual("a: b:c (a.lua:L1)", self.text("<string>:1: a: b:c"))

    def test_no_place(self) -> None:
        """Where a place is missed, the text around the first colon is lost."""
        trace = "stack traceback:\n\t[G]: ?"
        error = runtime_error("a: b", trace, PARTS)
        self.assertEqual(f"b\n{trace} (a.lua:L0)", str(error))
        error = runtime_error("message", trace, PARTS)
        self.assertEqual("\t[G]: ? (a.lua:L0)", str(error))

    def test_custom_status(self) -> None:
        """A message, a status, a kind."""
        error = runtime_error("<string>:1: no || 404 || text/plain", "", PARTS)
        self.assertEqual(
            ("no", 404, "text/plain"), (str(error), error.status, error.encoding)
        )

    def test_no_status_wanted(self) -> None:
        """A ``custom_error`` of a message only: a 500 without the place."""
        error = runtime_error("<string>:1: no || -1", "", PARTS)
        self.assertEqual(
            ("no", 500, False), (str(error), error.status, error.has_status)
        )

    def test_status_that_is_none(self) -> None:
        """What cannot be read is a 500."""
        self.assertEqual(500, runtime_error("<string>:1: no || x", "", PARTS).status)


class SyntaxErrorTests(SynchronousTestCase):
    """Errors of a text that is no Lua."""

    def test_place(self) -> None:
        """The words, without the column."""
        error = syntax_error(
            "<string> line:5(column:3) near 'x':   syntax error\n", PARTS
        )
        self.assertEqual("'x': syntax error (b.lua:L2)", str(error))

    def test_end(self) -> None:
        """At the end there is no line."""
        error = syntax_error("<string> at EOF:   syntax error\n", PARTS)
        self.assertEqual("syntax error at EOF (a.lua:L0)", str(error))

    def test_compiler(self) -> None:
        """What is Lua by its grammar only has no line either."""
        words = "compile error near line(2) <string>: no loop to break"
        error = syntax_error(words, PARTS)
        self.assertEqual("no loop to break (a.lua:L0)", str(error))
