"""Tests of :mod:`krakendtw.transport.server`."""
