"""``backend/http/client``: how one backend's client behaves."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from krakendtw.config.where import ConfigPath


@frozen
class ClientSettings:
    """The keys of the namespace.

    :ivar send_body_on_redirect: keep the body in memory, so that 307 and 308
        are followed with it.
    """

    send_body_on_redirect: bool = False


def configure(raw: Any, where: ConfigPath) -> ClientSettings:
    """The settings; a value of another type than wanted counts as absent."""
    found = raw.get("send_body_on_redirect") if isinstance(raw, dict) else None
    return ClientSettings(send_body_on_redirect=found is True)
