"""Tests of data between Python and Lua."""

from __future__ import annotations

from typing import Any

from hypothesis import given as example
from hypothesis.strategies import binary
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number
from krakendtw.middleware.modifier.lua._values import (
    LIST,
    NULL,
    OBJECT,
    TOO_MUCH,
    UNKNOWN,
    Containers,
    Listed,
    from_lua,
    given,
    header_text,
    to_lua,
    written_size,
)
from krakendtw.middleware.modifier.lua._work import Desk
from tests.middleware.modifier.lua.scripts import LuaTestCase


class TextTests(SynchronousTestCase):
    """Strings."""

    @example(binary())
    def test_bytes_survive(self, raw: bytes) -> None:
        """Bytes that are no UTF-8 come back as they went."""
        back = to_lua(from_lua(raw.decode("latin-1")))
        self.assertEqual(raw, back.encode() if isinstance(back, str) else back)

    def test_text(self) -> None:
        """UTF-8 is text on our side."""
        self.assertEqual("é", from_lua("\xc3\xa9"))
        self.assertEqual("é".encode(), to_lua("é"))
        self.assertEqual("e", to_lua("e"))


class GivenTests(SynchronousTestCase):
    """What Lua is given."""

    def test_plain(self) -> None:
        """Text, booleans and numbers as they are, all numbers as floats."""
        for value in ("x", True, 1.5):
            self.assertIs(value, given(value))
        for number in (3, Number("3"), Float(3.0)):
            self.assertEqual(3.0, given(number))
            self.assertIs(float, type(given(number)))
        self.assertEqual("é".encode(), given("é"))

    def test_huge(self) -> None:
        """A number that no float holds is infinite."""
        self.assertEqual(float("inf"), given(10**400))
        self.assertEqual(float("-inf"), given(-(10**400)))

    def test_kinds(self) -> None:
        """Containers and null come with their kinds."""
        table: dict[str, Any] = {}
        self.assertEqual((None, NULL), given(None))
        found, kind = given(table)
        self.assertIs(table, found)
        self.assertEqual(OBJECT, kind)
        self.assertEqual((Listed([1], 1), LIST), given([1]))
        self.assertEqual(UNKNOWN, given(object())[1])


class HeaderTextTests(SynchronousTestCase):
    """Elements as header values."""

    def test_kinds(self) -> None:
        """Text as it is, anything else as Go's ``%s`` complains."""
        for value, text in (
            ("x", "x"),
            (None, "%!s(<nil>)"),
            (True, "%!s(bool=true)"),
            (Float(1.5), "%!s(float64=1.5)"),
        ):
            self.assertEqual(text, header_text(value))


class ContainersTests(SynchronousTestCase):
    """The work of luaTable and luaList, and its limit."""

    def test_limit(self) -> None:
        """What is stored is counted, and refused when it is too much."""
        work = Containers(Desk(), 2000)
        table: dict[str, Any] = {}
        self.assertIsNone(work.table_set(table, "a", "x" * 1000))
        self.assertEqual(TOO_MUCH, work.table_set(table, "b", "x" * 1000))
        self.assertEqual(["a"], list(table))
        self.assertEqual(TOO_MUCH, work.list_set(Listed([], 0), 1e9, True))

    def test_exact_integers(self) -> None:
        """A native table's integers beyond a float's keep their digits."""
        table: dict[str, Any] = {}
        Containers(Desk(), 2000).native_put(table, "a", 1 << 60, "b", 3)
        self.assertEqual({"a": 1 << 60, "b": 3}, table)
        self.assertIs(int, type(table["a"]))

    def test_places(self) -> None:
        """How often data are put at one more place is counted."""
        desk = Desk()
        work = Containers(desk, 2000)
        work.table_set_data({}, "a", {}, True)
        work.list_set_data(Listed([], 0), 0, {}, True)
        work.table_set_data({}, "a", {})
        self.assertEqual(2, desk.work.shared)


class WrittenSizeTests(SynchronousTestCase):
    """What data come to when they are written."""

    def test_plain(self) -> None:
        """About the length of the texts, and some for everything else."""
        self.assertEqual(1 + 5 + 16, written_size({"a": "x" * 5, "b": 1}))
        self.assertEqual(1, written_size([]))

    def test_shared(self) -> None:
        """Shared parts count as often as they stand there, however often."""
        data: Any = ["x" * 1000]
        for _ in range(100):
            data = [data, {"a": data}]
        self.assertGreater(written_size(data), 2**100)

    def test_circle(self) -> None:
        """A circle is left to who writes it."""
        data: dict[str, Any] = {"a": "xyz"}
        data["b"] = [data]
        self.assertEqual(1 + 3 + 1, written_size(data))


class TableTests(LuaTestCase):
    """A luaTable in a script."""

    def test_get(self) -> None:
        """Every kind of value; what is not there is nil."""
        data = {"s": "é", "n": Number("1.50"), "b": False, "z": None, "l": [], "o": {}}
        script = (
            "local t = '' for _, k in ipairs({'s', 'n', 'b', 'z', 'l', 'o', 'x'}) do"
            " local v = d:get(k) t = t .. type(v) .. ' ' end d:set('t', t)"
        )
        self.assertEqual(
            "string number boolean userdata userdata userdata nil ",
            self.changed(script, data)["t"],
        )

    def test_nothing(self) -> None:
        """A key that is not there brings no value, not even nil."""
        script = "d:set('n', select('#', d:get('x')))"
        self.assertEqual(0, self.changed(script)["n"])

    def test_set(self) -> None:
        """Text, numbers, booleans; nil changes nothing."""
        found = self.changed(
            "d:set('s', 'x') d:set('n', 3) d:set('f', 1.5) d:set('b', true)"
            " d:set('k', nil) d:set(7, 'seven')",
            {"k": "kept"},
        )
        self.assertEqual(
            {"k": "kept", "s": "x", "n": 3, "f": 1.5, "b": True, "7": "seven"}, found
        )

    def test_objects(self) -> None:
        """Tables, lists and null of ours; they are shared, not copied."""
        found = self.changed(
            "local t, l = luaTable.new(), luaList.new() d:set('t', t) d:set('l', l)"
            " t:set('x', 1) d:set('z', luaNil.new())"
        )
        self.assertEqual({"t": {"x": 1}, "l": [], "z": None}, found)

    def test_native_tables(self) -> None:
        """Lua's own become objects; inside of others lists, if all keys are whole."""
        found = self.changed(
            "d:set('t', {a = 'x', [3] = 'y', n = {1, 2, {true}}, e = {}})"
        )
        self.assertEqual(
            {"t": {"a": "x", "3": "y", "n": [1, 2, [True]], "e": None}}, found
        )

    def test_keys(self) -> None:
        """Number, presence, removal, and a sorted list of them."""
        found = self.changed(
            "d:set('n', d:len()) d:set('has', d:keyExists('b')) d:del('b')"
            " d:set('now', d:keyExists('b')) d:set('keys', d:keys())",
            {"b": 1, "a": 2, "é": 3},
        )
        self.assertEqual((3, True, False), (found["n"], found["has"], found["now"]))
        self.assertEqual(["a", "has", "n", "now", "é"], found["keys"])

    def test_wrong_use(self) -> None:
        """Too few arguments, a wrong receiver, a wrong key."""
        for script, message in (
            ("luaTable.new():get()", "need arguments"),
            ("luaTable.new():set('a')", "need arguments"),
            ("luaTable.new().get(luaList.new(), 'a')", "response expected"),
            (
                "luaTable.new().get({}, 'a')",
                "bad argument #1 to get (userdata expected, got table)",
            ),
            (
                "luaTable.new():get({})",
                "bad argument #2 to get (string expected, got table)",
            ),
        ):
            self.assertEqual(f"{message} (pre-script:L1)", str(self.error(script)))


class ListTests(LuaTestCase):
    """A luaList in a script."""

    def test_get(self) -> None:
        """From 0 on; what is outside is nil."""
        script = (
            "local l = d:get('l') local a, b = l:get(2), l:get(-1)"
            " d:set('t', l:get(0) .. l:get(1) .. tostring(a) .. tostring(b))"
        )
        self.assertEqual("abnilnil", self.changed(script, {"l": ["a", "b"]})["t"])

    def test_set(self) -> None:
        """Elements are replaced; a new list grows as far as is needed."""
        script = "local l = d:get('l') l:set(0, 'x') local n = luaList.new() n:set(2, true) d:set('n', n) d:set('len', n:len())"  # noqa: E501
        found = self.changed(script, {"l": ["a", "b"]})
        self.assertEqual((["x", "b"], 3), (found["l"], found["len"]))
        self.assertEqual([None, None, True], found["n"])

    def test_delete(self) -> None:
        """The list that the data hold keeps its length, with null at its end."""
        script = "local l = d:get('l') l:del(0) d:set('len', l:len()) d:set('first', l:get(0))"  # noqa: E501
        found = self.changed(script, {"l": ["a", "b", "c"]})
        self.assertEqual((2, "b"), (found["len"], found["first"]))
        self.assertEqual(["b", "c", None], found["l"])

    def test_delete_outside(self) -> None:
        """Nothing happens."""
        script = "d:get('l'):del(5) d:get('l'):del(-1)"
        self.assertEqual(["a"], self.changed(script, {"l": ["a"]})["l"])
