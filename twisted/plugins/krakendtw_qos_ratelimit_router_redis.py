"""``qos/ratelimit/router/redis``: limits of one endpoint, shared by gateways."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_router_redis = MiddlewareMaker(
    "qos/ratelimit/router/redis",
    module="krakendtw.middleware.qos.ratelimit.router.redis",
)
