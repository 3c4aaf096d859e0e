-- The string library, as gopher-lua has it.

local core, pattern = ...

local host = core.host
local type, select, rawget, new_proxy = type, select, rawget, newproxy
local byte, char, lower, upper = string.byte, string.char, string.lower, string.upper
local find, rep, reverse, sub, format = string.find, string.rep, string.reverse, string.sub, string.format
local join, unpack, floor = table.concat, unpack, math.floor
local fail, argument_error, heavy = core.fail, core.argument_error, core.heavy
local check_string, check_integer = core.check_string, core.check_integer
local number_text, type_error, pausing = core.number_text, core.type_error, core.pausing

local EXACT = 2 ^ 53

local text = {}

-- Go's index of the byte that Lua's index means.
local function start_index(length, index)
  if index ~= 0 then index = index - 1 end
  if index < 0 then index = length + index + 1 end
  return index < 0 and 0 or index
end

local function end_index(length, index)
  if index < 0 then index = length + index + 1 end
  if index < 0 then return 0 end
  return index > length and length or index
end

-- Bytes -----------------------------------------------------------------------------

function text.byte(...)
  local value, first, last = ...
  value = check_string(value, 1)
  first, last = check_integer(first, 2, 1) - 1, check_integer(last, 3, -1)
  local length = #value
  if first < 0 then first = length + first + 1 end
  if last < 0 then last = length + last + 1 end
  if select("#", ...) == 2 then
    if first < 0 or first >= length then return end
    return byte(value, first + 1)
  end
  if first < 0 then first = 0 end
  if last > length then last = length end
  if last < 0 or last <= first or first >= length then return end
  return byte(value, first + 1, last)
end

function text.char(...)
  local codes = {...}
  for index = 1, select("#", ...) do codes[index] = check_integer(codes[index], index) % 256 end
  return char(unpack(codes))
end

function text.len(value)
  return #check_string(value, 1)
end

-- A text in portions that take Python little time, cut between letters of UTF-8.
local PORTION = 4096

function core.portions(value)
  local at, length = 1, #value
  return function()
    if at > length then return nil end
    local last = at + PORTION - 1
    for _ = 1, 3 do
      local code = byte(value, last + 1)
      if code == nil or code < 128 or code > 191 then break end
      last = last + 1
    end
    local piece = sub(value, at, last)
    at = last + 1
    core.spent()
    if pausing.now then pausing.now() end
    return piece
  end
end

-- Letters outside of ASCII are Python's to change.
local function change_case(value, change, change_letters)
  heavy(#value)
  if not find(value, "[\128-\255]") then return change(value) end
  local pieces = {}
  for piece in core.portions(value) do pieces[#pieces + 1] = change_letters(piece) end
  return join(pieces)
end

function text.lower(value)
  return change_case(check_string(value, 1), lower, host.lower)
end

function text.upper(value)
  return change_case(check_string(value, 1), upper, host.upper)
end

function text.rep(value, count)
  value, count = check_string(value, 1), check_integer(count, 2)
  if count < 0 then return "" end
  local size = #value * count
  if size > 1000000000 then core.abort("memory limit exceeded") end
  heavy(size)
  if size < 65536 or #value >= 4096 then return rep(value, count) end
  -- Long pieces are put together quicker than short ones.
  local times = floor(4096 / #value) + 1
  return rep(rep(value, times), floor(count / times)) .. rep(value, count % times)
end

function text.reverse(value)
  value = check_string(value, 1)
  heavy(#value)
  return reverse(value)
end

function text.sub(value, first, last)
  value = check_string(value, 1)
  local length = #value
  first = start_index(length, check_integer(first, 2))
  last = end_index(length, check_integer(last, 3, -1))
  if first >= length or last < first then return "" end
  return sub(value, first + 1, last)
end

function text.dump()
  fail("GopherLua does not support the string.dump")
end

-- Templates that only have "%s" and "%d" are filled in here: their pieces, or
-- false for others, which are Python's.
local templates, template_count = {}, 0
local MOST_TEMPLATES, LONGEST_TEMPLATE = 512, 4096

local function cut_template(template)
  local pieces, count, at = {}, 0, 1
  while true do
    local mark = find(template, "%", at, true)
    if mark == nil then
      pieces[count + 1] = sub(template, at)
      return pieces
    end
    local verb = sub(template, mark + 1, mark + 1)
    if verb ~= "s" and verb ~= "d" then return false end
    pieces[count + 1], pieces[count + 2] = sub(template, at, mark - 1), verb
    count, at = count + 2, mark + 2
  end
end

local function pieces_of(template)
  if #template > LONGEST_TEMPLATE then return false end
  local pieces = templates[template]
  if pieces == nil then
    pieces = cut_template(template)
    if template_count >= MOST_TEMPLATES then templates, template_count = {}, 0 end
    templates[template], template_count = pieces, template_count + 1
  end
  return pieces
end

-- A value as "%s" and "%d" print it, or nil if that is not for us.
local function shown(value, verb)
  if type(value) == "string" then return verb == "s" and value or nil end
  if type(value) ~= "number" then return nil end
  if verb == "d" and not (value == floor(value) and value >= -EXACT and value <= EXACT) then return nil end
  return number_text(value)
end

-- The text, or nil if it is not for us.
local function fill_template(pieces, count, ...)
  if 2 * count + 1 ~= #pieces then return nil end
  local made, values, size = {pieces[1]}, {...}, 0
  for index = 1, count do
    local value = shown(values[index], pieces[2 * index])
    if value == nil then return nil end
    size = size + #value
    made[2 * index], made[2 * index + 1] = value, pieces[2 * index + 1]
  end
  heavy(size)
  return join(made)
end

-- Seconds that Python takes for a byte of a template, of a value, and of a value
-- that is quoted.
local PER_MARK, PER_LETTER, PER_QUOTED = 1e-6, 5e-8, 1e-6

function text.format(...)
  local template, count = check_string((...), 1), select("#", ...)
  local pieces = pieces_of(template)
  local made = pieces and fill_template(pieces, count - 1, select(2, ...))
  if made then return made end
  local values, size = {...}, 0
  for index = 2, count do
    local value = values[index]
    local kind = type(value)
    if kind ~= "string" and kind ~= "number" and kind ~= "boolean" then
      value = core.raw_text(value)
      values[index] = {kind, value}
    end
    if type(value) == "string" then size = size + #value end
  end
  heavy(#template, PER_MARK)
  heavy(size, find(template, "[qxX]") and PER_QUOTED or PER_LETTER)
  local result, problem = host.format(template, count - 1, select(2, unpack(values, 1, count)))
  if problem then core.abort(problem) end
  return result
end

-- Patterns ----------------------------------------------------------------------------

local capture, count_of, bounds, search = pattern.capture, pattern.count, pattern.bounds, pattern.find

-- The captures of a match as values.
local function captures(match, value, index)
  index = index or 1
  if index > count_of(match) then return end
  return capture(match, value, index), captures(match, value, index + 1)
end

-- Looking for long texts may take as many steps as both lengths multiplied:
-- that is done in portions.
local STEPS = 1e7

local function find_plain(value, source, first)
  local length, wanted = #value, #source
  if length * wanted < STEPS then return find(value, source, first, true) end
  local portion = floor(STEPS / wanted) + 1
  while first + wanted - 1 <= length do
    local from, to = find(sub(value, first, first + portion + wanted - 2), source, 1, true)
    if from then return first + from - 1, first + to - 1 end
    first = first + portion
    core.spent()
    if pausing.now then pausing.now() end
  end
  return nil
end

function text.find(...)
  local value, source, first, plain = ...
  value, source = check_string(value, 1), check_string(source, 2)
  if source == "" then return 1, 0 end
  first = start_index(#value, check_integer(first, 3, 1))
  if plain and select("#", ...) == 4 then
    heavy(#value)
    if first > #value then return nil end
    return find_plain(value, source, first + 1)
  end
  local matches, count = search(value, source, first, 1)
  if count == 0 then return nil end
  local from, to = bounds(matches[1])
  return from + 1, to, captures(matches[1], value)
end

function text.match(value, source, first)
  value, source = check_string(value, 1), check_string(source, 2)
  first = check_integer(first, 3, 1)
  if first < 0 then first = #value + first + 1 end
  first = first - 1
  local matches, count = search(value, source, first < 0 and 0 or first, 1)
  if count == 0 then return end
  if count_of(matches[1]) == 0 then return capture(matches[1], value, 0) end
  return captures(matches[1], value)
end

function text.gmatch(value, source)
  value, source = check_string(value, 1), check_string(source, 2)
  local matches, count = search(value, source, 0, -1)
  local index = 0
  -- gopher-lua keeps its place in a userdata, and asks for that each time.
  return function(place)
    if type(place) ~= "userdata" then type_error(1, "userdata", place) end
    index = index + 1
    local match = matches[index]
    if index > count then return end
    if count_of(match) == 0 then return capture(match, value, 0) end
    return captures(match, value)
  end, new_proxy()
end

text.gfind = text.gmatch

-- A value that stands for a match; other values than text and numbers are none.
local function as_text(value)
  if type(value) == "string" then return value end
  return type(value) == "number" and number_text(value) or ""
end

local function captured_text(match, value, index)
  if index > 1 and index > count_of(match) then fail("invalid capture index") end
  if index == 1 and count_of(match) < 1 then index = 0 end
  return as_text(capture(match, value, index))
end

local PERCENT = byte("%")

-- The replacement for a match: "%1" stands for a capture, "%%" for a percent.
local function fill_in(replacement, match, value)
  local pieces, count, at = {}, 0, 1
  while true do
    local mark = find(replacement, "%", at, true)
    if mark == nil or mark == #replacement then
      pieces[count + 1] = sub(replacement, at)
      return join(pieces)
    end
    pieces[count + 1] = sub(replacement, at, mark - 1)
    local code = byte(replacement, mark + 1)
    if code == PERCENT then
      pieces[count + 2] = "%"
    elseif code >= 48 and code <= 57 then
      pieces[count + 2] = captured_text(match, value, code - 48)
    else
      pieces[count + 2] = sub(replacement, mark, mark + 1)
    end
    count, at = count + 2, mark + 2
  end
end

-- What a match is replaced by; nil leaves it as it is.
local REPLACE = {}

function REPLACE.string(match, value, replacement)
  return fill_in(replacement, match, value)
end

function REPLACE.table(match, value, replacement)
  local found = replacement[capture(match, value, count_of(match) > 0 and 1 or 0)]
  return found and as_text(found) or nil
end

REPLACE["function"] = function(match, value, replacement)
  local found
  if count_of(match) > 0 then
    found = replacement(captures(match, value))
  else
    found = replacement(capture(match, value, 0))
  end
  return found and as_text(found) or nil
end

function text.gsub(value, source, replacement, limit)
  value, source = check_string(value, 1), check_string(source, 2)
  local replace = REPLACE[type(replacement)]
  if not replace then
    argument_error(3, "string or table or function expected, got " .. type(replacement))
  end
  local matches, count = search(value, source, 0, check_integer(limit, 4, -1))
  if count == 0 then return value, 0 end
  local pieces, done, size = {}, 0, #value
  for index = 1, count do
    if pausing.now then pausing.now() end
    local from, to = bounds(matches[index])
    local found = replace(matches[index], value, replacement)
    if found then
      pieces[#pieces + 1] = sub(value, done + 1, from)
      pieces[#pieces + 1] = found
      size = size + #found
      done = to
    end
  end
  pieces[#pieces + 1] = sub(value, done + 1)
  heavy(size)
  return join(pieces), count
end

return text
