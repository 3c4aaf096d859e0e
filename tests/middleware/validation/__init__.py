"""Tests of ``krakendtw.middleware.validation``."""
