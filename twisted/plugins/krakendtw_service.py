"""``twistd krakendtw``."""

from twisted.application.service import ServiceMaker

krakendtw = ServiceMaker(
    "krakendtw",
    "krakendtw.tap",
    "An API gateway that is a drop-in for KrakenD.",
    "krakendtw",
)
