"""``security/policies``: expressions that requests, answers and tokens satisfy."""

from krakendtw.plugin import MiddlewareMaker

policies = MiddlewareMaker(
    "security/policies",
    module="krakendtw.middleware.security.policies",
    extra="cel",
)
