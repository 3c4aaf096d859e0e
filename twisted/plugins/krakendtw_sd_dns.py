"""``sd: dns``: hosts from DNS SRV records."""

from krakendtw.plugin import DiscoveryMaker

dns = DiscoveryMaker("dns", module="krakendtw.sd.dns")
