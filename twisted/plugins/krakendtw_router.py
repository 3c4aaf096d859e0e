"""``router``: options of the HTTP router."""

from krakendtw.plugin import MiddlewareMaker

router = MiddlewareMaker(
    "router",
    module="krakendtw.router.settings",
    aliases=("github_com/luraproject/lura/router/gin",),
)
