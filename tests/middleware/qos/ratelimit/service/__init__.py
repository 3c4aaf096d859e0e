"""Tests of the limits of the gateway."""
