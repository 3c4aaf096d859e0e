"""Only requests with a known key get in: ``plugins/header_guard.py``."""

from __future__ import annotations

from hmac import compare_digest

from krakendtw.scripting import Client, Reject

KEYS = ("s3cret",)


def enter(client: Client) -> None:
    """Refuse whoever has no key."""
    given = client.headers.get("X-Api-Key", "").encode()
    if not any(compare_digest(given, key.encode()) for key in KEYS):
        raise Reject("a key is needed", 403, content_type="text/plain")
