"""Tests of :mod:`krakendtw.sd`."""
