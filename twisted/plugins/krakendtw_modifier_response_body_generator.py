"""``modifier/response-body-generator``: a template writes the answer's body."""

from krakendtw.plugin import MiddlewareMaker

response_body_generator = MiddlewareMaker(
    "modifier/response-body-generator",
    module="krakendtw.middleware.modifier.response_body_generator",
)
