"""Tests of the doors for user plugins."""
