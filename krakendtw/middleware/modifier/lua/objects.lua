-- What a script works with: luaTable, luaList, luaNil, http_response, request,
-- response, ctx and custom_error.
--
-- An object is a userdata of Lua's own and holds nothing. What it stands for, a
-- Python object, is looked up by it in tables that no script can reach.

local core = ...

local host = core.host
local type, select, next, unpack = type, select, next, unpack
local new_proxy, raw_metatable, set_metatable = newproxy, debug.getmetatable, setmetatable
local fail, type_error, argument_error = core.fail, core.type_error, core.argument_error
local check_string, check_number, to_integer = core.check_string, core.check_number, core.to_integer
local number_text, heavy, await = core.number_text, core.heavy, core.await
local pausing, keeps, spent = core.pausing, core.keeps, core.spent

local NEED = "need arguments"
local NEED_LIST = "invalid header value, must be a luaList"
local GONE = "runtime error: invalid memory address or nil pointer dereference"

local WEAK = {__mode = "k"}
local tables, lists, answers = set_metatable({}, WEAK), set_metatable({}, WEAK), set_metatable({}, WEAK)

-- Bytes that something of ours takes beside its text.
local ENTRY = 100

-- Making objects ------------------------------------------------------------------------
--
-- Each kind has a first object, whose metatable all others share. A session that
-- has a look at the methods of a kind gets its own, to do with them as it likes.

local METHODS, FIRST = {}, {}

local function new_kind(kind, methods)
  METHODS[kind] = methods
  local first = new_proxy(true)
  local metatable = raw_metatable(first)
  metatable.__index, metatable.__newindex, metatable.kind = methods, core.refuse_index, kind
  FIRST[kind] = first
  return methods
end

-- The methods of a kind, for a session to change.
function core.own_methods(session, kind)
  local first = new_proxy(true)
  local metatable = raw_metatable(first)
  local methods = {}
  for name, method in next, METHODS[kind] do methods[name] = method end
  metatable.__index, metatable.__newindex, metatable.kind = methods, core.refuse_index, kind
  if not session.first then session.first = {} end
  session.first[kind] = first
  return methods
end

local function make(kind)
  local own = core.session.first
  return new_proxy(own and own[kind] or FIRST[kind])
end

local function make_table(value)
  local object = make("luaTable")
  tables[object] = value
  return object
end

local function make_list(value)
  local object = make("luaList")
  lists[object] = value
  return object
end

local function kind_of(object)
  local metatable = type(object) == "userdata" and raw_metatable(object)
  return metatable and metatable.kind
end

function core.is_own(object)
  return raw_metatable(object) == nil or kind_of(object) ~= nil
end

-- What getmetatable shows of one of our objects: the table of its kind.
function core.metatable_of(object)
  local kind = kind_of(object)
  return kind and core.kind_table(core.session, kind)
end

-- The Python object behind one of ours, and whether it stands for data at all.
local function reveal(object)
  local found = tables[object] or lists[object]
  if found ~= nil then return found, true end
  return nil, kind_of(object) == "luaNil"
end

local function refuse_receiver(value, complaint)
  if type(value) ~= "userdata" then type_error(1, "userdata", value) end
  fail(complaint)
end

-- Values out of data: 0 says that it is null, 1 an object, 2 a list.
local function give(value, kind)
  if kind == nil then
    if value == nil then return end
    if type(value) == "string" then heavy(#value) end
    return value
  end
  if kind == 1 then return make_table(value) end
  if kind == 2 then return make_list(value) end
  if kind == 0 then return make("luaNil") end
  fail(value)
end

-- Native tables -------------------------------------------------------------------------------
--
-- They become Python's in portions, so that a long one is no long stop.

local PORTION, DEEPEST = 64, 200

local function or_abort(problem)
  if problem then core.abort(problem) end
end

local function key_text(key)
  if type(key) == "string" then return key end
  return core.raw_text(key)
end

local function hand_over(value, depth)
  if depth > DEEPEST then core.abort("memory limit exceeded") end
  local made, portion, count = host.new_table(), {}, 0
  for key, inner in next, value do
    if pausing.now then pausing.now() end
    local kind = type(inner)
    if kind == "string" or kind == "number" or kind == "boolean" then
      portion[count + 1], portion[count + 2] = key_text(key), inner
      count = count + 2
      if count == PORTION then
        or_abort(host.native_put(made, unpack(portion, 1, count)))
        count = 0
      end
    elseif kind == "table" then
      or_abort(host.table_set_data(made, key_text(key), host.native_nested(hand_over(inner, depth + 1))))
    elseif kind == "userdata" then
      local found, is_known = reveal(inner)
      if is_known then or_abort(host.table_set_data(made, key_text(key), found)) end
    end
  end
  or_abort(host.native_put(made, unpack(portion, 1, count)))
  return made
end

-- Seconds that an item of data takes, a byte of a query or a field, and a field
-- that is sent.
local PER_ITEM, PER_LETTER, PER_FIELD = 4e-7, 2e-8, 4e-6

-- luaTable and luaList --------------------------------------------------------------------

-- The same methods for both: how keys are read, and who does the work.
local function container(registry, check_key, work)
  local methods = {}

  local function receiver(value)
    return registry[value] or refuse_receiver(value, "response expected")
  end

  function methods.get(...)
    if select("#", ...) ~= 2 then fail(NEED) end
    local self, key = ...
    return give(work.get(receiver(self), check_key(key, 2)))
  end

  function methods.set(...)
    if select("#", ...) ~= 3 then fail(NEED) end
    local self, key, value = ...
    local object = receiver(self)
    key = check_key(key, 2)
    local kind = type(value)
    local problem
    if kind == "string" or kind == "number" or kind == "boolean" then
      if kind == "string" then heavy(#value) end
      problem = work.set(object, key, value)
    elseif kind == "table" then
      problem = work.set_data(object, key, hand_over(value, 0))
    elseif kind == "userdata" then
      local found, is_known = reveal(value)
      if is_known then problem = work.set_data(object, key, found, true) else problem = work.make_room(object, key) end
    else
      problem = work.make_room(object, key)
    end
    or_abort(problem)
  end

  function methods.len(self)
    return work.len(receiver(self))
  end

  function methods.del(...)
    if select("#", ...) ~= 2 then fail(NEED) end
    local self, key = ...
    work.delete(receiver(self), check_key(key, 2))
  end

  return methods, receiver
end

local function check_index(value, index)
  return to_integer(check_number(value, index))
end

-- Growing a list by much takes a while.
local FAR = 4096

local function checked(run)
  return function(list, index, ...)
    local problem = run(list, index, ...)
    if index > FAR then spent() end
    return problem
  end
end

local table_methods, table_receiver = container(tables, check_string, {
  get = host.table_get, set = host.table_set, set_data = host.table_set_data,
  len = host.table_len, delete = host.table_delete,
  make_room = function() end,
})

function table_methods.keys(self)
  local object = table_receiver(self)
  heavy(host.table_len(object), PER_ITEM)
  return make_list(host.table_keys(object))
end

function table_methods.keyExists(...)
  if select("#", ...) ~= 2 then fail(NEED) end
  local self, key = ...
  return host.table_has(table_receiver(self), check_string(key, 2))
end

local list_methods = container(lists, check_index, {
  get = host.list_get, set = checked(host.list_set), set_data = checked(host.list_set_data),
  len = host.list_len, delete = host.list_delete,
  make_room = checked(host.list_make_room),
})

-- Header fields, and what else requests, responses and ctx have in common -----------------------

-- A method that reads a text, or writes it where it is given one.
local function text_property(receiver, read, write)
  return function(...)
    local self, value = ...
    receiver(self)
    if select("#", ...) == 1 then return (read()) end
    value = check_string(value, 2)
    heavy(#value, PER_LETTER)
    local flaw = write(value)
    if flaw then fail(flaw) end
  end
end

local function read_body(read)
  local value, is_late = read()
  if is_late then
    await("body")
    value = read()
  end
  heavy(#value)
  return value
end

local function body_property(receiver, read, write)
  return function(...)
    local self, value = ...
    receiver(self)
    if select("#", ...) ~= 2 then return read_body(read) end
    value = check_string(value, 2)
    heavy(#value)
    write(value)
  end
end

local function header_property(receiver, work)
  return function(...)
    local self, name, value = ...
    local count = select("#", ...)
    receiver(self)
    if count == 1 then
      local found = work.all()
      keeps(host.table_len(found) * ENTRY)
      spent()
      return make_table(found)
    end
    if count == 2 then return work.first(check_string(name, 2)) end
    if count ~= 3 then return end
    name = check_string(name, 2)
    if value == nil then
      work.drop(name)
      return
    end
    value = check_string(value, 3)
    local size = #name + #value
    heavy(size, PER_LETTER)
    keeps(size + ENTRY)
    local flaw = work.put(name, value)
    if flaw then fail(flaw) end
  end
end

local function header_list_property(receiver, work)
  return function(...)
    local self, name, value = ...
    local count = select("#", ...)
    receiver(self)
    if count == 1 then fail(NEED) end
    if count == 2 then return make_list(work.list(check_string(name, 2))) end
    if count ~= 3 then return end
    name = check_string(name, 2)
    local list = lists[value]
    if list == nil then fail(NEED_LIST) end
    local length = host.list_len(list)
    heavy(length, PER_ITEM)
    keeps(length * ENTRY)
    local flaw = work.put_list(name, list)
    if flaw then fail(flaw) end
  end
end

local function receiver_of(kind, complaint)
  return function(value)
    if type(value) ~= "userdata" then type_error(1, "userdata", value) end
    local metatable = raw_metatable(value)
    if not metatable or metatable.kind ~= kind then fail(complaint) end
  end
end

local function header_work(prefix)
  local work = {}
  for _, name in next, {"all", "first", "drop", "put", "list", "put_list"} do
    work[name] = host[prefix .. name]
  end
  return work
end

local function params_property(receiver, all, get, put)
  return function(...)
    local self, name, value = ...
    local count = select("#", ...)
    receiver(self)
    if count == 1 then
      local found = all()
      keeps(host.table_len(found) * ENTRY)
      spent()
      return make_table(found)
    end
    if count == 2 then return get(check_string(name, 2)) end
    if count ~= 3 then return end
    name, value = check_string(name, 2), check_string(value, 3)
    keeps(#name + #value + ENTRY)
    put(name, value)
    spent()
  end
end

-- request ---------------------------------------------------------------------------------------

local a_request = receiver_of("request", "request expected")
local request_work = header_work("request_header_")

local request_methods = {
  method = text_property(a_request, host.request_method, host.request_set_method),
  path = text_property(a_request, host.request_path, host.request_set_path),
  query = text_property(a_request, host.request_query, host.request_set_query),
  url = text_property(a_request, host.request_url, host.request_set_url),
  params = params_property(a_request, host.request_params, host.request_param, host.request_set_param),
  headers = header_property(a_request, request_work),
  headerList = header_list_property(a_request, request_work),
  body = body_property(a_request, host.request_body, host.request_set_body),
}

-- response --------------------------------------------------------------------------------------

local a_response = receiver_of("response", "response expected")
local response_work = header_work("response_header_")

local response_methods = {
  headers = header_property(a_response, response_work),
  headerList = header_list_property(a_response, response_work),
  body = body_property(a_response, host.response_body, host.response_set_body),
}

function response_methods.isComplete(...)
  local self, value = ...
  a_response(self)
  if select("#", ...) == 1 then return host.response_is_complete() end
  if type(value) ~= "boolean" then type_error(2, "boolean", value) end
  host.response_set_complete(value)
end

function response_methods.statusCode(...)
  local self, value = ...
  a_response(self)
  if select("#", ...) == 1 then return host.response_status() end
  host.response_set_status(to_integer(check_number(value, 2)))
end

function response_methods.data(self)
  a_response(self)
  return make_table(host.response_data())
end

-- ctx ---------------------------------------------------------------------------------------------

local a_context = receiver_of("ctx", "ginContext expected")
local context_work = header_work("context_header_")

local context_methods = {
  method = text_property(a_context, host.context_method, host.context_set_method),
  url = text_property(a_context, host.context_url, host.context_set_url),
  host = text_property(a_context, host.context_host, host.context_set_host),
  params = params_property(a_context, host.context_params, host.context_param, host.context_set_param),
  headers = header_property(a_context, context_work),
  headerList = header_list_property(a_context, context_work),
  body = body_property(a_context, host.context_body, host.context_set_body),
}

function context_methods.query(...)
  local self, name, value = ...
  local count = select("#", ...)
  a_context(self)
  if count == 1 then fail(NEED) end
  if count == 2 then return host.context_query(check_string(name, 2)) end
  if count ~= 3 then return end
  name, value = check_string(name, 2), check_string(value, 3)
  heavy(#name + #value, PER_LETTER)
  keeps(#name + #value + ENTRY)
  host.context_set_query(name, value)
  spent()
end

-- http_response -------------------------------------------------------------------------------------

-- The fields of a native table, names and values in turn.
local function header_fields(fields)
  local found, count = {}, 0
  local function add(name, value)
    if pausing.now then pausing.now() end
    found[count + 1], found[count + 2] = core.to_text(name), value
    count = count + 2
  end
  for name, value in next, fields do
    if type(value) == "string" then
      add(name, value)
    elseif type(value) == "table" then
      for index = 1, #value do add(name, core.to_text(value[index])) end
    end
  end
  heavy(count, PER_FIELD)
  return found
end

local function fetch(...)
  local url, method, body, fields = ...
  local count = select("#", ...)
  if count == 0 or count == 2 then fail("need 1, 3 or 4 arguments") end
  url = check_string(url, 1)
  if count == 1 then
    method, body = "GET", ""
  else
    method, body = check_string(method, 2), check_string(body, 3)
  end
  fields = count == 4 and type(fields) == "table" and header_fields(fields) or {}
  heavy(#url + #method, PER_LETTER)
  heavy(#body)
  local problem = host.refuse_fetch(url, method)
  if problem then fail(problem) end
  local answer, failure = await("fetch", url, method, body, fields)
  if answer == nil then fail(failure) end
  local object = make("http_response")
  answers[object] = answer
  return object
end

local function an_answer(value)
  return answers[value] or refuse_receiver(value, "response expected")
end

local function given(...)
  local value, is_gone = ...
  if is_gone then fail(GONE) end
  return value
end

local answer_methods = {}

function answer_methods.statusCode(self)
  return given(host.answer_status(an_answer(self)))
end

function answer_methods.headers(...)
  local self, name = ...
  local answer = an_answer(self)
  if select("#", ...) ~= 2 then fail(NEED) end
  return given(host.answer_header(answer, check_string(name, 2)))
end

function answer_methods.headerList(...)
  local self, name = ...
  local answer = an_answer(self)
  if select("#", ...) ~= 2 then fail(NEED) end
  return make_list(given(host.answer_headers(answer, check_string(name, 2))))
end

function answer_methods.body(self)
  local body = given(host.answer_body(an_answer(self)))
  heavy(#body)
  return body
end

function answer_methods.close(self)
  host.answer_close(an_answer(self))
end

-- custom_error ---------------------------------------------------------------------------------------

local SEPARATOR = " || "

local function custom_error(...)
  local message, code, kind = ...
  local count = select("#", ...)
  if count == 0 then fail(NEED) end
  message = check_string(message, 1)
  if count == 1 then fail(message .. SEPARATOR .. "-1") end
  message = message .. SEPARATOR .. number_text(to_integer(check_number(code, 2)))
  if count == 2 then fail(message) end
  fail(message .. SEPARATOR .. check_string(kind, 3))
end

local function new_table()
  keeps(3 * ENTRY)
  return make_table(host.new_table())
end

local function new_list()
  keeps(3 * ENTRY)
  return make_list(host.new_list())
end

-- What each kind of object is made by, beside its methods.
local MAKERS = {
  luaTable = {"new", new_table, table_methods},
  luaList = {"new", new_list, list_methods},
  luaNil = {"new", function() return make("luaNil") end, {}},
  http_response = {"new", fetch, answer_methods},
  request = {"load", function() return make("request") end, request_methods},
  response = {"load", function() return make("response") end, response_methods},
  ctx = {"load", function() return make("ctx") end, context_methods},
}

-- The table that stands for a kind among a session's globals. Its __index holds
-- the methods, once somebody looks at it.
local LAZY = {}

function core.kind_table(session, kind)
  local made = session.types[kind]
  if made == nil then
    local parts = MAKERS[kind]
    made = set_metatable({[parts[1]] = parts[2]}, LAZY[kind])
    session.types[kind] = made
  end
  return made
end

for kind, parts in next, MAKERS do
  new_kind(kind, parts[3])
  LAZY[kind] = {
    __index = function(made, name)
      if name ~= "__index" then return nil end
      set_metatable(made, nil)
      local methods = core.own_methods(core.session, kind)
      made.__index = methods
      return methods
    end,
  }
end

local is_lazy = {}
for _, metatable in next, LAZY do is_lazy[metatable] = true end

-- Whether a table of a kind has not been looked into yet.
function core.is_lazy(list)
  return is_lazy[raw_metatable(list)] ~= nil
end

return {custom_error = custom_error, kinds = MAKERS}
