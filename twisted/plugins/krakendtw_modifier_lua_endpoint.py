"""``modifier/lua-endpoint``: Lua scripts."""

from krakendtw.plugin import MiddlewareMaker

lua_endpoint = MiddlewareMaker(
    "modifier/lua-endpoint",
    module="krakendtw.middleware.modifier.lua_endpoint",
    aliases=("github.com/devopsfaith/krakend-lua/router",),
    extra="lua",
)
