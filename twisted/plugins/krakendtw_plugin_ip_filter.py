"""``ip-filter``: a plugin that lets addresses in, or keeps them out."""

from krakendtw.middleware.plugin.ip_filter import IPFilter

ip_filter = IPFilter()
