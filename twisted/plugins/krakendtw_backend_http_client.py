"""``backend/http/client``: how one backend's client behaves."""

from krakendtw.plugin import MiddlewareMaker

backend_http_client = MiddlewareMaker(
    "backend/http/client", module="krakendtw.transport.client.settings"
)
