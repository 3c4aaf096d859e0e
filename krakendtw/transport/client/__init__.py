"""The pooled HTTP/1.1 client under the proxy pipe."""
