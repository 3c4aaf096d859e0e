"""``modifier/request-body-generator``: a template writes the body for backends."""

from krakendtw.plugin import MiddlewareMaker

request_body_generator = MiddlewareMaker(
    "modifier/request-body-generator",
    module="krakendtw.middleware.modifier.request_body_generator",
    aliases=("modifier/body-generator",),
)
