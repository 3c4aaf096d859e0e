"""``auth/api-keys``: endpoints for those who have a key."""

from krakendtw.plugin import MiddlewareMaker

api_keys = MiddlewareMaker("auth/api-keys", module="krakendtw.middleware.auth.api_keys")
