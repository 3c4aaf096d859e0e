-- Lua patterns by gopher-lua's rules, in Lua.
--
-- LuaJIT's own matcher runs in C, where no budget reaches it: a pattern that
-- goes back again and again would hold up everything. This one is counted like
-- any other code. It keeps what it may have to go back to in a list, so that
-- long texts need no deep stack, and a repeated class is one entry of it.

local core = ...

local type, pairs, byte, sub = type, pairs, string.byte, string.sub
local fail, pausing = core.fail, core.pausing

-- Classes -------------------------------------------------------------------------

local function ranges(...)
  local bounds, class = {...}, {}
  for index = 1, #bounds, 2 do
    for code = bounds[index], bounds[index + 1] do class[code] = true end
  end
  return class
end

local LETTERS = {
  a = ranges(65, 90, 97, 122),
  c = ranges(0, 31, 127, 127),
  d = ranges(48, 57),
  l = ranges(97, 122),
  p = ranges(0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e),
  s = ranges(9, 13, 32, 32),
  u = ranges(65, 90),
  w = ranges(48, 57, 65, 90, 97, 122),
  x = ranges(48, 57, 65, 70, 97, 102),
  z = ranges(0, 0),
}

local function complement(class)
  local other = {}
  for code = 0, 255 do
    if not class[code] then other[code] = true end
  end
  return other
end

local CLASSES = {}
for letter, class in pairs(LETTERS) do
  CLASSES[byte(letter)] = class
  CLASSES[byte(letter) - 32] = complement(class)
end

local ANY = ranges(0, 255)
local SINGLE = {}
for code = 0, 255 do SINGLE[code] = {[code] = true} end
local NONE = {}

-- Parsing -------------------------------------------------------------------------

local CHAR, STAR, PLUS, MINUS, MAYBE, SAVE, POSITION, BRACE, NUMBER, TAIL, MATCH = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

local REPEATS = {[byte("*")] = STAR, [byte("+")] = PLUS, [byte("-")] = MINUS, [byte("?")] = MAYBE}
local PERCENT, DOT, OPEN, CLOSE, CARET, DOLLAR = byte("%.[]^$", 1, 6)
local LEFT, RIGHT, DASH, LETTER_B = byte("()-b", 1, 4)

-- What "%" and the byte behind it stand for; behind the last one, nothing.
local function escaped(code)
  if code == nil then return NONE end
  return CLASSES[code] or SINGLE[code]
end

-- The set that begins behind a "[": its class, and where it ends.
local function parse_set(pattern, at)
  local members, is_range, is_open = {}, false, false
  local is_complement = byte(pattern, at) == CARET
  if is_complement then at = at + 1 end
  while true do
    if pausing.now then pausing.now() end
    local code, count = byte(pattern, at), #members
    if code == nil then
      fail("unexpected EOS at " .. (is_open and "EOS" or #pattern - 1))
    elseif code == CLOSE and count > 0 then
      break
    elseif code == DASH and count > 0 then
      is_range = true
      at = at + 1
    else
      local member = code
      if code == PERCENT then
        is_open = at == #pattern
        member, at = escaped(byte(pattern, at + 1)), at + 1
      end
      at = at + 1
      if is_range then
        -- Between anything but two bytes there is nothing, not even themselves.
        local first = members[count]
        local is_plain = type(first) == "number" and type(member) == "number"
        members[count], is_range = is_plain and ranges(first, member) or NONE, false
      else
        members[count + 1] = member
      end
    end
  end
  if is_range then members[#members + 1] = DASH end
  local class = {}
  for index = 1, #members do
    if pausing.now then pausing.now() end
    local member = members[index]
    for code in pairs(type(member) == "number" and SINGLE[member] or member) do class[code] = true end
  end
  return is_complement and complement(class) or class, at + 1
end

-- Programs --------------------------------------------------------------------------
--
-- Three lists beside each other: the operation, and up to two operands.

local parse

local function parse_one(program, pattern, at)
  local code = byte(pattern, at)
  local class
  if code == PERCENT then
    class, at = escaped(byte(pattern, at + 1)), at + 2
  elseif code == DOT then
    class, at = ANY, at + 1
  elseif code == OPEN then
    class, at = parse_set(pattern, at + 1)
  else
    class, at = SINGLE[code], at + 1
  end
  local operation = REPEATS[byte(pattern, at)] or CHAR
  if operation ~= CHAR then at = at + 1 end
  program.emit(operation, class)
  return at
end

local function parse_capture(program, pattern, at)
  local slot = program.slots
  program.slots = slot + 2
  if byte(pattern, at) == RIGHT then
    program.emit(POSITION, slot)
    return at + 1
  end
  program.emit(SAVE, slot)
  at = parse(program, pattern, at, false)
  if byte(pattern, at) ~= RIGHT then fail("unfinished capture at EOS") end
  program.emit(SAVE, slot + 1)
  return at + 1
end

local function parse_percent(program, pattern, at)
  local code = byte(pattern, at + 1)
  if code == 48 then fail("invalid capture index at " .. at - 1) end
  if code and code >= 49 and code <= 57 then
    program.emit(NUMBER, code - 48)
    return at + 2
  elseif code == LETTER_B then
    program.emit(BRACE, byte(pattern, at + 2) or -1, byte(pattern, at + 3) or -1)
    return at + 4
  end
  return parse_one(program, pattern, at)
end

function parse(program, pattern, at, is_top)
  while at <= #pattern do
    if pausing.now then pausing.now() end
    local code = byte(pattern, at)
    if code == PERCENT then
      at = parse_percent(program, pattern, at)
    elseif code == RIGHT then
      if is_top then fail("invalid ')' at " .. (at > 1 and at - 2 or 0)) end
      return at
    elseif code == LEFT then
      at = parse_capture(program, pattern, at + 1)
    elseif code == DOLLAR and is_top and at == #pattern then
      program.is_tail = true
      at = at + 1
    else
      at = parse_one(program, pattern, at)
    end
  end
  return at
end

local function compile(pattern)
  local operations, first, second = {}, {}, {}
  local program = {slots = 2, operations = operations, first = first, second = second}
  function program.emit(operation, one, two)
    local index = #operations + 1
    operations[index], first[index], second[index] = operation, one or false, two or false
  end
  program.emit(SAVE, 0)
  program.is_head = byte(pattern, 1) == CARET
  parse(program, pattern, program.is_head and 2 or 1, true)
  program.emit(SAVE, 1)
  program.emit(program.is_tail and TAIL or MATCH)
  program.emit = nil
  return program
end

local programs, program_count = {}, 0
local MOST_PROGRAMS = 512

local function program_of(pattern)
  local program = programs[pattern]
  if program == nil then
    program = compile(pattern)
    if program_count >= MOST_PROGRAMS then programs, program_count = {}, 0 end
    programs[pattern], program_count = program, program_count + 1
  end
  return program
end

-- Running ---------------------------------------------------------------------------
--
-- Places in the text count from 0, as in gopher-lua. A capture is kept as twice
-- its place, plus one if it is a position.

local function brace_end(text, at, open, close)
  if byte(text, at + 1) ~= open then return nil end
  local depth = 1
  for place = at + 1, #text - 1 do
    local code = byte(text, place + 1)
    if code == close then
      depth = depth - 1
      if depth == 0 then return place + 1 end
    end
    if code == open then depth = depth + 1 end
  end
end

local function set_capture(captures, slot, value)
  for place = captures.length, slot - 1 do captures[place] = 0 end
  if slot >= captures.length then captures.length = slot + 1 end
  local old = captures[slot] or 0
  captures[slot] = value
  return old
end

local function repeated_from(captures, text, at, index)
  local slot = index * 2
  if slot >= captures.length - 1 then fail("invalid capture index") end
  local from, to = (captures[slot] - captures[slot] % 2) / 2, (captures[slot + 1] - captures[slot + 1] % 2) / 2
  if to < from then return nil end
  if sub(text, from + 1, to) ~= sub(text, at + 1, at + to - from) then return nil end
  return at + to - from
end

-- One try at one place: the captures, or nil.
local function try(program, text, at)
  local operations, first, second = program.operations, program.first, program.second
  local captures = {length = 0}
  local length = #text
  -- To go back to: the operation, the place now, and the last place to go to
  -- (of a repetition) or the capture to restore (with its slot, below zero).
  local go, now, last, depth = {}, {}, {}, 0
  local pc = 1
  while true do
    if pausing.now then pausing.now() end
    local operation = operations[pc]
    local goes_on = true
    if operation == CHAR then
      if first[pc][byte(text, at + 1)] then
        pc, at = pc + 1, at + 1
      else
        goes_on = false
      end
    elseif operation == STAR or operation == PLUS or operation == MAYBE then
      local class, most = first[pc], operation == MAYBE and at + 1 or length
      local to = at
      while to < most and class[byte(text, to + 1)] do to = to + 1 end
      local least = operation == PLUS and at + 1 or at
      if to < least then
        goes_on = false
      else
        if to > least then
          depth = depth + 1
          go[depth], now[depth], last[depth] = pc, to, least
        end
        pc, at = pc + 1, to
      end
    elseif operation == MINUS then
      depth = depth + 1
      go[depth], now[depth], last[depth] = pc, at, false
      pc = pc + 1
    elseif operation == SAVE then
      local slot = first[pc]
      depth = depth + 1
      go[depth], now[depth] = -1 - slot, set_capture(captures, slot, at * 2)
      pc = pc + 1
    elseif operation == POSITION then
      local slot = first[pc]
      set_capture(captures, slot, at * 2 + 3)
      set_capture(captures, slot + 1, at * 2 + 3)
      pc = pc + 1
    elseif operation == BRACE then
      local to = brace_end(text, at, first[pc], second[pc])
      if to then pc, at = pc + 1, to else goes_on = false end
    elseif operation == NUMBER then
      local to = repeated_from(captures, text, at, first[pc])
      if to then pc, at = pc + 1, to else goes_on = false end
    elseif operation == MATCH or at >= length then
      return captures, at
    else
      goes_on = false
    end
    while not goes_on do
      if pausing.now then pausing.now() end
      if depth == 0 then return nil end
      local back = go[depth]
      if back < 0 then
        captures[-1 - back] = now[depth]
        depth = depth - 1
      elseif operations[back] == MINUS then
        local place = now[depth]
        if first[back][byte(text, place + 1)] then
          now[depth] = place + 1
          pc, at, goes_on = back + 1, place + 1, true
        else
          depth = depth - 1
        end
      else
        local place = now[depth] - 1
        pc, at, goes_on = back + 1, place, true
        if place > last[depth] then
          now[depth] = place
        else
          depth = depth - 1
        end
      end
    end
  end
end

local pattern = {}

-- All matches from a place on, up to so many; a limit below zero is none.
function pattern.find(text, source, from, limit)
  local program = program_of(source)
  local matches, count, at = {}, 0, from
  local length = #text
  while at <= length do
    if pausing.now then pausing.now() end
    local captures, to = try(program, text, at)
    at = at + 1
    if captures then
      if at < to then at = to end
      count = count + 1
      matches[count] = captures
    end
    if count == limit or program.is_head then break end
  end
  return matches, count
end

-- How many captures a match has, itself not counted.
function pattern.count(match)
  return match.length / 2 - 1
end

-- A capture, 0 being the match itself: a text, or a number for a position.
function pattern.capture(match, text, index)
  local value = match[index * 2]
  if value % 2 == 1 then return (value - 1) / 2 end
  return sub(text, value / 2 + 1, match[index * 2 + 1] / 2)
end

-- Where a match begins, and where it ends, counted from 0.
function pattern.bounds(match)
  return match[0] / 2, match[1] / 2
end

return pattern
