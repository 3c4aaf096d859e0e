"""Service discovery drivers, one module each."""
