"""Tests of the closed state: what scripts can reach, and what they cannot."""

from __future__ import annotations

from pathlib import Path

import lupa.luajit21
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier import lua
from krakendtw.middleware.modifier.lua._limits import Limits
from krakendtw.middleware.modifier.lua._pipe import leave_to_client, script_part
from krakendtw.middleware.modifier.lua._state import open_state
from krakendtw.middleware.modifier.lua._work import Desk
from krakendtw.testing import request, run_pipe
from tests.middleware.modifier.lua.scripts import LuaTestCase, settings

WALK = """
local function walk(value, seen, path)
  if seen[value] then return end
  seen[value] = path
  if type(value) == 'table' then
    for k, v in pairs(value) do
      walk(k, seen, path) walk(v, seen, path .. '.' .. tostring(k))
    end
  elseif type(value) == 'function' then
    walk(getfenv(value), seen, path .. '()')
    for i = 1, 50 do
      local name, inner = debug.getupvalue(value, i)
      if name == nil then break end
      if inner ~= nil then walk(inner, seen, path .. '^' .. name) end
    end
  end
  local meta = getmetatable(value)
  if meta ~= nil then walk(meta, seen, path .. '~') end
end
"""
"""Goes wherever a script can go."""

GLOBALS = """
function(source)
  local util = require("jit.util")
  local probe = loadstring("x = y")
  local get, set = util.funcbc(probe, 1) % 256, util.funcbc(probe, 2) % 256
  local found = {}
  local function walk(f, depth)
    local info = util.funcinfo(f)
    for pc = 1, info.bytecodes - 1 do
      local word = util.funcbc(f, pc)
      local op = word % 256
      if depth > 0 and (op == get or op == set) then
        found[#found + 1] = util.funck(f, -math.floor(word / 65536) - 1)
      end
    end
    for i = -1, -info.gcconsts, -1 do
      local constant = util.funck(f, i)
      if type(constant) == "proto" then walk(constant, depth + 1) end
    end
  end
  walk(loadstring(source, "=x"), 0)
  return table.concat(found, " ")
end
"""
"""The globals that the functions of a text look for when they run."""


class SandboxTests(LuaTestCase):
    """Ways out that are closed."""

    def test_bytecode(self) -> None:
        """No function becomes bytecode, and no bytecode a function."""
        for script in (
            "(pcall(string.dump, function() end))",
            "loadstring('\\27LJ\\2\\2') ~= nil",
            "loadstring('\\27Lua') ~= nil",
        ):
            self.assertEqual("false", self.open_value(script), script)
        script = (
            "local text = '\\27Lua' local function read() local t = text text = nil"
            " return t end show((load(read)))"
        )
        self.assertEqual("nil", self.value(script))

    def test_native_code(self) -> None:
        """Nothing native is loaded, even with open libraries."""
        for script in (
            "package.loadlib('libc.so.6', 'system')",
            "package.cpath = '/lib/?.so' require('libc')",
            "require('ffi')",
            "require('jit')",
            "require('python')",
        ):
            self.error(script, allow_open_libs=True)

    def test_no_ways_to_python(self) -> None:
        """The globals of lupa and LuaJIT are gone."""
        for name in ("python", "jit", "ffi", "bit", "gcinfo"):
            self.assertEqual("nil", self.open_value(name), name)
            self.assertEqual("nil", self.open_value(f"package.loaded.{name}"), name)

    def test_environments(self) -> None:
        """The environment of anything is the script's own globals."""
        for expression in (
            "getfenv(0) == _G",
            "getfenv(1) == _G",
            "getfenv(print) == _G",
            "getfenv(pcall) == _G",
            "getfenv(request.load) == _G",
            "debug.getfenv(print) == _G",
        ):
            self.assertEqual("true", self.open_value(expression), expression)
        self.error("setfenv(print, {})")
        self.error("setfenv(0, {})")

    def test_metatables(self) -> None:
        """Of our objects a script sees the tables of their kinds; none collects."""
        for expression in (
            "getmetatable(request.load()) == request",
            "getmetatable('') == string",
            "getmetatable(nil) == nil and getmetatable(1) == nil",
            "getmetatable(print) == nil",
        ):
            self.assertEqual("true", self.open_value(expression), expression)
        script = (
            "ran = false setmetatable({}, {__gc = function() ran = true end})"
            " collectgarbage() show(ran)"
        )
        self.assertEqual("false", self.value(script))
        self.error("debug.setmetatable(request.load(), {})", allow_open_libs=True)

    def test_registry(self) -> None:
        """The registry, hooks and the like are not offered."""
        for name in ("getregistry", "sethook", "gethook", "upvalueid"):
            self.assertEqual("nil", self.open_value(f"debug.{name}"), name)

    def test_our_functions_are_closed(self) -> None:
        """Nothing behind a function of ours is shown."""
        for run in ("request.load", "print", "pcall", "string.find"):
            self.assertEqual("nil", self.open_value(f"(debug.getupvalue({run}, 1))"))
        self.assertEqual("false", self.open_value("(pcall(debug.getlocal, 30, 1))"))

    def test_only_own_variables(self) -> None:
        """A script sees its own local variables, and no others."""
        script = (
            "local a, s = 1, '' for i = 1, 50 do local n = debug.getlocal(1, i)"
            " if n then s = s .. n .. ' ' end end"
            " request.load():params('Out', s)"
        )
        asked = request()
        self.done(asked, pre=script, allow_open_libs=True)
        found = str(asked.params["Out"]).split()
        self.assertEqual(["a", "s"], found[:2])
        self.assertTrue(all(name.isascii() for name in found), found)

    def test_hidden_names(self) -> None:
        """What the translation calls is not shown among a function's variables."""
        script = (
            "local function f(a) return a .. 'x' + 1 end local s = ''"
            " for i = 1, 20 do local n = debug.getupvalue(f, i)"
            " if n then s = s .. n .. ' ' end end show('[' .. s .. ']')"
        )
        self.assertEqual("[]", self.open_value(script))

    def test_loops_are_closed(self) -> None:
        """The state of a loop is not a script's to change."""
        script = (
            "local n = 0 for i = 1, 3 do n = n + 1"
            " for l = 1, 20 do local name = debug.getlocal(1, l)"
            "   if name and name:sub(1, 1) == '(' then n = n + 100 end"
            "   if not name then debug.setlocal(1, l, {}) end end end show(n)"
        )
        self.assertEqual("3", self.open_value(script))

    def test_debug_metatables(self) -> None:
        """``debug`` shows tables' metatables, and of the rest what anyone sees."""
        for expression in (
            "debug.getmetatable(setmetatable({}, {__metatable = 1})) ~= 1",
            "debug.getmetatable('') == getmetatable('')",
            "debug.getmetatable(print) == nil and debug.getmetatable(1) == nil",
            "debug.getmetatable(io.stdout) == nil and io.stdout.__index == nil",
            "debug.getmetatable(request.load()) == request",
            "debug.getmetatable(_G) == nil",
            "debug.setmetatable({}, {__index = {a = 1}}).a == 1",
        ):
            self.assertEqual("true", self.open_value(expression), expression)
        for value in ("''", "1", "nil", "print", "io.stdout", "request.load()"):
            self.error(f"debug.setmetatable({value}, {{}})", allow_open_libs=True)

    def test_wrong_receivers(self) -> None:
        """A method does its work on its own kind of object only."""
        for call in (
            "request.load().method(io.stdout)",
            "request.load().headers(luaTable.new(), 'x')",
            "luaTable.new().get(request.load(), 'x')",
            "luaTable.new().get(luaList.new(), 'x')",
            "luaTable.new().get(newproxy(), 'x')",
            "luaTable.new().get(setmetatable({}, getmetatable(luaTable.new())), 'x')",
            "http_response.__index.body(luaTable.new())",
            "luaTable.new():set('a', request.load()):x()",
        ):
            self.error(call, allow_open_libs=True)
        script = (
            "local t = luaTable.new() t:set('a', request.load()) t:set('b', io.stdout)"
            " t:set('c', newproxy()) t:set('d', print) show(t:len())"
        )
        self.assertEqual("0", self.open_value(script))

    def test_coroutines_are_scripts(self) -> None:
        """A coroutine has the script's globals, and no door to what runs it."""
        script = (
            "local co = coroutine.wrap(function() coroutine.yield(getfenv(1) == _G,"
            " coroutine.running() ~= nil) end) local a, b = co()"
            " show(a, b, coroutine.running(), (pcall(coroutine.yield, 1)))"
        )
        self.assertEqual("true true nil false", self.open_value(script))

    def test_no_second_line(self) -> None:
        """Text of a request ends no line of a call that a script makes."""
        for call in (
            "http_response.new('http://a/x\r\nX-Evil: 1')",
            "http_response.new('http://a\r\nX-Evil: 1/')",
            "http_response.new('http://a/', 'GET / HTTP/1.1\r\nX: 1', '')",
        ):
            self.assertNotIn("limit", str(self.error(call)))

    def test_nothing_but_lua(self) -> None:
        """Wherever a script goes, it finds no object of Python's."""
        script = (
            f"{WALK} local seen = {{}} walk(_G, seen, '_G')"
            " local r = request.load() walk(r, seen, 'r') walk(r:headers(), seen, 'h')"
            " walk(luaTable.new(), seen, 't') walk(luaList.new(), seen, 'l')"
            " local count, odd = 0, ''"
            " for value, path in pairs(seen) do count = count + 1"
            "   if tostring(value):find('ython') then odd = odd .. path .. ' ' end end"
            " show(count > 100, '[' .. odd .. ']')"
        )
        self.assertEqual("true []", self.open_value(script))

    def test_attributes(self) -> None:
        """No attribute of an object is a Python one."""
        for name in ("__class__", "__globals__", "__self__", "work", "_desk"):
            script = f"local x = request.load()['{name}'] x()"
            self.error(script, allow_open_libs=True)

    def test_python_errors(self) -> None:
        """An exception of Python's comes as text, if a script sees it at all."""
        asked = request()
        asked.params = {"A": 1}  # type: ignore[dict-item]
        script = (
            "local r = request.load() local ok, e = pcall(r.params, r, 'A')"
            " r:params('Out', tostring(ok) .. type(e))"
        )
        self.done(asked, pre=script)
        self.assertEqual("falsestring", asked.params["Out"])


class SeparationTests(LuaTestCase):
    """Requests do not see each other."""

    def many(self, *scripts: str) -> list[str]:
        """What scripts in one state leave, one after another."""
        script = " ".join(
            f"if n == '{index}' then {text} end" for index, text in enumerate(scripts)
        )
        head = (
            "local r = request.load() local n = r:params('N')"
            " local function show(v) r:params('Out', tostring(v)) end "
        )
        made = settings(pre=head + script, allow_open_libs=True)
        part = script_part(made, self.scope, self.scope.log, "lua", leave_to_client)
        found = []
        for index in range(len(scripts)):
            asked = request(params={"N": str(index)})
            self.successResultOf(run_pipe([part], asked=asked))
            found.append(str(asked.params.get("Out")))
        return found

    def test_globals(self) -> None:
        """Globals end with the request."""
        self.assertEqual(["1", "nil"], self.many("x = 1 show(x)", "show(x)"))

    def test_libraries(self) -> None:
        """What is done to libraries, methods and base functions ends with it too."""
        for change, look in (
            ("string.upper = nil table.insert = nil", "('x'):upper()"),
            ("print = nil pairs = nil", "pairs ~= nil"),
            ("request.load = nil luaTable = nil", "luaTable.new() ~= nil"),
            ("getmetatable(r).__index.method = function() end", "r:method()"),
            ("getmetatable('').__index = nil", "('x'):upper()"),
            ("package.loaded.string = nil", "package.loaded.string ~= nil"),
            ("math.floor = nil", "math.floor(1.5)"),
            ("debug.setmetatable(string, {})", "getmetatable(string) == nil"),
            ("debug.setmetatable(_G, {__index = print})", "getmetatable(_G) == nil"),
            ("setfenv(1, {}) x = 1", "getfenv(1) == _G"),
            ("package.preload.p = print", "package.preload.p == nil"),
            ("package.path = ''", "package.path ~= ''"),
            ("table.insert(package.loaders, print)", "#package.loaders"),
            ("request.__index.x = 1", "request.__index.x == nil"),
            ("request.__index.x = r", "getmetatable(r).__index.x == nil"),
            ("loadstring('y = 1')()", "y == nil"),
            ("setfenv(loadstring('z = 1'), {})()", "loadstring('return z')() == nil"),
            ("kept = coroutine.wrap(function() return r end) kept()", "kept == nil"),
            ("pcall(function() io.stdout.write = nil end)", "io.stdout.write ~= nil"),
        ):
            before, _, after = self.many(
                f"show({look})", f"{change} show(1)", f"show({look})"
            )
            self.assertEqual(before, after, change)


class ModuleTests(SynchronousTestCase):
    """Our own Lua."""

    def test_no_globals(self) -> None:
        """It takes what it needs when it is loaded: later nothing is there."""
        runtime = lupa.luajit21.LuaRuntime(encoding="latin-1")
        globals_of = runtime.eval(GLOBALS)
        texts = sorted(Path(str(lua.__file__)).parent.glob("*.lua"))
        self.assertEqual(8, len(texts))
        for path in texts:
            self.assertEqual("", globals_of(path.read_text()), path.name)

    def test_doors(self) -> None:
        """A state is used through its doors."""
        doors = open_state(
            Desk(), Limits(), subject="request", open_libs=False, tracks_order=False
        )
        doors.set_chunk(2, None, None)
        self.assertIsNone(doors.start(False))
        self.assertGreater(doors.collect("count"), 0)
