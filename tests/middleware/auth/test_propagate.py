"""Tests of claims on their way to the backends."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._propagate import (
    Unsendable,
    compile_clear,
    compile_fields,
    compile_params,
)


def fields(
    tuples: list[list[str]], claims: dict[str, Any], *, keep_lists: bool = False
) -> Any:
    """The header fields of claims."""
    make = compile_fields(tuples, keep_lists=keep_lists)
    return None if make is None else make(claims)


class FieldsTests(SynchronousTestCase):
    """Tests of :func:`compile_fields`."""

    def test_values(self) -> None:
        """Each claim is a field with its canonical name, a missing one empty."""
        tuples = [["sub", "x-user"], ["a.b", "X-Deep"], ["gone", "X-Gone"]]
        found = fields(tuples, {"sub": "u", "a": {"b": 1.0}})
        wanted = ((b"X-User", b"u"), (b"X-Deep", b"1"), (b"X-Gone", b""))
        self.assertEqual(found, wanted)

    def test_lists(self) -> None:
        """A list is one field, or one for each element; an empty one is none."""
        tuples = [["t", "X-Tags"]]
        joined = fields(tuples, {"t": ["a", "b"]})
        kept = fields(tuples, {"t": ["a", "b"]}, keep_lists=True)
        self.assertEqual(joined, ((b"X-Tags", b"a,b"),))
        self.assertEqual(kept, ((b"X-Tags", b"a"), (b"X-Tags", b"b")))
        self.assertEqual(fields(tuples, {"t": []}, keep_lists=True), ())
        self.assertEqual(fields(tuples, {}, keep_lists=True), ((b"X-Tags", b""),))

    def test_bytes(self) -> None:
        """Values go out as UTF-8, without white space around them."""
        found = fields([["a", "X"]], {"a": " ñ "})
        self.assertEqual(found, ((b"X", "ñ".encode()),))

    def test_line_breaks_are_refused(self) -> None:
        """A claim cannot bring header fields of its own."""
        for text in ("a\r\nX-Admin: 1", "a\nb", "a\x00", "a\x7f"):
            self.assertRaises(Unsendable, fields, [["a", "X-A"]], {"a": text})
            self.assertRaises(
                Unsendable, fields, [["a", "X-A"]], {"a": [text]}, keep_lists=True
            )

    def test_tuples_of_other_lengths(self) -> None:
        """What is no pair is left out; nothing left makes nothing."""
        self.assertEqual(fields([["a"], ["a", "X"]], {"a": "v"}), ((b"X", b"v"),))
        self.assertIsNone(fields([["a"], []], {}))
        self.assertIsNone(fields([], {}))

    def test_same_header_twice(self) -> None:
        """Of two claims for one header the later one counts."""
        found = fields([["a", "X-A"], ["b", "x-a"]], {"a": "1", "b": "2"})
        self.assertEqual(found, ((b"X-A", b"2"),))


class ClearTests(SynchronousTestCase):
    """Tests of :func:`compile_clear`."""

    def test_fields_of_the_client(self) -> None:
        """The client's fields of these names go, however they are written."""
        clear = compile_clear([["sub", "X-User"]])
        kept = [(b"Accept", b"*/*"), (b"X-Userx", b"1"), (b"Y-User", b"2")]
        forged = [(b"X-User", b"root"), (b"x-user", b"root"), (b"X-USER", b"root")]
        self.assertEqual(clear([*forged, *kept, *forged]), kept)

    def test_connection(self) -> None:
        """The client cannot have ours dropped by naming it in Connection."""
        clear = compile_clear([["sub", "X-User"]])
        self.assertEqual(clear([(b"Connection", b"close, X-User")]), [])


class ParamsTests(SynchronousTestCase):
    """Tests of :func:`compile_params`."""

    def test_markers(self) -> None:
        """Claims are parameters where some path asks for them."""
        make = compile_params(["/a/{{.JWT.sub}}", "/b/{{.Id}}?n={{.JWT.n}}"])
        assert make is not None
        found = make({"sub": "u", "n": 1.5, "other": "x"})
        self.assertEqual(found, {"JWT.sub": "u", "JWT.n": "1.500000"})

    def test_missing_and_nested(self) -> None:
        """A missing claim makes no parameter; dots are part of the name."""
        make = compile_params(["/{{.JWT.a.b}}"])
        assert make is not None
        self.assertEqual(make({"a": {"b": "x"}}), {})
        self.assertEqual(make({"a.b": "x"}), {"JWT.a.b": "x"})

    def test_no_markers(self) -> None:
        """Without a marker there is nothing to make."""
        self.assertIsNone(compile_params(["/a/{{.Id}}", "/b"]))
