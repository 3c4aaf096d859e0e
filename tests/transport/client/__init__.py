"""Tests of :mod:`krakendtw.transport.client`."""
