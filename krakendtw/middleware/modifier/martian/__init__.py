"""``modifier/martian``: static changes of a backend's HTTP exchange."""
