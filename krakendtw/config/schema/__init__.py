"""The schema of the configuration: its frame, and the namespaces without owners."""
