"""``modifier/lua-proxy``: Lua scripts."""

from krakendtw.plugin import MiddlewareMaker

lua_proxy = MiddlewareMaker(
    "modifier/lua-proxy",
    module="krakendtw.middleware.modifier.lua_proxy",
    aliases=("github.com/devopsfaith/krakend-lua/proxy",),
    extra="lua",
)
