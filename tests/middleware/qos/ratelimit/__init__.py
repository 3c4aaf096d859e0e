"""Tests of ``qos/ratelimit/…``."""
