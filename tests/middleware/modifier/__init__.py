"""Tests of the components that change what passes."""
