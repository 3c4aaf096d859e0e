"""``qos/ratelimit/proxy``: a limit of the calls to one backend."""

from krakendtw.plugin import MiddlewareMaker

ratelimit_proxy = MiddlewareMaker(
    "qos/ratelimit/proxy", module="krakendtw.middleware.qos.ratelimit.proxy"
)
