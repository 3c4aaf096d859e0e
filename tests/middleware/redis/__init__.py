"""Tests of ``redis``."""
