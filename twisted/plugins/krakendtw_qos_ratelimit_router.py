"""``qos/ratelimit/router``: limits of one endpoint."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_router = MiddlewareMaker(
    "qos/ratelimit/router", module="krakendtw.middleware.qos.ratelimit.router.local"
)
