"""The list of ``validation/cel``, read the way KrakenD reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import ConfigError, NotConfigured

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath


@frozen
class Definition:
    """One entry of the list.

    :ivar text: ``check_expr``; ``mod_expr`` has no meaning.
    :ivar is_strict: whether the gateway must not start without it.
    """

    where: ConfigPath
    text: str
    is_strict: bool = False


def read_definitions(raw: Any, where: ConfigPath) -> tuple[Definition, ...]:
    """The entries of the list.

    :raises NotConfigured: KrakenD could not decode it.
    :raises ConfigError: neither can we, and an entry is ``strict``; or that is no
        truth value.
    """
    if raw is None:
        return ()
    try:
        if not isinstance(raw, list):
            raise NotConfigured("is no list of expressions, so nothing is checked")
        return tuple(_read(entry, where / index) for index, entry in enumerate(raw))
    except NotConfigured as reason:
        entries = raw if isinstance(raw, list) else [raw]
        if any(isinstance(entry, dict) and entry.get("strict") for entry in entries):
            raise ConfigError(where, str(reason)) from None
        raise


def _read(entry: Any, where: ConfigPath) -> Definition:
    if entry is None:
        return Definition(where, "")
    if not isinstance(entry, dict):
        raise NotConfigured(f"{where} is no object, so nothing is checked")
    texts = {"check_expr": "", "mod_expr": ""}
    # Go takes a key in any case for a field's; the last one in its order counts.
    for key in sorted(entry):
        name, value = key.lower(), entry[key]
        if name not in texts or value is None:
            continue
        if not isinstance(value, str):
            raise NotConfigured(f"{where / key} is no text, so nothing is checked")
        texts[name] = value
    is_strict = entry.get("strict", False)
    if not isinstance(is_strict, bool):
        raise ConfigError(where / "strict", "true or false is wanted")
    return Definition(where, texts["check_expr"], is_strict)
