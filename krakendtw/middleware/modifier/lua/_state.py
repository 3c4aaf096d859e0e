"""A LuaJIT state, closed in: our modules loaded, everything else out of reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import frozen
from lupa import luajit21

from krakendtw.middleware.modifier.lua import _fetch
from krakendtw.middleware.modifier.lua._context import ContextFunctions
from krakendtw.middleware.modifier.lua._library import Library
from krakendtw.middleware.modifier.lua._request import RequestFunctions
from krakendtw.middleware.modifier.lua._response import ResponseFunctions
from krakendtw.middleware.modifier.lua._values import Containers

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._limits import Limits
    from krakendtw.middleware.modifier.lua._work import Desk

_PACKAGE = "krakendtw.middleware.modifier.lua"
_HOOK_EVERY = 1000
"""Instructions between two looks at the budget; see ``core.lua``."""

_PREPARE = """
jit.off()
jit.flush()
collectgarbage("setpause", 150)
return loadstring, collectgarbage
"""

# When all is loaded the global table is emptied: our modules have taken what
# they need, and nothing that a script might find its way to is left.
_CLOSE_IN = """
local globals, loaded, pairs = _G, package.loaded, pairs
for name in pairs(loaded) do loaded[name] = nil end
for name in pairs(globals) do globals[name] = nil end
"""


@frozen
class Doors:
    """What a state is used by; see ``session.lua``."""

    start: Callable[..., Any]
    finish: Callable[..., Any]
    resume: Callable[..., Any]
    set_chunk: Callable[..., Any]
    collect: Callable[..., Any]


def open_state(
    desk: Desk,
    limits: Limits,
    *,
    subject: str,
    open_libs: bool,
    tracks_order: bool,
) -> Doors:
    """A state for the scripts of one place.

    :param desk: where the functions that scripts call find what they work on.
    :param subject: ``request`` or ``ctx``.
    :param open_libs: whether scripts have all libraries.
    :param tracks_order: whether tables remember the order of their keys.
    """
    runtime = luajit21.LuaRuntime(
        encoding="latin-1",
        source_encoding="latin-1",
        attribute_filter=_refuse,
        register_eval=False,
        register_builtins=False,
        unpack_returned_tuples=True,
    )
    load, collect = runtime.execute(_PREPARE)
    containers = Containers(desk, limits.data)
    host = _host(desk, containers, tracks_order)

    def run(name: str, *arguments: Any) -> Any:
        source = files(_PACKAGE).joinpath(f"{name}.lua").read_text("ascii")
        return load(source, "=[G]")(*arguments)

    core = run("core", runtime.table_from(host))
    core.limits.ticks = limits.instructions / _HOOK_EVERY
    core.limits.seconds = limits.seconds
    core.limits.turn = limits.turn
    core.limits.kilobytes = limits.memory / 1024
    core.limits.kept = limits.data
    base, tables, pattern = run("base", core), run("tables", core), run("pattern", core)
    text, system = run("text", core, pattern), run("system", core)
    objects = run("objects", core)
    settings = {
        "subject": subject,
        "open_libs": open_libs,
        "tracks_order": tracks_order,
    }
    sessions = run(
        "session",
        *(core, base, tables, text, system, objects),
        runtime.table_from(settings),
    )
    watch = core.watch
    runtime.execute(_CLOSE_IN)
    watch()
    return Doors(
        sessions.start, sessions.finish, sessions.resume, sessions.set_chunk, collect
    )


def _refuse(_object: object, name: object, _is_setting: bool) -> NoReturn:
    """No attribute of any Python object is for Lua."""
    raise AttributeError(f"access denied: {name!r}")


def _host(
    desk: Desk, containers: Containers, tracks_order: bool
) -> Mapping[str, Callable[..., Any]]:
    """Everything in Python that our Lua calls."""
    return {
        **Library(tracks_order=tracks_order).functions(),
        **containers.functions(),
        **RequestFunctions(desk).functions(),
        **ResponseFunctions(desk).functions(),
        **ContextFunctions(desk).functions(),
        **_fetch.functions(),
    }
