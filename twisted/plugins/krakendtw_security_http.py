"""``security/http``: hosts, redirects to TLS and protective fields."""

from krakendtw.plugin import MiddlewareMaker

http = MiddlewareMaker(
    "security/http",
    module="krakendtw.middleware.security.http",
    aliases=("github_com/devopsfaith/krakend-httpsecure",),
)
