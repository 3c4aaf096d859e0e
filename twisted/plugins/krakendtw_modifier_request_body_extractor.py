"""``modifier/request-body-extractor``: values of the body as header fields."""

from krakendtw.plugin import MiddlewareMaker

request_body_extractor = MiddlewareMaker(
    "modifier/request-body-extractor",
    module="krakendtw.middleware.modifier.request_body_extractor.extractor",
    extra="jmespath",
)
