"""``qos/circuit-breaker``: stop calling a backend that keeps failing."""

from krakendtw.plugin import MiddlewareMaker

circuit_breaker = MiddlewareMaker(
    "qos/circuit-breaker",
    module="krakendtw.middleware.qos.circuit_breaker.backend",
    aliases=("github.com/devopsfaith/krakend-circuitbreaker/gobreaker",),
)
