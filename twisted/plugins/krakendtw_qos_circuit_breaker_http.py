"""``qos/circuit-breaker/http``: a breaker around a backend's HTTP client."""

from krakendtw.plugin import MiddlewareMaker

circuit_breaker_http = MiddlewareMaker(
    "qos/circuit-breaker/http", module="krakendtw.middleware.qos.circuit_breaker.http"
)
