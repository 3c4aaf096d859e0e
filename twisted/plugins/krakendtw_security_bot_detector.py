"""``security/bot-detector``: refuses clients by their User-Agent."""

from krakendtw.plugin import MiddlewareMaker

bot_detector = MiddlewareMaker(
    "security/bot-detector",
    module="krakendtw.middleware.security.bot_detector",
    aliases=("github_com/devopsfaith/krakend-botdetector",),
    extra="regex",
)
