"""Components that change requests and responses: scripts and modifiers."""
