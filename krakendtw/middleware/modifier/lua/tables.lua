-- Concatenation, the table library, and the order of keys.

local core = ...

local type, select, rawget, rawset, next = type, select, rawget, rawset, next
local setmetatable, get_metatable = setmetatable, debug.getmetatable
local join, floor, fmod = table.concat, math.floor, math.fmod
local fail, type_error = core.fail, core.type_error
local check_table, check_string, check_integer = core.check_table, core.check_string, core.check_integer
local number_text, heavy, pausing = core.number_text, core.heavy, core.pausing

local tables = {}

-- Concatenation ---------------------------------------------------------------

local handler_of = core.handler_of

local function concatenate_two(left, right)
  local first, second = type(left), type(right)
  if (first == "string" or first == "number") and (second == "string" or second == "number") then
    if first == "number" then left = number_text(left) end
    if second == "number" then right = number_text(right) end
    heavy(#left + #right)
    return left .. right
  end
  local handle = handler_of(left, "__concat") or handler_of(right, "__concat")
  if not handle then
    fail("cannot perform concat operation between " .. first .. " and " .. second)
  end
  return (handle(left, right))
end

-- All operands at once where they are text, else two by two from the right.
local function concatenate_all(count, ...)
  local operands, size = {...}, 0
  for index = 1, count do
    local kind = type(operands[index])
    if kind == "string" then
      size = size + #operands[index]
    elseif kind == "number" then
      operands[index] = number_text(operands[index])
    else
      operands = {...}
      local result = operands[count]
      for place = count - 1, 1, -1 do result = concatenate_two(operands[place], result) end
      return result
    end
  end
  heavy(size)
  return join(operands, "", 1, count)
end

function core.concatenate(...)
  local count = select("#", ...)
  if count == 2 then
    local left, right = ...
    if type(left) == "string" and type(right) == "string" then
      heavy(#left + #right)
      return left .. right
    end
    return concatenate_two(left, right)
  end
  return concatenate_all(count, ...)
end

-- The length of a list is its greatest index, whatever holes there are. LuaJIT
-- stops at any hole; where the list goes on behind it is looked for in so many
-- of the next keys of a list that is not too long.
local LONG, KEYS = 4096, 64

local function is_index(key)
  return type(key) == "number" and key >= 1 and key < 67108864 and key == floor(key)
end

local function border(list)
  local length = #list
  if length > LONG then return length end
  local key = next(list, length > 0 and length or nil)
  local most = length
  for _ = 1, KEYS do
    if key == nil then break end
    if is_index(key) and key > most then most = key end
    key = next(list, key)
  end
  return most
end

core.border = border

-- The length of a value: a table's own handler goes first, unlike in LuaJIT.
function core.length(value)
  if type(value) == "table" then
    local handle = get_metatable(value) and handler_of(value, "__len")
    if handle then return (handle(value)) end
    return border(value)
  end
  return #value
end

-- Arithmetic. Some texts are other numbers for Go than for LuaJIT, and some are
-- numbers for LuaJIT only; the rest of a division is Go's, too.
local function arithmetic(name, run)
  local event = "__" .. name
  local function slow(left, right)
    local handle = handler_of(left, event) or handler_of(right, event)
    if handle then return (handle(left, right)) end
    local first, second = left, right
    if type(left) == "string" then first = core.parse_number(left) or left end
    if type(right) == "string" then second = core.parse_number(right) or right end
    if type(first) == "number" and type(second) == "number" then return run(first, second) end
    fail("cannot perform " .. name .. " operation between " .. type(first) .. " and " .. type(second))
  end
  return slow
end

local slow_add = arithmetic("add", function(a, b) return a + b end)
local slow_sub = arithmetic("sub", function(a, b) return a - b end)
local slow_mul = arithmetic("mul", function(a, b) return a * b end)
local slow_div = arithmetic("div", function(a, b) return a / b end)
local slow_pow = arithmetic("pow", function(a, b) return a ^ b end)

function core.add(left, right)
  if type(left) == "number" and type(right) == "number" then return left + right end
  return slow_add(left, right)
end

function core.sub(left, right)
  if type(left) == "number" and type(right) == "number" then return left - right end
  return slow_sub(left, right)
end

function core.mul(left, right)
  if type(left) == "number" and type(right) == "number" then return left * right end
  return slow_mul(left, right)
end

function core.div(left, right)
  if type(left) == "number" and type(right) == "number" then return left / right end
  return slow_div(left, right)
end

function core.pow(left, right)
  if type(left) == "number" and type(right) == "number" then return left ^ right end
  return slow_pow(left, right)
end

local function rest_of(left, right)
  local rest = fmod(left, right)
  if rest * right < 0 then return rest + right end
  return rest
end

local slow_mod = arithmetic("mod", rest_of)

function core.mod(left, right)
  if type(left) == "number" and type(right) == "number" then return rest_of(left, right) end
  return slow_mod(left, right)
end

function core.unm(value)
  if type(value) == "number" then return -value end
  local handle = handler_of(value, "__unm")
  if handle then return (handle(value)) end
  local number = type(value) == "string" and core.parse_number(value)
  if number then return -number end
  fail("__unm undefined")
end

-- A bound of a numeric loop, for which no text will do.
function core.bound(value)
  if type(value) == "string" then return false end
  return value
end

-- The step of one: nought goes down, and gets nowhere.
function core.step(value)
  if value == 0 then return -5e-324 end
  return core.bound(value)
end

-- The table library -------------------------------------------------------------

function tables.getn(list)
  check_table(list, 1)
  return border(list)
end

function tables.maxn(list)
  check_table(list, 1)
  local most = 0
  for key in next, list do
    if pausing.now then pausing.now() end
    if type(key) == "number" and key > most and key == floor(key) then most = key end
  end
  return most
end

function tables.concat(list, separator, first, last, ...)
  check_table(list, 1)
  if separator ~= nil and type(separator) ~= "string" then type_error(2, "string", separator) end
  local length = border(list)
  local only_first = first ~= nil and last == nil
  first = check_integer(first, 3, 1)
  last = check_integer(last, 4, length)
  if only_first and (first > length or first < 1) then return "" end
  if first > length then first = length end
  if first < 1 then first = 1 end
  if last > length then last = length end
  if first > last then return "" end
  local texts, count = {}, last - first + 1
  local size = separator and #separator * count or 0
  for index = 1, count do
    if pausing.now then pausing.now() end
    local value = list[first + index - 1]
    local kind = type(value)
    if kind == "number" then
      value = number_text(value)
    elseif kind ~= "string" then
      fail("invalid value (" .. kind .. ") at index " .. number_text(first + index - 1) .. " in table for concat")
    end
    texts[index] = value
    size = size + #value
  end
  if count == 1 then return list[first] end
  heavy(size)
  return join(texts, separator or "", 1, count)
end

function tables.insert(...)
  local list, place, value = ...
  check_table(list, 1)
  local count = select("#", ...)
  if count == 1 then fail("wrong number of arguments") end
  local length = border(list)
  if count == 2 then
    if place ~= nil then list[length + 1] = place end
    return
  end
  place = check_integer(place, 2)
  if place >= 1 then
    for index = length, place, -1 do
      if pausing.now then pausing.now() end
      list[index + 1] = list[index]
    end
  end
  list[place] = value
end

function tables.remove(...)
  local list, place = ...
  check_table(list, 1)
  local length = border(list)
  if length == 0 then return nil end
  if select("#", ...) == 1 then
    place = length
  else
    place = check_integer(place, 2)
    if place > length then return nil end
    if place < 1 then place = length end
  end
  local removed = list[place]
  for index = place, length do
    if pausing.now then pausing.now() end
    list[index] = list[index + 1]
  end
  return removed
end

-- Sorting, by merging: our own, so that the budget holds and a comparison that
-- contradicts itself does no harm, as in gopher-lua.
local function less(left, right)
  local kind = type(left)
  if kind ~= type(right) or kind ~= "number" and kind ~= "string" and not handler_of(left, "__lt") then
    fail("attempt to compare " .. kind .. " with " .. type(right))
  end
  return left < right
end

local function merge(from, to, first, middle, last, before)
  local left, right = first, middle
  for index = first, last - 1 do
    if pausing.now then pausing.now() end
    if right >= last or left < middle and not before(from[right], from[left]) then
      to[index] = from[left]
      left = left + 1
    else
      to[index] = from[right]
      right = right + 1
    end
  end
end

local function sort(list, before)
  local length = border(list)
  local from, to, width = {}, {}, 1
  for index = 1, length do
    if pausing.now then pausing.now() end
    from[index] = list[index]
  end
  while width < length do
    for first = 1, length, 2 * width do
      local middle = first + width
      local last = middle + width
      if middle > length + 1 then middle = length + 1 end
      if last > length + 1 then last = length + 1 end
      merge(from, to, first, middle, last, before)
    end
    from, to, width = to, from, width * 2
  end
  for index = 1, length do
    if pausing.now then pausing.now() end
    list[index] = from[index]
  end
end

function tables.sort(...)
  local list, before = ...
  check_table(list, 1)
  if select("#", ...) > 1 then core.check_function(before, 2) end
  sort(list, before or less)
end

-- The order of keys ---------------------------------------------------------------
--
-- gopher-lua goes through a table's numbers from 1 on and then through its other
-- keys in the order in which they came. Where a script may see that (it has
-- pairs or next in its text) the translation has these functions told of every
-- key that is new.

local order = setmetatable({}, {__mode = "k"})
local shapes = {}

-- A table constructor with its keys: {b = 1, a = 2}.
function core.set_order(keys, made)
  local shape = shapes[keys]
  if shape == nil then
    shape = {}
    for key in core.split(keys, "\0") do shape[#shape + 1] = key end
    shape.is_shared = true
    shapes[keys] = shape
  end
  order[made] = shape
  return made
end

local function remember(made, key)
  local keys = order[made]
  if keys == nil then
    keys = {}
    order[made] = keys
  elseif keys.is_shared then
    local own = {}
    for index = 1, #keys do own[index] = keys[index] end
    keys = own
    order[made] = keys
  end
  if not keys.places then
    -- Looking through the list does for the few keys that most tables have.
    local count = #keys
    if count < 8 then
      for index = 1, count do
        if keys[index] == key then return end
      end
      keys[count + 1] = key
      return
    end
    keys.places = {}
    for index = 1, count do keys.places[keys[index]] = true end
  end
  if not keys.places[key] then
    keys.places[key] = true
    keys[#keys + 1] = key
  end
end

-- The assignment target[key] = value.
function core.set_key(target, key, value)
  if type(target) ~= "table" then
    target[key] = value
    return
  end
  if key == nil then fail("table index is nil") end
  if key ~= key then fail("table index is NaN") end
  if value == nil or is_index(key) or rawget(target, key) ~= nil then
    target[key] = value
    return
  end
  target[key] = value
  if rawget(target, key) ~= nil then remember(target, key) end
end

-- The keys that a table has now, in gopher-lua's order.
local function keys_of(list)
  local numbers, others, known = {}, {}, {}
  local is_sorted = true
  for key in next, list do
    if pausing.now then pausing.now() end
    if is_index(key) then
      local count = #numbers
      if count > 0 and numbers[count] > key then is_sorted = false end
      numbers[count + 1] = key
    else
      others[#others + 1] = key
    end
  end
  if not is_sorted then sort(numbers, less) end
  local keys = order[list]
  if keys then
    for index = 1, #keys do
      local key = keys[index]
      if rawget(list, key) ~= nil then
        numbers[#numbers + 1] = key
        known[key] = true
      end
    end
  end
  for index = 1, #others do
    local key = others[index]
    if not known[key] then numbers[#numbers + 1] = key end
  end
  return numbers
end

local function next_in_order(list, key)
  if key == nil and rawget(list, 1) ~= nil then return 1, rawget(list, 1) end
  local keys = keys_of(list)
  if key == nil then
    if keys[1] == nil then return nil end
    return keys[1], rawget(list, keys[1])
  end
  for index = 1, #keys do
    if keys[index] == key then
      key = keys[index + 1]
      if key == nil then return nil end
      return key, rawget(list, key)
    end
  end
  return nil
end

core.ordered = {}

local raw_set = core.base.rawset

function core.ordered.next(...)
  return next_in_order(core.seen((...), 1), (select(2, ...)))
end

function core.ordered.pairs(...)
  local list = core.seen((...), 1)
  local keys, index = keys_of(list), 0
  return function(_, last)
    while true do
      index = index + 1
      local key = keys[index]
      if key == nil then return nil end
      local value = rawget(list, key)
      if value ~= nil then return key, value end
    end
  end, list, nil
end

function core.ordered.rawset(...)
  local list, key, value = ...
  local is_new = type(list) == "table" and value ~= nil and not is_index(key) and rawget(list, key) == nil
  raw_set(...)
  if is_new then remember(list, key) end
end

return tables
