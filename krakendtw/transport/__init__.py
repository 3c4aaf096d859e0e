"""Wires: the HTTP server and the HTTP client."""
