"""Connections to Redis: ``redis``."""
