"""``telemetry/logging``: where the gateway's log goes."""

from krakendtw.plugin import MiddlewareMaker

logging = MiddlewareMaker(
    "telemetry/logging",
    module="krakendtw.middleware.telemetry.logging",
    aliases=("github_com/devopsfaith/krakend-gologging",),
)
