"""Who gets in: ``auth/…``."""
