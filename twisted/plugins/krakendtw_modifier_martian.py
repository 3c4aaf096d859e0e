"""``modifier/martian``: static changes of a backend's HTTP exchange."""

from krakendtw.plugin import MiddlewareMaker

martian = MiddlewareMaker(
    "modifier/martian",
    module="krakendtw.middleware.modifier.martian.settings",
    aliases=("github.com/devopsfaith/krakend-martian",),
)
