"""``qos/ratelimit/service``: limits of the whole gateway."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_service = MiddlewareMaker(
    "qos/ratelimit/service", module="krakendtw.middleware.qos.ratelimit.service.local"
)
