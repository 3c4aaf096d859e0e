"""Limits of the whole gateway: ``qos/ratelimit/service``."""
