"""Tests of what the gateway tells of itself."""
