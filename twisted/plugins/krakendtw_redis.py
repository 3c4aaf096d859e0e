"""``redis``: named connections to Redis."""

from krakendtw.plugin import MiddlewareMaker

redis = MiddlewareMaker(
    "redis", module="krakendtw.middleware.redis.settings", extra="redis"
)
