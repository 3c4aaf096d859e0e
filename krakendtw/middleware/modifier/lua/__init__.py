"""Lua scripts: from source text to what runs in a request."""
