"""Tests of ``modifier/martian``."""
