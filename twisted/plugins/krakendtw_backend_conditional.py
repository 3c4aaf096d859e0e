"""``backend/conditional``: a backend that is asked under a condition only."""

from krakendtw.plugin import MiddlewareMaker

conditional = MiddlewareMaker(
    "backend/conditional",
    module="krakendtw.middleware.backend.conditional",
    extra="cel",
)
