"""Traffic: ``qos/…``."""
