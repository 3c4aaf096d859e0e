"""The doors for user plugins: ``plugin/…``."""
