"""``qos/ratelimit/tiered``: limits that depend on a header."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_tiered = MiddlewareMaker(
    "qos/ratelimit/tiered", module="krakendtw.middleware.qos.ratelimit.tiered"
)
