"""``plugin/http-client``: the door for plugins that replace the HTTP client."""

from krakendtw.plugin import MiddlewareMaker

http_client = MiddlewareMaker(
    "plugin/http-client",
    module="krakendtw.middleware.plugin.http_client",
    aliases=("github.com/devopsfaith/krakend/transport/http/client/executor",),
)
