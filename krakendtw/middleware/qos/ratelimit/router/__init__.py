"""Limits of one endpoint: ``qos/ratelimit/router``."""
