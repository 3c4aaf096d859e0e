"""The example plugins, loaded the way a gateway loads them."""
