"""Components that decide how a backend is asked."""
