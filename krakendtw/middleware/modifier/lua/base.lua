-- The functions that every script has, and loading of more text.

local core = ...

local host = core.host
local type, select, tostring, tonumber = type, select, tostring, tonumber
local raw_error, raw_pcall, raw_xpcall = error, pcall, xpcall
local get_metatable, set_metatable, getfenv, setfenv = getmetatable, setmetatable, getfenv, setfenv
local rawget, rawset, rawequal, next, unpack = rawget, rawset, rawequal, next, unpack
local ipairs, get_info, new_proxy, loadstring = ipairs, debug.getinfo, newproxy, loadstring
local sub, match, concat = string.sub, string.match, table.concat
local fail, caught, type_error, argument_error = core.fail, core.caught, core.type_error, core.argument_error
local check_string, check_table, check_function = core.check_string, core.check_table, core.check_function
local number_text, is_script = core.number_text, core.is_script

local base = {_VERSION = "Lua 5.1", _GOPHER_LUA_VERSION = "GopherLua 0.1"}

core.base = base

base.select, base.type = select, type

function base.rawequal(...)
  if select("#", ...) < 2 then argument_error(select("#", ...) + 1, "value expected") end
  return (rawequal(...))
end

function base.rawset(...)
  local list, key, value = ...
  check_table(list, 1)
  if select("#", ...) < 3 then argument_error(select("#", ...) + 1, "value expected") end
  if key == nil then fail("table index is nil") end
  if key ~= key then fail("table index is NaN") end
  rawset(list, key, value)
end

function base.unpack(list, first, last)
  check_table(list, 1)
  first = core.check_integer(first, 2, 1)
  return unpack(list, first, core.check_integer(last, 3, last == nil and core.border(list)))
end

-- Text of values ------------------------------------------------------------

local function to_text(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return number_text(value) end
  local metatable = kind == "table" and get_metatable(value)
  local convert = type(metatable) == "table" and rawget(metatable, "__tostring")
  if type(convert) == "function" then return convert(value) end
  if convert then return core.raw_text(value) end
  return (tostring(value))
end

core.to_text = to_text

function base.tostring(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  return (to_text((...)))
end

function base.print(...)
  local texts, size = {...}, 0
  for index = 1, select("#", ...) do
    texts[index] = tostring(to_text(texts[index]))
    size = size + #texts[index]
  end
  core.heavy(size)
  for piece in core.portions(concat(texts, "\t") .. "\n") do host.print(piece) end
end

function base.tonumber(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  local value, radix = ...
  if radix ~= nil and type(radix) ~= "number" then type_error(2, "number", radix) end
  if type(value) == "number" then return value end
  if type(value) ~= "string" then return nil end
  if radix == nil and match(value, "^%d+$") and #value < 16 then return tonumber(value) end
  if #value > core.LONGEST_NUMBER then return nil end
  return host.to_number(value, radix or 10, radix == nil)
end

-- Errors --------------------------------------------------------------------

-- The place that an error of the given level names; as in gopher-lua the levels
-- 1 and 2 name the same.
local function place_of(level)
  local seen, wanted = 0, level > 1 and level - 1 or 1
  for depth = 3, 250 do
    local info = get_info(depth, "Sl")
    if info == nil then return "" end
    if is_script(info) then
      seen = seen + 1
      if seen >= wanted then return sub(info.source, 2) .. ":" .. info.currentline .. ":" end
    end
  end
  return ""
end

function base.error(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  local message, level = ...
  if level == nil then level = 1 end
  if type(level) ~= "number" then type_error(2, "number", level) end
  if type(message) == "string" and level > 0 then
    message = place_of(level) .. " " .. message
  end
  if type(message) == "string" then core.raise(message) end
  raw_error(message, 0)
end

function base.assert(...)
  local condition, message = ...
  if condition then return ... end
  if message == nil then message = "assertion failed!" end
  if type(message) ~= "string" then type_error(2, "string", message) end
  fail(message)
end

local function settled(ok, ...)
  if ok then return true, ... end
  return false, caught((...))
end

local function is_callable(value)
  if type(value) == "function" then return true end
  local metatable = type(value) == "table" and get_metatable(value)
  return type(metatable) == "table" and rawget(metatable, "__call") ~= nil
end

function base.pcall(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  if not is_callable((...)) then
    return false, "attempt to call a " .. type((...)) .. " value"
  end
  return settled(raw_pcall(...))
end

function base.xpcall(run, handle)
  check_function(run, 1)
  check_function(handle, 2)
  local function after(ok, ...)
    if ok then return true, ... end
    local _, result = settled(raw_pcall(handle, caught((...))))
    return false, result
  end
  return after(raw_pcall(run))
end

-- Tables and metatables -------------------------------------------------------

-- A table that is about to be looked at; the table of globals is filled first.
local function seen(list, index)
  if type(list) ~= "table" then type_error(index, "table", list) end
  if list == core.session.env then
    core.fill(list)
  elseif get_metatable(list) ~= nil and core.is_lazy(list) then
    local _ = list.__index
  end
  return list
end

core.seen = seen

function base.ipairs(...)
  if type((...)) ~= "table" then type_error(1, "table", (...)) end
  return ipairs((...))
end

function base.pairs(...)
  return next, seen((...), 1), nil
end

function base.next(...)
  return next(seen((...), 1), (select(2, ...)))
end

function base.rawget(...)
  if type((...)) == "table" and select("#", ...) < 2 then argument_error(2, "value expected") end
  return rawget(seen((...), 1), (select(2, ...)))
end

function base.getmetatable(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  local value = ...
  local kind = type(value)
  if kind == "table" then return get_metatable(seen(value, 1)) end
  if kind == "string" then return core.string_of(core.session) end
  if kind == "userdata" then return core.metatable_of(value) end
  return nil
end

function base.setmetatable(value, metatable)
  if metatable ~= nil and type(metatable) ~= "table" then
    type_error(2, "nil or table", metatable)
  end
  if value == nil then fail("cannot set metatable to a nil object.") end
  if type(value) ~= "table" then return value end
  local old = get_metatable(seen(value, 1))
  if old ~= nil and (type(old) ~= "table" or rawget(old, "__metatable") ~= nil) then
    fail("cannot change a protected metatable")
  end
  return set_metatable(value, metatable)
end

function base.newproxy()
  return new_proxy()
end

function base.collectgarbage() end
function base._printregs() end

-- Environments ----------------------------------------------------------------

-- The script function that is so many calls up, the one that asks being 1.
local function function_at(level)
  for depth = 3, 250 do
    local info = get_info(depth, "Sf")
    if info == nil then return nil end
    if is_script(info) then
      level = level - 1
      if level == 0 then return info.func end
    end
  end
end

local function script_function(value)
  if type(value) == "number" then
    return value > 0 and function_at(value) or nil
  end
  if type(value) == "function" and is_script(get_info(value, "S")) then return value end
end

core.script_function = script_function

function base.getfenv(value)
  local found = script_function(value == nil and 1 or value)
  return found and getfenv(found) or core.session.env
end

function base.setfenv(value, env)
  check_table(env, 2)
  local found = script_function(value == nil and 1 or value)
  if not found then fail("cannot change the environment of given object") end
  setfenv(found, env)
  return found
end

-- Loading -----------------------------------------------------------------------

local chunks, chunk_count = {}, 0
local MOST_CHUNKS = 256

-- The function of a text, in the environment of the request; or what is wrong
-- with it.
function core.compile(source, name, is_file)
  local key = name .. "\0" .. source
  local factory = chunks[key]
  if factory == nil then
    local code, flaw = host.translate(source, name, is_file or false)
    if flaw then return nil, flaw end
    factory, flaw = loadstring(code, "=" .. name)
    if factory == nil then return nil, host.compile_error(flaw, name) end
    if chunk_count >= MOST_CHUNKS then chunks, chunk_count = {}, 0 end
    chunks[key], chunk_count = factory, chunk_count + 1
    core.check_time(0)
  end
  return factory
end

local pausing = core.pausing

function core.instantiate(factory)
  setfenv(factory, core.session.env)
  return factory(
    core.concatenate, core.length, core.keep, core.set_key, core.set_order, pausing, core.bound, core.step,
    core.unm, core.add, core.sub, core.mul, core.div, core.mod, core.pow
  )
end

local function load_text(source, name, is_file)
  local factory, flaw = core.compile(source, name, is_file)
  if factory == nil then return nil, flaw end
  return core.instantiate(factory)
end

-- As the last call of a function it keeps the frame below it: what is called in
-- the return of a script's function is no tail call.
function core.keep(...)
  return ...
end

function base.loadstring(source, name)
  source = check_string(source, 1)
  if name ~= nil and type(name) ~= "string" then type_error(2, "string", name) end
  return load_text(source, name or "<string>")
end

function base.load(read, name)
  check_function(read, 1)
  local pieces = {}
  while true do
    local piece = read()
    if type(piece) == "number" then piece = number_text(piece) end
    if piece == nil or piece == "" then break end
    if type(piece) ~= "string" then return nil, "reader function must return a string" end
    pieces[#pieces + 1] = piece
  end
  return load_text(concat(pieces), name or "?")
end

function base.loadfile(path)
  path = check_string(path, 1)
  local source = host.read_file(path)
  if not source then return nil, "can not open file: " .. path end
  return load_text(source, path, true)
end

function base.dofile(path)
  path = check_string(path, 1)
  local source, flaw = host.read_file(path)
  if not source then core.raise(flaw) end
  local run, wrong = load_text(source, path, true)
  if not run then core.raise(wrong) end
  return core.keep(run())
end

-- Modules -------------------------------------------------------------------------

local LOADING = {}

local LUA_PATH = host.lua_path()

-- The package library of a session, made when it is first asked for.
function core.package_of(session)
  local package = session.package
  if package == nil then
    package = {
      preload = {},
      loaders = {core.load_preloaded, core.load_from_path},
      loaded = {_G = session.env},
      path = LUA_PATH,
      cpath = "",
      config = "/\n;\n?\n!\n-\n",
      loadlib = core.refuse_library,
      seeall = core.see_all,
    }
    session.package, session.loaded, session.loaders = package, package.loaded, package.loaders
    core.add_libraries(session, package.loaded)
  end
  return package
end

function core.refuse_library()
  fail("loadlib is not supported")
end

function core.see_all(module)
  check_table(module, 1)
  local metatable = get_metatable(module)
  if metatable == nil then
    metatable = {}
    set_metatable(module, metatable)
  end
  metatable.__index = core.session.env
end

function core.load_preloaded(name)
  name = check_string(name, 1)
  local preload = core.package_of(core.session).preload
  if type(preload) ~= "table" then fail("package.preload must be a table") end
  local found = preload[name]
  if found == nil then return "no field package.preload['" .. name .. "']" end
  return found
end

function core.load_from_path(name)
  name = check_string(name, 1)
  local path = core.package_of(core.session).path
  if type(path) ~= "string" then fail("package.path must be a string") end
  core.heavy(#path + #name, 1e-6)
  local file, problems = host.find_module(name, path)
  if not file then return problems end
  local source, flaw = host.read_file(file)
  if not source then fail(flaw) end
  local run, wrong = load_text(source, file, true)
  if not run then fail(wrong) end
  return run
end

function base.require(name)
  name = check_string(name, 1)
  local session = core.session
  core.package_of(session)
  local loaded = session.loaded
  local found = loaded[name]
  if found then
    if found == LOADING then fail("loop or previous error loading module: " .. name) end
    return found
  end
  local run, problems = nil, {}
  for index = 1, 1000 do
    local loader = session.loaders[index]
    if loader == nil then
      fail("module " .. name .. " not found:\n\t" .. concat(problems, "\n\t") .. ", ")
    end
    local result = loader(name)
    if type(result) == "function" then
      run = result
      break
    end
    if type(result) == "string" then problems[#problems + 1] = result end
  end
  loaded[name] = LOADING
  local result = run(name)
  if loaded[name] == LOADING then loaded[name] = result == nil and true or result end
  return loaded[name]
end

-- A table in a table, by a name with dots; made where it is not there.
local function nested(root, name)
  for word in core.split(name, ".") do
    local inner = rawget(root, word)
    if inner == nil then
      inner = {}
      rawset(root, word, inner)
    elseif type(inner) ~= "table" then
      return nil
    end
    root = inner
  end
  return root
end

function base.module(name, ...)
  name = check_string(name, 1)
  local session = core.session
  core.package_of(session)
  local module = session.loaded[name]
  if type(module) ~= "table" then
    module = nested(session.env, name)
    if module == nil then fail("name conflict for module: " .. name) end
    session.loaded[name] = module
  end
  if module._NAME == nil then
    module._M, module._NAME = module, name
    module._PACKAGE = match(name, "^(.*%.)[^.]*$") or ""
  end
  local caller = function_at(1)
  if caller == nil then fail("module() can not be called from GFunctions.") end
  setfenv(caller, module)
  for index = 1, select("#", ...) do (select(index, ...))(module) end
  return module
end

return base
