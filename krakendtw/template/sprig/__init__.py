"""The functions of the sprig library, a module for each family."""
