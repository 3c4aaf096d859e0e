"""``security/cors``: which pages may call the gateway from a browser."""

from krakendtw.plugin import MiddlewareMaker

cors = MiddlewareMaker(
    "security/cors",
    module="krakendtw.middleware.security.cors",
    aliases=("github_com/devopsfaith/krakend-cors",),
)
