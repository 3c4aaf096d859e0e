"""Tests of ``security/…``."""
