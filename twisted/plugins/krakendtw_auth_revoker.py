"""``auth/revoker``: tokens that are not to be taken any more."""

from krakendtw.plugin import MiddlewareMaker

revoker = MiddlewareMaker(
    "auth/revoker",
    module="krakendtw.middleware.auth.revoker",
    aliases=("github_com/devopsfaith/bloomfilter",),
    extra="revoker",
)
