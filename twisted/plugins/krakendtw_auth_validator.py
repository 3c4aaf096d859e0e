"""``auth/validator``: signed tokens (JWT) at the endpoints."""

from krakendtw.plugin import MiddlewareMaker

validator = MiddlewareMaker(
    "auth/validator",
    module="krakendtw.middleware.auth.validator",
    aliases=("github.com/devopsfaith/krakend-jose/validator",),
    extra="jwt",
)
