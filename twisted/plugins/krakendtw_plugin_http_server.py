"""``plugin/http-server``: the door for plugins around the router."""

from krakendtw.plugin import MiddlewareMaker

http_server = MiddlewareMaker(
    "plugin/http-server",
    module="krakendtw.middleware.plugin.http_server",
    aliases=("github_com/devopsfaith/krakend/transport/http/server/handler",),
)
