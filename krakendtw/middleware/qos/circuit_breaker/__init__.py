"""Circuit breakers: ``qos/circuit-breaker``."""
