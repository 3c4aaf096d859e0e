"""``plugin/middleware``: user plugins around the rest of a pipe."""

from krakendtw.plugin import MiddlewareMaker

middleware = MiddlewareMaker(
    "plugin/middleware",
    module="krakendtw.middleware.plugin.middleware",
)
