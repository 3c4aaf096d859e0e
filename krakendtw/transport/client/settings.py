"""``backend/http/client``: how one backend's client behaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

MAX_BODY_BYTES = 34 << 20
"""How much of a body is held unless ``max_body_bytes`` says otherwise."""


@frozen
class ClientSettings:
    """The keys of the namespace.

    :ivar send_body_on_redirect: keep the body in memory, so that 307 and 308
        are followed with it.
    :ivar max_body_bytes: ours: the longest body, decompressed, that is held in
        memory; an answer with a longer one is an error.  No-op routes stream and
        know no limit.
    """

    send_body_on_redirect: bool = False
    max_body_bytes: int = MAX_BODY_BYTES


def configure(raw: Any, where: ConfigPath) -> ClientSettings:
    """The settings; a value of another type than wanted counts as absent.

    :raises ConfigError: ``max_body_bytes`` is no positive number.
    """
    if not isinstance(raw, dict):
        return ClientSettings()
    limit = raw.get("max_body_bytes", MAX_BODY_BYTES)
    if type(limit) is not int or limit <= 0:
        raise ConfigError(
            where / "max_body_bytes", f"found {limit!r}, want a positive whole number"
        )
    return ClientSettings(
        send_body_on_redirect=raw.get("send_body_on_redirect") is True,
        max_body_bytes=limit,
    )
