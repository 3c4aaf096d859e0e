"""``plugin/req-resp-modifier``: the door for plugins that change what passes."""

from krakendtw.plugin import MiddlewareMaker

req_resp_modifier = MiddlewareMaker(
    "plugin/req-resp-modifier",
    module="krakendtw.middleware.plugin.req_resp_modifier",
    aliases=("github.com/devopsfaith/krakend/proxy/plugin",),
)
