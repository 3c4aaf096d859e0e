"""From a configuration file to frozen, resolved values."""
