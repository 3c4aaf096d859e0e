"""Tests of the schema of the configuration."""
