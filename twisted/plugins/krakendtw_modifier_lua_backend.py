"""``modifier/lua-backend``: Lua scripts."""

from krakendtw.plugin import MiddlewareMaker

lua_backend = MiddlewareMaker(
    "modifier/lua-backend",
    module="krakendtw.middleware.modifier.lua_backend",
    aliases=("github.com/devopsfaith/krakend-lua/proxy/backend",),
    extra="lua",
)
