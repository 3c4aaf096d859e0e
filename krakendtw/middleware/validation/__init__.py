"""``validation``: what a request, a response or a token must be like."""
