-- The ground that the other modules stand on: what they need of LuaJIT, errors
-- with gopher-lua's words and places, numbers as text, and the budget.
--
-- Chunks of ours are named "[G]", which is what gopher-lua calls functions that
-- are not Lua; that name tells them from a script's own.

local host = ...

local type, pairs, select, tostring, tonumber = type, pairs, select, tostring, tonumber
local raw_error, raw_pcall, rawget = error, pcall, rawget
local find, match, gsub, sub = string.find, string.match, string.gsub, string.sub
local format, rep = string.format, string.rep
local floor, huge, get_metatable = math.floor, 1 / 0, getmetatable
local get_info, set_hook, set_metatable = debug.getinfo, debug.sethook, debug.setmetatable
local raw_metatable = debug.getmetatable
local clock, collect = os.clock, collectgarbage

local core = {host = host}

-- Errors ------------------------------------------------------------------

local function is_script(info)
  return info.what ~= "C" and info.source ~= "=[G]"
end

-- The place of the innermost script function that is running: "<string>:3:".
local function where()
  for level = 2, 250 do
    local info = get_info(level, "Sl")
    if info == nil then return "" end
    if is_script(info) then
      return sub(info.source, 2) .. ":" .. info.currentline .. ":"
    end
  end
  return ""
end

-- The same for a thread that has stopped at an error.
function core.place_in(thread)
  for level = 0, 250 do
    local info = get_info(thread, level, "Sl")
    if info == nil then return "" end
    if is_script(info) then return sub(info.source, 2) .. ":" .. info.currentline .. ":" end
  end
  return ""
end

-- The name that our function is called by, as gopher-lua would know it.
local function called_name()
  local name, level = nil, 2
  while true do
    local info = get_info(level, "Sn")
    if info == nil or info.what == "C" then return "(anonymous)" end
    if is_script(info) then return name or "?" end
    name, level = info.name, level + 1
  end
end

-- An error that is worded already; see core.worded.
local function raise(message)
  core.raised = message
  raw_error(message, 0)
end

local function fail(message)
  raise(where() .. " " .. message)
end

local function argument_error(index, message)
  fail("bad argument #" .. index .. " to " .. called_name() .. " (" .. message .. ")")
end

local function type_error(index, wanted, value)
  argument_error(index, wanted .. " expected, got " .. type(value))
end

core.where, core.called_name, core.fail, core.raise = where, called_name, fail, raise
core.is_script, core.argument_error, core.type_error = is_script, argument_error, type_error

-- Numbers as text ---------------------------------------------------------

-- As Go prints a float64: the shortest digits that give it back, and an
-- exponent below 1e-4 and from 1e6 on. Whole numbers are printed whole.
local function number_text(number)
  if number == floor(number) and number >= -9223372036854775808 and number < 9223372036854775808 then
    return format("%d", number)
  end
  if number ~= number then return "NaN" end
  if number == huge then return "+Inf" end
  if number == -huge then return "-Inf" end
  local text
  -- Next to zero numbers have fewer digits than elsewhere.
  for digits = number < 3e-308 and number > -3e-308 and 1 or 15, 17 do
    text = format("%." .. (digits - 1) .. "e", number)
    if tonumber(text) == number then break end
  end
  local mantissa, exponent = match(text, "^(.-)e([+-]%d+)$")
  exponent = tonumber(exponent)
  if find(mantissa, ".", 1, true) then
    mantissa = gsub(gsub(mantissa, "0+$", ""), "%.$", "")
  end
  if exponent < -4 or exponent >= 6 then
    return format("%se%s%02d", mantissa, exponent < 0 and "-" or "+", exponent < 0 and -exponent or exponent)
  end
  local digits = gsub(mantissa, "[-.]", "")
  local minus = number < 0 and "-" or ""
  if exponent < 0 then return minus .. "0." .. rep("0", -exponent - 1) .. digits end
  local whole, rest = sub(digits, 1, exponent + 1), sub(digits, exponent + 2)
  whole = whole .. rep("0", exponent + 1 - #whole)
  return rest == "" and minus .. whole or minus .. whole .. "." .. rest
end

core.number_text = number_text

-- A value's own text, whatever its metatable says: what that says may be the
-- script's, and is not called outside of its budget.
function core.raw_text(value)
  local kind = type(value)
  if kind == "number" then return number_text(value) end
  if kind ~= "table" and kind ~= "userdata" then return (tostring(value)) end
  local metatable = raw_metatable(value)
  if metatable == nil then return (tostring(value)) end
  set_metatable(value, nil)
  local text = tostring(value)
  set_metatable(value, metatable)
  return text
end

-- The number that Go reads from a text. A longer one is taken for none: reading
-- it would take time that nothing counts.
local LONGEST_NUMBER = 1024

local function parse_number(text)
  return #text <= LONGEST_NUMBER and host.parse_number(text) or nil
end

core.parse_number, core.LONGEST_NUMBER = parse_number, LONGEST_NUMBER

-- Arguments, read and refused as gopher-lua does ----------------------------

function core.check_string(value, index)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return number_text(value) end
  type_error(index, "string", value)
end

function core.check_number(value, index)
  local kind = type(value)
  if kind == "number" then return value end
  local number = kind == "string" and parse_number(value)
  if not number then type_error(index, "number", value) end
  return number
end

-- Go's conversion to int cuts the fraction off, and has its own idea of what
-- does not fit.
local function to_integer(number)
  if number ~= number or number >= 9223372036854775808 or number < -9223372036854775808 then
    return -9223372036854775808
  end
  return number < 0 and -floor(-number) or floor(number)
end

function core.check_integer(value, index, default)
  if value == nil and default ~= nil then return default end
  if type(value) ~= "number" then type_error(index, "number", value) end
  return to_integer(value)
end

function core.check_table(value, index)
  if type(value) ~= "table" then type_error(index, "table", value) end
end

function core.check_function(value, index)
  if type(value) ~= "function" then type_error(index, "function", value) end
end

core.to_integer = to_integer

-- The pieces of a text between marks, one after another.
function core.split(text, mark)
  local at = 1
  return function()
    if at == nil then return nil end
    local first, last = find(text, mark, at, true)
    local piece = sub(text, at, first and first - 1 or -1)
    at = last and last + 1
    return piece
  end
end

-- The budget --------------------------------------------------------------
--
-- The hook comes every so many instructions, in whatever is running. It asks a
-- script that has run for a while to pause: its text has places for that in all
-- loops and functions, and so have our own loops. What a script does in one go,
-- with long strings, asks by itself (heavy), before it does it where that is
-- possible. When the budget is spent the script is aborted: no pcall holds that
-- up.
--
-- LuaJIT's allocator has no limit of its own: where that is reached outside of
-- a protected call the whole process ends.

local HOOK_EVERY = 1000
local HEAVY = 2e-5

-- Seconds that a byte of a long string takes, new memory being slow.
local PER_BYTE = 2e-9

-- How many turns a script may go on for where it cannot pause.
local GRACE = 8

local limits = {ticks = huge, seconds = huge, turn = huge, kilobytes = huge, kept = huge}

-- Of the turn that is running: what was spent before it, when it has begun,
-- which is not asked before it has lasted some time, and how much memory there
-- was.
local is_running, is_timed, is_aborted = false, false, false
local ticks, seconds, began, memory_before = 0, 0, 0, 0

core.abortion, core.limits, core.pausing = {}, limits, {}
local abortion, pausing = core.abortion, core.pausing

local function abort(reason)
  is_aborted = true
  abortion.message = where() .. " " .. reason
  raw_error(abortion, 0)
end

local TOO_LONG = "instruction limit exceeded"

-- Whether there is time for something that takes so many seconds.
local function check_time(wanted)
  local now = clock()
  if not is_timed then
    is_timed, began = true, now
  end
  local taken = now + wanted - began
  if taken > GRACE * limits.turn or seconds + taken > limits.seconds then abort(TOO_LONG) end
  if taken > limits.turn then pausing.now = core.pause end
end

-- Whether there is room for so many bytes more; what the requests before have
-- left behind does not count, up to a point.
local function check_memory(size)
  local kilobytes = collect("count") + size / 1024
  if kilobytes - memory_before > limits.kilobytes or kilobytes > 4 * limits.kilobytes then
    abort("memory limit exceeded")
  end
end

local function tick()
  if not is_running then return end
  ticks = ticks + 1
  if ticks > limits.ticks then abort(TOO_LONG) end
  check_time(0)
  check_memory(0)
end

-- Something is about to be done with so many bytes (or other things that take
-- so many seconds each). It gets a turn of its own if this one is too short.
function core.heavy(size, each)
  local wanted = size * (each or PER_BYTE)
  if wanted > HEAVY then
    if not each then check_memory(size) end
    if is_timed and clock() + wanted - began > 2 * limits.turn then core.pause() end
    check_time(wanted)
  end
end

-- Something was done that may have taken a while.
function core.spent()
  check_time(0)
end

-- A script has put so many bytes where the gateway keeps them.
function core.keeps(size)
  local session = core.session
  session.kept = session.kept + size
  if session.kept > limits.kept then abort("memory limit exceeded") end
end

-- Begin, and end, a turn of a session, which no other work interrupts.
function core.begin_turn(session, goes_on)
  is_running, is_timed, is_aborted, pausing.now = true, false, false, nil
  if goes_on then check_time(0) end
  ticks, seconds = session.ticks, session.seconds
  memory_before = collect("count") - session.kilobytes
end

function core.end_turn(session)
  is_running = false
  session.ticks = ticks
  local kilobytes = collect("count") - memory_before
  session.kilobytes = kilobytes > 0 and kilobytes or 0
  if is_timed then session.seconds = seconds + clock() - began end
end

function core.watch()
  set_hook(tick, "", HOOK_EVERY)
end

core.abort, core.check_time = abort, check_time

-- What became of an error on its way to a script's hands --------------------

-- LuaJIT's own messages are no longer.
local LONGEST_MESSAGE = 1000

local WORDS = {
  {"attempt to call ", "attempt to call a non-function object"},
  {"loop in gettable", "too many recursions in gettable"},
  {"loop in settable", "too many recursions in settable"},
  {"attempt to get length of ", "__len undefined"},
  {"'for' initial value", "for statement init must be a number"},
  {"'for' limit", "for statement limit must be a number"},
  {"'for' step", "for statement step must be a number"},
}

local function reworded(message)
  for index = 1, #WORDS do
    local entry = WORDS[index]
    if find(message, entry[1], 1, true) == 1 then return entry[2] end
  end
  local kind = match(message, "^attempt to compare two (%a+) values$")
  if kind then return "attempt to compare " .. kind .. " with " .. kind end
  local index, name, reason = match(message, "^bad argument #(%d+) to '(.-)' (%(.*%))$")
  if index then
    return "bad argument #" .. index .. " to " .. name .. " " .. gsub(reason, "got no value", "got nil")
  end
  return message
end

-- An error's text as gopher-lua would have worded it.
function core.worded(problem)
  if problem == core.raised or #problem > LONGEST_MESSAGE then return problem end
  local place, message = match(problem, "^(.-:%d+:) (.*)$")
  if not place then
    local index, reason = match(problem, "^bad argument #(%d+) to '%?' (%(.*%))$")
    if not index then return problem end
    return where() .. " bad argument #" .. index .. " to (anonymous) " .. gsub(reason, "got no value", "got nil")
  end
  local new = reworded(message)
  if find(place, "[G]:", 1, true) == 1 then return new end
  return new == message and problem or place .. " " .. new
end

-- An error that a script gets to see. What is aborted stays aborted.
function core.caught(problem)
  if is_aborted then raw_error(abortion, 0) end
  if type(problem) == "string" then
    if problem == core.NO_MEMORY then abort("memory limit exceeded") end
    return core.worded(problem)
  end
  -- An exception of Python's must not get into a script's hands.
  if type(problem) == "userdata" and not core.is_own(problem) then
    return "internal error"
  end
  return problem
end

core.NO_MEMORY = "not enough memory"

-- Values that are not tables, indexed or called -------------

local function key_text(key)
  if type(key) == "number" then return number_text(key) end
  return core.raw_text(key)
end

local function refuse_index(value, key)
  fail("attempt to index a non-table object(" .. type(value) .. ") with key '" .. key_text(key) .. "'")
end

core.refuse_index = refuse_index

-- A table's own handler of an event.
local function handler_of(value, event)
  local metatable = type(value) == "table" and get_metatable(value)
  return type(metatable) == "table" and rawget(metatable, event)
end

core.handler_of = handler_of

local function plain_metatable()
  return {
    __index = refuse_index,
    __newindex = refuse_index,
    __call = function() fail("attempt to call a non-function object") end,
    __len = function() fail("__len undefined") end,
  }
end

core.string_metatable = getmetatable("")
for key in pairs(core.string_metatable) do core.string_metatable[key] = nil end
for key, value in pairs(plain_metatable()) do core.string_metatable[key] = value end
core.string_metatable.__len = nil
core.string_metatable.__metatable = false

for _, example in pairs({false, 0, print, coroutine.create(print)}) do
  if type(example) ~= "function" then set_metatable(example, plain_metatable()) end
end
set_metatable(nil, plain_metatable())
local of_functions = plain_metatable()
of_functions.__call = nil
set_metatable(print, of_functions)

return core
