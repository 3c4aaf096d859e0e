"""``sd: static``: the hosts of the configuration."""

from krakendtw.plugin import DiscoveryMaker

static = DiscoveryMaker("static", module="krakendtw.sd.static")
