"""``auth/basic``: endpoints for users with a password."""

from krakendtw.plugin import MiddlewareMaker

basic = MiddlewareMaker(
    "auth/basic", module="krakendtw.middleware.auth.basic", extra="basic"
)
