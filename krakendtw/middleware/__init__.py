"""Built-in components; the path of a module is its namespace."""
