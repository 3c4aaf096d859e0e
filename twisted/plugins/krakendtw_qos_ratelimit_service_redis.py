"""``qos/ratelimit/service/redis``: limits of all gateways together."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_service_redis = MiddlewareMaker(
    "qos/ratelimit/service/redis",
    module="krakendtw.middleware.qos.ratelimit.service.redis",
)
