"""Tests of ``modifier/request-body-extractor``."""
