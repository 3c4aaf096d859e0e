"""Tests of the components that decide how a backend is asked."""
