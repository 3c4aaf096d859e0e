"""``auth/client-credentials``: tokens of our own on the way to backends."""

from krakendtw.plugin import MiddlewareMaker

client_credentials = MiddlewareMaker(
    "auth/client-credentials",
    module="krakendtw.middleware.auth.client_credentials",
    aliases=("github.com/devopsfaith/krakend-oauth2-clientcredentials",),
)
