"""``auth/signer``: parts of answers as signed tokens (JWT)."""

from krakendtw.plugin import MiddlewareMaker

signer = MiddlewareMaker(
    "auth/signer",
    module="krakendtw.middleware.auth.signer",
    aliases=("github.com/devopsfaith/krakend-jose/signer",),
    extra="jwt",
)
