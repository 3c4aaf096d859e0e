-- The libraries of "allow_open_libs": coroutine, math, os, io, debug, channel.
--
-- debug shows and changes what is a script's only: what stands behind the
-- functions given to it, Python's objects among that, is out of its reach.

local core = ...

local host = core.host
local type, select, pairs, tostring, raw_error, unpack = type, select, pairs, tostring, error, unpack
local create, resume, yield = coroutine.create, coroutine.resume, coroutine.yield
local running, status = coroutine.running, coroutine.status
local get_info, get_local, set_local = debug.getinfo, debug.getlocal, debug.setlocal
local get_upvalue, set_upvalue = debug.getupvalue, debug.setupvalue
local setfenv, getfenv = setfenv, getfenv
local raw_metatable, set_metatable = debug.getmetatable, setmetatable
local byte, sub, match, lower, concat = string.byte, string.sub, string.match, string.lower, table.concat
local rawget = rawget
local fail, caught, type_error, argument_error = core.fail, core.caught, core.type_error, core.argument_error
local check_function, check_string, check_integer = core.check_function, core.check_string, core.check_integer
local is_script, script_function = core.is_script, core.script_function

local system = {}

-- Coroutines --------------------------------------------------------------------------
--
-- A script itself runs in a coroutine, which stops where it waits for something
-- from outside. From a coroutine of the script's that stop is handed on outward.

local WAIT = {}
local threads = setmetatable({}, {__mode = "k"})

core.WAIT = WAIT

-- Stop here until the gateway has what is asked for; what it brings.
function core.await(...)
  if running() == nil then fail("cannot wait here") end
  return yield(WAIT, ...)
end

-- Let others run, and go on when it is one's turn again.
function core.pause()
  if running() then yield(WAIT, "turn") end
end

local function check_thread(value)
  if type(value) ~= "thread" then type_error(1, "thread", value) end
  return value
end

local function resumed(thread, ok, ...)
  if not ok then return false, caught((...)) end
  if (...) == WAIT then return resumed(thread, resume(thread, yield(...))) end
  return true, ...
end

-- How many coroutines may be in each other: each takes some of the process's
-- own stack.
local MOST_THREADS = 200

local function left(session, depth, ...)
  session.depth = depth
  return ...
end

local function start(thread, ...)
  local state = status(thread)
  if state == "dead" then return false, "can not resume a dead thread" end
  if state ~= "suspended" then return false, "can not resume a running thread" end
  local session = core.session
  local depth = session.depth
  if depth >= MOST_THREADS then return false, core.where() .. " C stack overflow" end
  session.depth = depth + 1
  return left(session, depth, resumed(thread, resume(thread, ...)))
end

local coroutines = {}

function coroutines.create(run)
  check_function(run, 1)
  local thread = create(run)
  threads[thread] = true
  return thread
end

function coroutines.resume(thread, ...)
  return start(check_thread(thread), ...)
end

local function or_raise(ok, ...)
  if ok then return ... end
  raw_error((...), 0)
end

function coroutines.wrap(run)
  local thread = coroutines.create(run)
  return function(...)
    if status(thread) == "dead" then fail("can not resume a dead thread") end
    return or_raise(start(thread, ...))
  end
end

function coroutines.yield(...)
  local thread = running()
  if not thread or not threads[thread] then fail("can not yield from outside of a coroutine") end
  return yield(...)
end

function coroutines.running()
  local thread = running()
  return thread and threads[thread] and thread or nil
end

function coroutines.status(thread)
  return status(check_thread(thread))
end

system.coroutine = coroutines

-- Numbers -------------------------------------------------------------------------------

local numbers, modf = {}, math.modf
for name, value in pairs(math) do numbers[name] = value end

local log, pi = math.log, math.pi

numbers.huge = 1.7976931348623157e308

function numbers.deg(value)
  return core.check_number(value, 1) * 180 / pi
end

function numbers.rad(value)
  return core.check_number(value, 1) * pi / 180
end

function numbers.log(value)
  return log(core.check_number(value, 1))
end

function numbers.mod(left, right)
  return core.mod(core.check_number(left, 1), core.check_number(right, 2))
end

function numbers.modf(value)
  value = core.check_number(value, 1)
  if value - value ~= 0 then return value, 0 / 0 end
  return modf(value)
end

local random, set_seed, ldexp = math.random, math.randomseed, math.ldexp

function numbers.random(...)
  local count = select("#", ...)
  if count == 0 then return random() end
  local first = check_integer((...), 1)
  local last = first
  if count == 1 then first = 1 else last = check_integer(select(2, ...), 2) end
  if last < first then core.raise("invalid argument to Intn") end
  return random(first, last)
end

function numbers.randomseed(value)
  set_seed(check_integer(value, 1))
end

function numbers.ldexp(value, exponent)
  return ldexp(core.check_number(value, 1), check_integer(exponent, 2))
end

-- The others, which read texts as Go does.
for _, name in pairs({"abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "exp", "floor", "frexp", "log10", "sin", "sinh", "sqrt", "tan", "tanh"}) do
  local run = math[name]
  numbers[name] = function(value) return run(core.check_number(value, 1)) end
end

for _, name in pairs({"atan2", "fmod", "pow"}) do
  local run = math[name]
  numbers[name] = function(left, right)
    return run(core.check_number(left, 1), core.check_number(right, 2))
  end
end

for name, choose in pairs({max = math.max, min = math.min}) do
  numbers[name] = function(...)
    local count, values = select("#", ...), {...}
    if count == 0 then fail("wrong number of arguments") end
    for index = 1, count do values[index] = core.check_number(values[index], index) end
    return choose(unpack(values, 1, count))
  end
end

system.math = numbers

-- The system ------------------------------------------------------------------------------

local execute, getenv, difftime = os.execute, os.getenv, os.difftime

system.os = {
  clock = function() return host.uptime() end,
  tmpname = os.tmpname,
  setlocale = function() return false end,
}

function system.os.date(template, when)
  if template ~= nil then template = check_string(template, 1) end
  if when ~= nil then when = check_integer(when, 2) end
  if template then core.heavy(#template, 1e-6) end
  local found = host.date(template or "%c", when)
  if type(found) == "string" then return found end
  local date, names = {}, {"year", "month", "day", "hour", "min", "sec", "wday"}
  for index = 1, #names do date[names[index]] = found[index - 1] end
  date.yday, date.isdst = 0, false
  return date
end

-- A number in a table of date and time.
local function date_field(date, name, default)
  local value = rawget(date, name)
  if type(value) == "string" then
    value = match(value, "^ *(.*)$")
    if not match(value, "^0[xX]") then value = match(value, "^0+$") and "0" or match(value, "^0*(.*)$") end
    value = core.parse_number(value)
  end
  return type(value) == "number" and core.to_integer(value) or default
end

function system.os.time(...)
  local date = ...
  if date == nil and select("#", ...) <= 1 then return host.time() end
  core.check_table(date, 1)
  return host.time_of(
    date_field(date, "year", -1), date_field(date, "month", -1), date_field(date, "day", -1),
    date_field(date, "hour", 12), date_field(date, "min", 0), date_field(date, "sec", 0)
  )
end

function system.os.difftime(later, earlier)
  return difftime(check_integer(later, 1), check_integer(earlier, 2))
end

function system.os.remove(path)
  local problem = host.remove_file(check_string(path, 1))
  if problem then return nil, problem end
  return true
end

function system.os.rename(path, new)
  local problem = host.rename_file(check_string(path, 1), check_string(new, 2))
  if problem then return nil, problem end
  return true
end

function system.os.execute(command)
  return execute(check_string(command, 1)) == 0 and 0 or 1
end

function system.os.exit()
  fail("os.exit would end the gateway")
end

function system.os.getenv(name)
  local value = getenv(check_string(name, 1))
  if value ~= "" then return value end
end

function system.os.setenv(name, value)
  name, value = check_string(name, 1), check_string(value, 2)
  core.heavy(#name + #value, 1e-8)
  host.set_environment(name, value)
  core.spent()
  return true
end

-- Files, whose methods no script can change: all requests share them.
local file_metatable = raw_metatable(io.stdout)
local file_methods, open_file, set_output = {}, io.open, io.output
for _, name in pairs({"close", "flush", "lines", "read", "seek", "setvbuf", "write"}) do
  file_methods[name] = file_metatable[name]
end

local write_file = file_methods.write

function file_methods.write(file, ...)
  local values = {...}
  for index = 1, select("#", ...) do values[index] = check_string(values[index], index) end
  return write_file(file, unpack(values, 1, select("#", ...)))
end

file_metatable.__index = function(_, name) return file_methods[name] end
for name in pairs(file_methods) do file_metatable[name] = nil end

local MODES = {}
for mode in core.split("r,rb,w,wb,a,ab,r+,rb+,w+,wb+,a+,ab+", ",") do MODES[mode] = true end

system.io = {}
for name, value in pairs(io) do system.io[name] = value end

function system.io.open(path, mode)
  path = check_string(path, 1)
  if mode ~= nil and not MODES[check_string(mode, 2)] then
    argument_error(2, "invalid option: " .. mode .. " (must be one of r,rb,w,wb,a,ab,r+,rb+,w+,wb+,a+,ab+)")
  end
  local file, problem = open_file(path, mode)
  if file then return file end
  return nil, "open " .. path .. ": " .. lower(sub(problem, #path + 3)), 1
end

function system.io.write(...)
  return file_methods.write(set_output(), ...)
end

-- Debugging -----------------------------------------------------------------------------------

-- Whether a call is that of a whole text: nobody has called it by a name.
function core.is_main(info)
  return info.linedefined == 1 and info.name == nil
end

-- The calls under way as gopher-lua lists them; functions of ours that were
-- called by others of ours stand for one.
function core.traceback(thread, is_asked)
  local lines, pending = {"stack traceback:"}, nil
  for level = 0, 250 do
    local info = get_info(thread, level, "Sln")
    if info == nil then break end
    if is_script(info) then
      -- Who asks for the list is not in it.
      if pending and not is_asked then lines[#lines + 1] = pending end
      pending, is_asked = nil, false
      local place = "\t" .. sub(info.source, 2) .. ":" .. info.currentline .. ": in "
      if core.is_main(info) then
        lines[#lines + 1] = place .. "main chunk"
      elseif info.name then
        lines[#lines + 1] = place .. "function '" .. info.name .. "'"
      else
        lines[#lines + 1] = place .. "function <" .. sub(info.source, 2) .. ":" .. info.linedefined .. ">"
      end
    else
      pending = "\t[G]: in function '" .. (info.name or "?") .. "'"
    end
  end
  lines[#lines + 1] = "\t[G]: ?"
  local count = #lines - 1
  if count > 20 then
    local last = concat(lines, "\n", count - 5, count + 1)
    return concat(lines, "\n", 1, 8) .. "\n\t...\n" .. last
  end
  return concat(lines, "\n")
end

local debugging = {}
system.debug = debugging

local HIDDEN, PARENTHESIS = 255, byte("(")

-- Whether a local variable is not the script's: nor is the state of its loops.
local function is_hidden(name)
  return name == nil or byte(name) == HIDDEN or byte(name) == PARENTHESIS
end

local function describe(run, info)
  if not is_script(info) then
    return {what = "G", source = "[G]", currentline = -1, linedefined = -1, lastlinedefined = -1, nups = 0, func = run}
  end
  local is_call = info.currentline ~= nil
  local is_main = is_call and core.is_main(info)
  return {
    name = is_main and "main chunk" or info.name,
    what = is_main and "main" or info.what,
    source = sub(info.source, 2), currentline = is_call and info.currentline or -1,
    linedefined = info.linedefined, lastlinedefined = info.lastlinedefined,
    nups = get_info(run, "u").nups, func = run,
  }
end

-- Levels count the script's own calls; 0 is this function.
function debugging.getinfo(value)
  if type(value) ~= "number" then
    check_function(value, 1)
    return describe(value, get_info(value, "S"))
  end
  if value <= 0 then return describe(debugging.getinfo, get_info(1, "S")) end
  for depth = 2, 250 do
    local info = get_info(depth, "Slnf")
    if info == nil then return nil end
    if is_script(info) then
      value = value - 1
      if value <= 0 then return describe(info.func, info) end
    end
  end
end

-- The depth, for the one who asks, of the script's call that is so many up.
local function depth_of(level)
  for depth = 2, 250 do
    local info = get_info(depth, "S")
    if info == nil then argument_error(1, "level out of range") end
    if is_script(info) then
      level = level - 1
      if level <= 0 then return depth - 1 end
    end
  end
  argument_error(1, "level out of range")
end

function debugging.getlocal(level, index)
  level, index = check_integer(level, 1), check_integer(index, 2)
  local name, value = get_local(depth_of(level), index)
  if is_hidden(name) then return nil end
  return name, value
end

function debugging.setlocal(level, index, value)
  level, index = check_integer(level, 1), check_integer(index, 2)
  local depth = depth_of(level)
  local name = get_local(depth, index)
  if is_hidden(name) then return nil end
  return (set_local(depth, index, value))
end

-- The real index of an upvalue among those that the script knows of.
local function upvalue_index(run, wanted)
  check_function(run, 1)
  wanted = check_integer(wanted, 2)
  if not is_script(get_info(run, "S")) then return nil end
  local seen = 0
  for index = 1, 255 do
    local name = get_upvalue(run, index)
    if name == nil then return nil end
    if byte(name) ~= HIDDEN then
      seen = seen + 1
      if seen == wanted then return index end
    end
  end
end

function debugging.getupvalue(run, index)
  local real = upvalue_index(run, index)
  if real == nil then return nil end
  return get_upvalue(run, real)
end

function debugging.setupvalue(run, index, value)
  local real = upvalue_index(run, index)
  if real == nil then return nil end
  return (set_upvalue(run, real, value))
end

function debugging.getfenv(value)
  local found = type(value) == "function" and script_function(value)
  return found and getfenv(found) or core.session.env
end

function debugging.setfenv(value, env)
  local found = type(value) == "function" and script_function(value)
  if found and type(env) == "table" then setfenv(found, env) end
end

-- Metatables of tables only: other values share theirs with other requests.
function debugging.getmetatable(value)
  if type(value) == "table" then return raw_metatable(core.seen(value, 1)) end
  return core.base.getmetatable(value)
end

function debugging.setmetatable(value, metatable)
  if type(value) ~= "table" then type_error(1, "table", value) end
  if metatable ~= nil and type(metatable) ~= "table" then type_error(2, "nil or table", metatable) end
  return set_metatable(core.seen(value, 1), metatable)
end

function debugging.traceback(message)
  local trace = core.traceback(running(), true)
  if type(message) == "string" and message ~= "" then return message .. "\n" .. trace end
  return trace
end

-- Channels join goroutines, of which there are none here.
local function refuse_channel()
  fail("channels are not supported")
end

system.channel = {make = refuse_channel, select = refuse_channel}

return system
