"""Tests of :mod:`krakendtw.gojson.raw`, and of the splitter beneath."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson import raw
from krakendtw.gojson.raw import (
    RawObject,
    compile_keep,
    is_available,
    join,
    keep_members,
    keep_text,
)
from krakendtw.gojson.reader import GoJSONError, loads
from krakendtw.gojson.writer import dumps

TEXTS = st.text(
    st.sampled_from('abz<>&"\\/\b\n\x1f\x7fé\u2028\u2029\u2030\ud7ff\ue000😀 '),
    max_size=6,
)
NUMBERS = st.sampled_from(
    ["0", "-0", "1", "-17", "1.50", "1e5", "1E+2", "0.1e-7", "12345678901234567890"]
)
PLAIN = st.one_of(st.none(), st.booleans(), TEXTS, NUMBERS.map(float))
TREES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, TREES, max_size=20)
SPACES = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:\r")])
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b'"b"', b'"a":1', b" "]
        ),
        st.sampled_from([b"\\u00e9", b"\\ud83d\\ude00", b"\\", b"\\u003c", b"\\n"]),
        st.sampled_from([b"true", b"nul", b"1.", b"01", b"-", b"1e", b"\xff", b"\xc3"]),
        NUMBERS.map(str.encode),
        st.binary(max_size=3),
    ),
    max_size=12,
)


def slowly(body: bytes) -> Any:
    """What comes of ``body`` by reading and writing; ``None`` for no object."""
    try:
        found = loads(body)
    except GoJSONError:
        return None
    return dumps(found) if type(found) is dict else None


class RawTestCase(SynchronousTestCase):
    """Tests of what is there only where it is compiled."""

    def setUp(self) -> None:
        if not is_available():
            self.skipTest("not compiled")


class KeepTests(RawTestCase):
    """``keep_text`` and ``keep_members``: the reader's and the writer's work."""

    def assert_kept(self, body: bytes, *, may_decline: bool) -> None:
        """Both give what reading and writing gives."""
        wanted = slowly(body)
        for keep in (keep_text, keep_members):
            found = keep(body)
            if found is None:
                self.assertTrue(may_decline, body)
            else:
                self.assertEqual(wanted, found.text(), body)
                self.assertEqual(wanted, dumps(found.load()), body)

    @given(OBJECTS, SPACES, st.booleans())
    def test_documents(self, data: Any, spaces: Any, is_ascii: bool) -> None:
        """Whatever is sound gives what Go writes, however it was written."""
        text = json.dumps(data, separators=spaces, ensure_ascii=is_ascii)
        self.assert_kept(text.encode(), may_decline="\\" in text)

    @given(PIECES)
    def test_rubbish(self, pieces: list[bytes]) -> None:
        """Whatever is not sound is declined, or gives what the reader gives."""
        self.assert_kept(b"{" + b"".join(pieces) + b"}", may_decline=True)
        self.assert_kept(b'{"a":' + b"".join(pieces), may_decline=True)

    @given(st.binary(max_size=40))
    def test_bytes(self, body: bytes) -> None:
        """So is what is nothing at all."""
        self.assert_kept(body, may_decline=True)

    def test_forms(self) -> None:
        """Keys are sorted, space goes, and what Go escapes is escaped."""
        for body, wanted in (
            (b"{}", b"{}"),
            (b' {"b": [ 1 , 2 ], "a": { } }', b'{"a":{},"b":[1,2]}'),
            (b'{"b":{"d":1,"c":2},"a":0}', b'{"a":0,"b":{"c":2,"d":1}}'),
            (b'{"a":"<&>"}', b'{"a":"\\u003c\\u0026\\u003e"}'),
            (b'{"<":1,"a":2}', b'{"\\u003c":1,"a":2}'),
            ('{"a":"\u2028é"}'.encode(), '{"a":"\\u2028é"}'.encode()),
            (b'{"a":"\\u00e9\\/\\n\\""}', '{"a":"é/\\n\\""}'.encode()),
            (b'{"a":1.50,"b":-0,"c":1E5}', b'{"a":1.50,"b":-0,"c":1E5}'),
            (b'{"a":1} and more', b'{"a":1}'),
        ):
            self.assert_kept(body, may_decline=False)
            found = keep_text(body)
            assert found is not None
            self.assertEqual(wanted, found.text())

    def test_many_members(self) -> None:
        """Objects of many members are sorted too."""
        data = {f"k{(n * 7919) % 1000}": {"z": n, "a": [n]} for n in range(1000)}
        self.assert_kept(json.dumps(data).encode(), may_decline=False)

    def test_declined(self) -> None:
        """What readers do not all understand alike is left to ours."""
        for body in (
            b"",
            b"null",
            b"[]",
            b"1",
            b'"a"',
            b'{"a":1,"a":2}',
            b'{"b":1,"a":1,"b":2}',
            b'{"\\u0061":1}',
            b'{"a":"\xff"}',
            b'{"a":"\\ud800"}',
            b'{"a":"\\u0001"}',
            b'{"a":01}',
            b'{"a":1,}',
            b'{"a" 1}',
            b'{"a":tru}',
            b'{"a":"\n"}',
            b'{"a":1',
            b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        ):
            self.assertIsNone(keep_text(body), body)
            self.assertIsNone(keep_members(body), body)


class SplitterTests(RawTestCase):
    """The splitter itself."""

    def test_kinds(self) -> None:
        """It takes bytes alone."""
        from krakendtw.gojson._splitter import canonical, join, split

        for function in (canonical, split):
            self.assertRaises(TypeError, function, "{}")
            self.assertRaises(TypeError, function, None)
        self.assertRaises(TypeError, join, {"a": "1"}, repr)

    def test_deep(self) -> None:
        """It goes a hundred levels deep and no further."""
        from krakendtw.gojson._splitter import canonical

        for depth, is_taken in ((99, True), (100, False)):
            body = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
            self.assertEqual(body if is_taken else None, canonical(body))


class CompileTests(RawTestCase):
    """``compile_keep``: parts of an object."""

    BODY = b'{"d":{"b":2,"a":{"x":1}},"e":{},"n":null,"s":"{}"}'

    def kept(self, target: str = "", group: str = "", *filters: Any) -> bytes:
        """What is kept of the body."""
        found = compile_keep(target, list(filters), group)(self.BODY)
        assert found is not None
        return found.text()

    def test_target(self) -> None:
        """A target is an object below; where there is none it is empty."""
        self.assertEqual(b'{"a":{"x":1},"b":2}', self.kept("d"))
        self.assertEqual(b'{"x":1}', self.kept("d.a"))
        for target in ("n", "s", "d.b", "d.a.x", "z", "z.z"):
            self.assertEqual(b"{}", self.kept(target))

    def test_filters(self) -> None:
        """Filters work on the members, and not on nothing."""
        self.assertEqual(b'{"b":2}', self.kept("d", "", lambda it: {"b": it["b"]}))
        self.assertEqual(b"{}", self.kept("e", "", lambda it: {"never": b"1"}))

    def test_group(self) -> None:
        """A group holds what is left, whatever its name."""
        self.assertEqual(b'{"g":{}}', self.kept("e", "g"))
        self.assertEqual(b'{"g\\u003c\\"":{"x":1}}', self.kept("d.a", 'g<"'))

    def test_declined(self) -> None:
        """What has to be read is."""
        self.assertIsNone(compile_keep("a", [], "")(b"[1]"))


class RawObjectTests(RawTestCase):
    """``RawObject``."""

    def test_empty(self) -> None:
        """It knows whether it is empty, by text and by members."""
        for made, is_empty in (
            (RawObject(b"{}"), True),
            (RawObject(None, {}), True),
            (RawObject(b'{"a":1}'), False),
            (RawObject(None, {"a": b"1"}), False),
        ):
            self.assertEqual(is_empty, made.is_empty)

    def test_update(self) -> None:
        """Members of another one are laid over those there are."""
        first, second = RawObject(b'{"a":1,"b":2}'), RawObject(b'{"b":3,"c":[]}')
        self.assertEqual(b'{"a":1,"b":2}', first.text())
        first.update(second)
        self.assertEqual(b'{"a":1,"b":3,"c":[]}', first.text())
        self.assertEqual({"a": 1, "b": 3, "c": []}, first.load())

    def test_join(self) -> None:
        """Members go in the order of their keys' bytes."""
        self.assertEqual(b"{}", join({}))
        members = {"é": b"3", "b": b"1", "\ue000": b"4", "ab": b"2", "😀": b"5"}
        wanted = '{"ab":2,"b":1,"é":3,"\ue000":4,"😀":5}'
        self.assertEqual(wanted.encode(), join(members))


class AbsenceTests(SynchronousTestCase):
    """Without the splitter."""

    def test_absent(self) -> None:
        """Nothing is there to keep text with."""
        self.patch(raw, "_splitter", None)
        self.assertFalse(is_available())
