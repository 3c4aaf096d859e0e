"""``modifier/response-body``: texts in an answer's data, changed one by one."""

from krakendtw.plugin import MiddlewareMaker

response_body = MiddlewareMaker(
    "modifier/response-body",
    module="krakendtw.middleware.modifier.response_body",
)
