"""Reading backend bodies and rendering answers, one module a format."""
