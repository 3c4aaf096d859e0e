"""Tests of the proxy pipe."""
