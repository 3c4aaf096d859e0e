"""Rate limits: ``qos/ratelimit/…``."""
