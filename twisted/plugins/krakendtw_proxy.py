"""``proxy``: merging, static data, flatmap and shadows of an endpoint's pipe."""

from krakendtw.plugin import MiddlewareMaker

proxy = MiddlewareMaker(
    "proxy",
    module="krakendtw.proxy.settings",
    aliases=("github.com/devopsfaith/krakend/proxy",),
)
