"""Tests of sprig's functions."""
