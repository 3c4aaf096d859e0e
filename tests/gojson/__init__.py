"""Tests of JSON as Go has it."""
