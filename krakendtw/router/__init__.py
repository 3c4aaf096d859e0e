"""The router pipe: from the request of a client to its answer."""
