"""``modifier/jmespath``: an expression makes new data out of an answer's."""

from krakendtw.plugin import MiddlewareMaker

jmespath = MiddlewareMaker(
    "modifier/jmespath",
    module="krakendtw.middleware.modifier.jmespath",
    extra="jmespath",
)
