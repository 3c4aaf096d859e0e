"""The subcommands of the ``krakendtw`` program, a module each."""
