-- A session is one request's use of the state: its globals, and how far the
-- scripts have come.

local core, base, tables, text, system, objects, settings = ...

local type, next = type, next
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local concat, loadstring = table.concat, loadstring
local match = string.match
local begin_stretch, end_stretch = core.begin_stretch, core.end_stretch
local WAIT, abortion, number_text = core.WAIT, core.abortion, core.number_text
local raw_error, tostring, select = error, tostring, select
local string_metatable = core.string_metatable

-- A function that makes copies of a table: a constructor is quicker than a loop.
local function copier(original)
  local fields = {}
  for name in next, original do fields[#fields + 1] = name .. "=from." .. name end
  return loadstring("local from = ... return function() return {" .. concat(fields, ",") .. "} end", "=[G]")(original)
end

if settings.tracks_order then
  for name, value in next, core.ordered do base[name] = value end
end
base.custom_error = objects.custom_error

local libraries = {table = tables}
if settings.open_libs then
  text.__index = nil
  libraries.string = text
  for name, library in next, system do libraries[name] = library end
end

local copy_base, copy_library = copier(base), {}
for name, library in next, libraries do copy_library[name] = copier(library) end

-- The kinds of objects at each place: what comes before the backends' answer,
-- and what with it.
local EVERYWHERE = {"luaNil", "luaTable", "luaList", "http_response"}
local early, late = {}, {}
for index = 1, #EVERYWHERE do early[index] = EVERYWHERE[index] end
early[#early + 1] = settings.subject
if settings.subject == "request" then late[1] = "response" end

local makers = {}
for kind, parts in next, objects.kinds do
  local copy_methods = copier(parts[3])
  local name, make = parts[1], parts[2]
  makers[kind] = function() return {[name] = make, __index = copy_methods()} end
end

local function add_kinds(session, kinds)
  local env, types = session.env, session.types
  for index = 1, #kinds do
    local kind = kinds[index]
    local made = types[kind]
    if made == nil then
      made = makers[kind]()
      types[kind] = made
    end
    env[kind] = made
  end
end

local function new_session()
  local env = copy_base()
  env._G = env
  local package = core.new_package(env)
  env.package = package
  for name, copy in next, copy_library do
    local library = copy()
    env[name] = library
    package.loaded[name] = library
  end
  local session = {
    env = env, types = {}, metatables = {}, spent = 0, stage = 0,
    package = package, loaded = package.loaded, loaders = package.loaders,
  }
  if settings.open_libs then
    local library = env.string
    library.__index = library
    session.string = library
  end
  return session
end

-- Running -----------------------------------------------------------------------------

local SOURCES, BEFORE, AFTER = 1, 2, 3

-- The texts: functions that make a session's own function of them, or tables
-- with what is wrong with them.
local chunks = {}

local function run_stages(session, first, last)
  for stage = first, last do
    local chunk = chunks[stage]
    if chunk then
      session.stage = stage
      add_kinds(session, early)
      if stage == AFTER then add_kinds(session, late) end
      if type(chunk) == "table" then raw_error(chunk, 0) end
      core.instantiate(chunk)()
    end
  end
end

-- What is told of an error: its message, and the calls under way if it names no
-- place itself.
local function report(session, thread, problem)
  if problem == abortion then return session.stage, abortion.message, "" end
  if problem == core.NO_MEMORY then
    return session.stage, core.place_in(thread) .. " memory limit exceeded", ""
  end
  if type(problem) == "table" and chunks[session.stage] == problem then
    return session.stage, problem.flaw
  end
  if type(problem) ~= "string" then
    problem = type(problem) == "number" and number_text(problem) or tostring(problem)
  else
    problem = core.worded(problem)
  end
  local names_place = match(problem, "^[^:]*:%d+:")
  return session.stage, problem, names_place and "" or core.traceback(thread)
end

local WAITS, FAILED = 1, 2

local function leave(session, thread, ok, ...)
  session.spent = end_stretch()
  core.session = nil
  if not ok then return nil, FAILED, report(session, thread, (...)) end
  if status(thread) ~= "dead" then
    session.thread = thread
    return session, WAITS, select(2, ...)
  end
  if session.is_kept then return session end
end

local function enter(session, thread, ...)
  core.session = session
  if settings.open_libs then string_metatable.__index = session.string end
  begin_stretch(session.spent)
  return leave(session, thread, resume(thread, ...))
end

local sessions = {}

-- Run what comes first; kept, a session can run what comes later.
function sessions.start(is_kept)
  local session = new_session()
  session.is_kept = is_kept
  return enter(session, create(run_stages), session, SOURCES, BEFORE)
end

function sessions.finish(session)
  session.is_kept = false
  return enter(session, create(run_stages), session, AFTER, AFTER)
end

-- Go on with what has come.
function sessions.resume(session, ...)
  return enter(session, session.thread, ...)
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
