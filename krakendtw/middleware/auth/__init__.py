"""Who may enter: ``auth/…``."""
