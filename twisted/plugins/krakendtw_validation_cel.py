"""``validation/cel``: accept or refuse by expressions."""

from krakendtw.plugin import MiddlewareMaker

cel = MiddlewareMaker(
    "validation/cel",
    module="krakendtw.middleware.validation.cel",
    aliases=("github.com/devopsfaith/krakend-cel",),
    extra="cel",
)
