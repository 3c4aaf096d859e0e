"""``modifier/response-headers``: header fields of all answers, changed at the end."""

from krakendtw.plugin import MiddlewareMaker

response_headers = MiddlewareMaker(
    "modifier/response-headers",
    module="krakendtw.middleware.modifier.response_headers",
)
