"""The tests of krakendtw; they mirror its tree path for path."""
