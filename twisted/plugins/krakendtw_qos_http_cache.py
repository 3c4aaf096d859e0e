"""``qos/http-cache``: answers of a backend kept in memory."""

from krakendtw.plugin import MiddlewareMaker

http_cache = MiddlewareMaker(
    "qos/http-cache",
    module="krakendtw.middleware.qos.http_cache",
    aliases=("github.com/devopsfaith/krakend-httpcache",),
)
