"""The proxy pipe: from the request of one endpoint to merged data."""
