"""Tests of ``qos/…``."""
