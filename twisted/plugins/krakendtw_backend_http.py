"""``backend/http``: what failing statuses become."""

from krakendtw.plugin import MiddlewareMaker

backend_http = MiddlewareMaker(
    "backend/http",
    module="krakendtw.proxy.status",
    aliases=("github.com/devopsfaith/krakend/http",),
)
