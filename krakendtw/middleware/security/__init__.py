"""Protection of clients and of the gateway: ``security/…``."""
