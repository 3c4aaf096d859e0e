"""Tests of ``krakendtw.middleware.auth``."""
