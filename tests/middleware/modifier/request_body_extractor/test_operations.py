"""Tests of what is taken out of a body, and of the operations' keys."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.gojson.number import Float, Number
from krakendtw.middleware.modifier.request_body_extractor._operations import (
    as_texts,
    compile_path,
    read_operations,
)
from krakendtw.testing import MemoryLog

WHERE = ConfigPath() / "here"


def operation(expression: str = "a", target: str = "X-A", **more: Any) -> Any:
    """One operation as it is written."""
    return {
        "type": "header",
        "strategy": "dotnotation",
        "expression": expression,
        "target": target,
        "on_conflict": "replace",
        **more,
    }


class TextTests(SynchronousTestCase):
    """Values as texts."""

    def test_texts(self) -> None:
        """Each kind of value; a list is several, and nulls are none."""
        for value, wanted in (
            ("x", ["x"]),
            (5, ["5"]),
            (Number("1.50"), ["1.50"]),
            (Float(1.5), ["1.5"]),
            (True, ["true"]),
            (None, []),
            ([], []),
            (["a", 1, None, False, [2]], ["a", "1", "false", "[2]"]),
            ({"b": 1, "a": [None]}, ['{"a":[null],"b":1}']),
        ):
            self.assertEqual(as_texts(value), wanted)

    def test_path(self) -> None:
        """Keys of objects, indexes of lists; a number may be a key, too."""
        data = {"a": {"b": [{"c": 1}], "0": 2}}
        for path, wanted in (
            ("a.b.0.c", 1),
            ("a.0", 2),
            ("a.b.1", None),
            ("a.b.-1", None),
            ("a.b.c", None),
            ("a.b.0.c.d", None),
            ("", None),
        ):
            self.assertEqual(compile_path(path)(data), wanted, path)


class OperationTests(SynchronousTestCase):
    """Operations on a body."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def done(self, body: bytes, *written: Any, **present: Any) -> Any:
        """The header fields after some operations."""
        fields = {name.replace("_", "-"): value for name, value in present.items()}
        targets = {"header": fields, "query_string": {}}
        read_operations({"operations": list(written)}, WHERE).apply(
            body, targets, self.log
        )
        return fields

    def test_conflicts(self) -> None:
        """Leave, replace, add; without a conflict all do the same."""
        for on_conflict, wanted in (
            ("skip", ["old"]),
            ("replace", ["1", "2"]),
            ("append", ["old", "1", "2"]),
        ):
            written = operation(on_conflict=on_conflict)
            body = b'{"a":[1,2]}'
            self.assertEqual(self.done(body, written, X_A=["old"]), {"X-A": wanted})
            self.assertEqual(self.done(body, written), {"X-A": ["1", "2"]})

    def test_sequence(self) -> None:
        """One operation sees what those before it have made."""
        self.assertEqual(
            self.done(
                b'{"a":1,"b":2}', operation(), operation("b", on_conflict="append")
            ),
            {"X-A": ["1", "2"]},
        )

    def test_nothing(self) -> None:
        """No value, or no JSON: nothing happens."""
        for body in (b"", b'{"a":null}', b"{}", b"5", b"a=1", b'{"a":1} x', b"\xff"):
            self.assertEqual(
                self.done(body, operation(), X_A=["old"]), {"X-A": ["old"]}
            )

    def test_jmespath(self) -> None:
        """An expression; one that does not work on the body finds nothing."""
        written = operation("length(a)", strategy="jmespath")
        self.assertEqual(self.done(b'{"a":[1]}', written), {"X-A": ["1"]})
        self.assertEqual(self.done(b'{"a":1}', written), {})

    def test_injection(self) -> None:
        """A value that would be more than one line becomes no header field."""
        for value in (rb"a\r\nX-B: c", rb"a\nb", rb"a\u0000"):
            self.assertEqual(self.done(b'{"a":"%b"}' % value, operation()), {})
        self.assertEqual(
            set(self.log.lines), {"WARNING X-A: a control character in the value"}
        )

    def test_query(self) -> None:
        """A query string may hold anything."""
        query: dict[str, list[str]] = {}
        read_operations(
            {"operations": [operation(target="q", type="query_string")]}, WHERE
        ).apply(rb'{"a":"x\ny"}', {"header": {}, "query_string": query}, self.log)
        self.assertEqual(query, {"q": ["x\ny"]})


class ReadTests(SynchronousTestCase):
    """Mistakes end the start."""

    def test_places(self) -> None:
        """Each is named with its place."""
        for written, wanted in (
            (operation(type="cookie"), ".type: 'cookie' found, one of header, "),
            (operation(strategy="x"), ".strategy: 'x' found"),
            (operation(on_conflict=""), ".on_conflict: must not be empty"),
            (operation(target="a b"), ".target: the name of a header field"),
            (operation(target="content-length"), ".target: Content-Length cannot"),
            (operation("a[", strategy="jmespath"), ".expression: "),
            (operation(more=1), ".more: no such key"),
            ({}, ".type: is missing"),
            (1, ": a number found"),
        ):
            raw = {"operations": [operation(), written]}
            error = self.assertRaises(ConfigError, read_operations, raw, WHERE)
            self.assertIn(f"$.here.operations[1]{wanted}", str(error))
        for raw in ({}, {"operations": 1}, []):
            self.assertRaises(ConfigError, read_operations, raw, WHERE)
