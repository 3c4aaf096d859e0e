-- A session is one request's use of the state: its globals, and how far the
-- scripts have come.

local core, base, tables, text, system, objects, settings = ...

local type, next, rawget, rawset, setmetatable = type, next, rawget, rawset, setmetatable
local raw_metatable, set_metatable = debug.getmetatable, setmetatable
local create, resume = coroutine.create, coroutine.resume
local concat, loadstring = table.concat, loadstring
local match = string.match
local begin_turn, end_turn = core.begin_turn, core.end_turn
local WAIT, abortion = core.WAIT, core.abortion
local raw_error, select = error, select
local string_metatable = core.string_metatable

-- A function that makes copies of a table: a constructor is quicker than a loop.
local function copier(original)
  local fields = {}
  for name in next, original do fields[#fields + 1] = name .. "=from." .. name end
  return loadstring("local from = ... return function() return {" .. concat(fields, ",") .. "} end", "=[G]")(original)
end

-- Globals ------------------------------------------------------------------------------
--
-- A script's globals are a table that is new and empty for each session. What
-- it does not hold is looked up in the base functions, which nobody changes;
-- what can be changed (libraries, kinds of objects) is made for the session
-- when it is first asked for. Who looks at the table itself (pairs, rawget,
-- setmetatable) finds everything in it.

if settings.tracks_order then
  for name, value in next, core.ordered do base[name] = value end
end
base.custom_error = objects.custom_error

local ENV = {__index = base}

local makers = {}

function makers._G(session) return session.env end
function makers.package(session) return core.package_of(session) end

local libraries = {table = tables}
if settings.open_libs then
  libraries.string = text
  for name, library in next, system do libraries[name] = library end
end
for name, library in next, libraries do
  local copy = copier(library)
  makers[name] = function(session)
    local made = session.libraries[name]
    if made == nil then
      made = copy()
      session.libraries[name] = made
      if name == "string" then made.__index = made end
    end
    return made
  end
end

function core.add_libraries(session, loaded)
  for name in next, libraries do loaded[name] = makers[name](session) end
end

-- The library whose functions are the methods of strings.
function core.string_of(session)
  return makers.string and makers.string(session)
end

if settings.open_libs then
  string_metatable.__index = function(_, key) return makers.string(core.session)[key] end
end

-- The kinds of objects: what is made before the backends answer, and after.
local early = {luaNil = true, luaTable = true, luaList = true, http_response = true, [settings.subject] = true}
local late = {response = settings.subject == "request" or nil}
local AFTER = 3

for kind in next, objects.kinds do
  makers[kind] = function(session) return core.kind_table(session, kind) end
end

-- What is there at a stage and was not found in the table; once it was given, it
-- is the script that has removed it.
local function find_global(_, name)
  local session = core.session
  local make = makers[name]
  if make == nil or session.given[name] then return nil end
  if objects.kinds[name] and not early[name] and not (late[name] and session.stage == AFTER) then
    return nil
  end
  session.given[name] = true
  local made = make(session)
  rawset(session.env, name, made)
  return made
end

setmetatable(base, {__index = find_global})

-- Put everything into the table of globals, for somebody who looks at it.
function core.fill(env)
  if raw_metatable(env) ~= ENV then return end
  set_metatable(env, nil)
  for name in next, makers do
    if rawget(env, name) == nil then find_global(base, name) end
  end
  for name, value in next, base do
    if rawget(env, name) == nil then env[name] = value end
  end
end

-- Removing what is not in the table either must be seen all the same.
function ENV.__newindex(env, name, value)
  if value == nil then core.fill(env) end
  rawset(env, name, value)
end

-- Each text of a script finds the kinds of objects under their own names again.
local function restore_kinds(session, kinds)
  for kind in next, kinds do
    if session.given[kind] then rawset(session.env, kind, makers[kind](session)) end
  end
end

local function new_session()
  return {env = set_metatable({}, ENV), types = {}, libraries = {}, given = {}, ticks = 0, seconds = 0, kilobytes = 0, stage = 0, kept = 0, depth = 0}
end

-- Running -----------------------------------------------------------------------------

local SOURCES, BEFORE = 1, 2

-- The texts: functions that make a session's own function of them, or tables
-- with what is wrong with them.
local chunks = {}

local function run_stages(session, first, last)
  for stage = first, last do
    local chunk = chunks[stage]
    if chunk then
      session.stage = stage
      if stage ~= first or stage == AFTER then
        restore_kinds(session, early)
        if stage == AFTER then restore_kinds(session, late) end
      end
      if type(chunk) == "table" then raw_error(chunk, 0) end
      core.instantiate(chunk)()
    end
  end
end

-- What is no error message any more, but a flood.
local LONGEST_MESSAGE = 1000000

-- What is told of an error: its message, and the calls under way if it names no
-- place itself.
local function report(session, thread, problem)
  if type(problem) == "string" and #problem > LONGEST_MESSAGE then
    problem = core.place_in(thread) .. " memory limit exceeded"
  end
  if problem == abortion then return session.stage, abortion.message, "" end
  if problem == core.NO_MEMORY then
    return session.stage, core.place_in(thread) .. " memory limit exceeded", ""
  end
  if type(problem) == "table" and chunks[session.stage] == problem then
    return session.stage, problem.flaw
  end
  if type(problem) ~= "string" then
    problem = core.raw_text(problem)
  else
    problem = core.worded(problem)
    if problem == "stack overflow" then problem = core.place_in(thread) .. " " .. problem end
  end
  local names_place = match(problem, "^[^:]*:%d+:")
  return session.stage, problem, names_place and "" or core.traceback(thread)
end

local WAITS, FAILED = 1, 2

local function leave(session, thread, ok, ...)
  end_turn(session)
  core.session = nil
  if not ok then return nil, FAILED, report(session, thread, (...)) end
  if (...) == WAIT then
    session.thread = thread
    return session, WAITS, select(2, ...)
  end
  if session.is_kept then return session end
end

local function enter(session, thread, goes_on, ...)
  core.session = session
  begin_turn(session, goes_on)
  return leave(session, thread, resume(thread, ...))
end

local sessions = {}

-- Run what comes first; kept, a session can run what comes later.
function sessions.start(is_kept)
  local session = new_session()
  session.is_kept = is_kept
  return enter(session, create(run_stages), false, session, SOURCES, BEFORE)
end

function sessions.finish(session)
  session.is_kept = false
  return enter(session, create(run_stages), false, session, AFTER, AFTER)
end

-- Go on with what has come.
function sessions.resume(session, ...)
  return enter(session, session.thread, true, ...)
end

-- Take in a text that is translated, or what is wrong with it.
function sessions.set_chunk(stage, code, flaw)
  if code == nil then
    chunks[stage] = flaw and {flaw = flaw} or nil
    return
  end
  local factory, problem = loadstring(code, "=<string>")
  chunks[stage] = factory or {flaw = core.host.compile_error(problem, "<string>")}
end

return sessions
