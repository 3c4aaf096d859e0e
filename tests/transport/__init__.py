"""Tests of :mod:`krakendtw.transport`."""
