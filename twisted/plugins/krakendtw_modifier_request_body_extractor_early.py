"""``modifier/request-body-extractor/early``: the same before anybody else looks."""

from krakendtw.plugin import MiddlewareMaker

request_body_extractor_early = MiddlewareMaker(
    "modifier/request-body-extractor/early",
    module="krakendtw.middleware.modifier.request_body_extractor.early",
    extra="jmespath",
)
